"""残高詳細 (guide, C)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.identity.models import Resident
from hansatsu.wallets.selectors import balance_page
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.show import show


@require_safe
@for_residents
def balance(request: HttpRequest, resident: Resident) -> HttpResponse:
    """The total, by expiry, by emoney, and every コード(ID)."""
    issuer = resident.issuer
    page = balance_page(issuer, resident.wallet_id)
    names = {
        "under_half_year": _("半年未満"),
        "under_one_year": _("1年未満"),
        "one_year_or_more": _("1年以上"),
    }
    bands = [(names[total.band], total.amount) for total in page.bands]
    return show(request, issuer, "balance", balance=page, bands=bands)
