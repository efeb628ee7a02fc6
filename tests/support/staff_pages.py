"""The pages of staff, console and shop, as their addresses have them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from hansatsu.web.console.urls import site
from tests.support.code import files


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page whose view is a function of ours; what is none, the console's lists, only shows.

    Attributes:
        page: its site and name, as `shop:refund`.
        view: the full dotted name of its view.
        methods: what its view is decorated with that tells which methods it takes.
    """

    page: str
    view: str
    methods: tuple[str, ...]

    @property
    def site(self) -> str:
        """`console` or `shop`."""
        return self.page.partition(":")[0]

    @property
    def name(self) -> str:
        """What the address is called on its site."""
        return self.page.partition(":")[2]

    @property
    def takes_forms(self) -> bool:
        """True when it answers POST."""
        return any("POST" in each for each in self.methods)


@cache
def pages_of_staff() -> tuple[StaffPage, ...]:
    """Every page of the console and of the shop site whose view is a function of ours."""
    sites = {"console": site.get_urls(), "shop": _patterns("shop")}
    return tuple(_pages(sites))


def _pages(sites: dict[str, list[URLPattern | URLResolver]]) -> Iterator[StaffPage]:
    for name, patterns in sites.items():
        for pattern in _below(patterns):
            view = inspect.unwrap(pattern.callback)
            file = files().get(view.__module__)
            node = file.definitions.get(view.__qualname__) if file else None
            if node:
                by = (ast.unparse(each) for each in node.decorator_list)
                methods = tuple(each for each in by if each.startswith("require_"))
                called = f"{view.__module__}.{view.__qualname__}"
                yield StaffPage(f"{name}:{pattern.name}", called, methods)


def _patterns(namespace: str) -> list[URLPattern | URLResolver]:
    (found,) = (each for each in _includes(get_resolver()) if each.namespace == namespace)
    return list(found.url_patterns)


def _includes(within: URLResolver) -> Iterator[URLResolver]:
    for each in within.url_patterns:
        if isinstance(each, URLResolver):
            yield each
            yield from _includes(each)


def _below(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _below(each.url_patterns)
        else:
            yield each
