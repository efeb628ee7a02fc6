"""Where a log-in leads in the end: the page that was asked for, never another site."""

import re

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import LONGEST_RETURN

CLIMBS = re.compile(r"(\.|%2e){2}", re.IGNORECASE)
"""Two dots lead a browser out of the issuer's pages again."""


def way_back(request: HttpRequest, issuer: Issuer) -> str:
    """The page of this issuer that the request names as ``next``; otherwise the top page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    top = wallet_url("top", issuer)
    return wanted if _is_ours(wanted, issuer) else top


def _is_ours(wanted: str, issuer: Issuer) -> bool:
    entrances = (wallet_url("login", issuer), wallet_url("logout", issuer))
    return (
        len(wanted) <= LONGEST_RETURN
        and wanted.isprintable()
        and wanted.startswith(wallet_url("top", issuer))
        and not wanted.startswith(entrances)
        and not CLIMBS.search(wanted.partition("?")[0])
        and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    )
