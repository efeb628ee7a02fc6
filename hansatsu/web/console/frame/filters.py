"""Filters beside a list, of one field, whose choices are the issuer's own, or known."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from hansatsu.web.console.frame.access import Clerk, clerk_of

Offered = Callable[[Clerk], list[tuple[str, str]]]


def known(values: Iterable[str], words: Callable[[str], str]) -> Offered:
    """The same choices for everybody: those of a field, each by its words."""
    all_of_them = list(values)
    return lambda _clerk: [(value, words(value)) for value in all_of_them]


def choice_filter(field: str, label: Any, offered: Offered) -> type[SimpleListFilter]:
    """A filter by ``field``.

    Args:
        field: of the model, which is also the name in the address.
        label: above the choices.
        offered: values and words, for the clerk who looks.
    """

    class Choice(SimpleListFilter):
        title = label
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            """What may be chosen."""
            return offered(clerk_of(request))

        def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
            """Narrowed, when one of them is chosen."""
            known = {value for value, _words in self.lookup_choices}
            chosen = self.value()
            return queryset.filter(**{field: chosen}) if chosen in known else queryset

    return Choice
