"""``{% fresh %}``: a part of a page that its frame leaves out (ADR 0265)."""

from django import template
from django.template.base import Parser, Token

from hansatsu.web.shared.frames import Fresh

register = template.Library()


@register.tag
def fresh(parser: Parser, token: Token) -> Fresh:
    """``{% fresh %}…{% endfresh %}``: what a person, an address or a token is read in. It is drawn
    from what the view gives: names that the template sets itself are not known there."""
    nodelist = parser.parse(("endfresh",))
    parser.delete_first_token()
    return Fresh(nodelist)
