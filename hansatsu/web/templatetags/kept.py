"""``{% kept %}``: a part of a page that is drawn once for all that it depends on (ADR 0253)."""

from collections.abc import Hashable
from typing import Final

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import get_language

MOST: Final = 500
"""Drawings of one part that are kept: a process serves few issuers in two languages."""

register = template.Library()


class Kept(Node):
    """What stands between the tags, drawn once for each language and each of ``values``."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self._values = values
        self._drawn: dict[Hashable, str] = {}

    def render(self, context: Context) -> str:
        """As it was drawn before for the same; drawn otherwise."""
        key = (get_language(), *(value.resolve(context) for value in self._values))
        drawn = self._drawn.get(key)
        if drawn is None:
            if len(self._drawn) >= MOST:
                self._drawn.clear()
            drawn = self._drawn[key] = self.nodelist.render(context)
        return drawn


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """``{% kept issuer.code sells %}…{% endkept %}``: name everything that is read between the
    tags, but the language. Nothing of a person belongs there, no token, and no amount."""
    values = [parser.compile_filter(each) for each in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, values)
