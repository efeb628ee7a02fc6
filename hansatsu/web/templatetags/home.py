"""The way home from a page that could not be shown."""

import re

from django import template
from django.http import HttpRequest

from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.web.shared.addresses import wallet_url

ISSUER_IN_PATH = re.compile(r"/([A-Z0-9]{4,16})/")
SHOP_SITE = "/shop/"
register = template.Library()


@register.simple_tag(takes_context=True)
def way_home(context: template.Context) -> str:
    """The top page of the issuer whose page was looked for, or the shop site's; empty for any
    other page."""
    request: HttpRequest | None = context.get("request")
    if request and request.path.startswith(SHOP_SITE):
        return SHOP_SITE
    named = ISSUER_IN_PATH.match(request.path) if request else None
    issuer = find_issuer(named[1]) if named else None
    return wallet_url("top", issuer) if issuer else ""
