"""残高詳細 (guide, C)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.limits import payment_limits
from hansatsu.parties.wallets.selectors import balance_page
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.limit_words import limit_lines
from hansatsu.web.wallet.lot_rows import drawn_lots
from hansatsu.web.wallet.show import show_framed


@require_safe
@for_residents
def balance(request: HttpRequest, resident: Resident) -> HttpResponse:
    """The total, by expiry, by emoney, and the limits, and every コード(ID)."""
    issuer = resident.issuer
    page = balance_page(issuer, resident.wallet_id)
    names = {
        "under_half_year": _("半年未満"),
        "under_one_year": _("1年未満"),
        "one_year_or_more": _("1年以上"),
    }
    bands = [(names[total.band], total.amount) for total in page.bands]
    limits = limit_lines(payment_limits(issuer, resident.wallet_id))
    return show_framed(
        request,
        issuer,
        "balance",
        {"has_lots": bool(page.lots)},
        balance=page,
        bands=bands,
        limits=limits,
        lots=drawn_lots(page.lots),
    )
