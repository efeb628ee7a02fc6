"""お支払情報: the shop's name, and the amount to be entered."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.poster_intents import POSTER_TOKENS, make_intent, new_key, own_key
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.selectors import find_shop
from hansatsu.parties.wallets.limits import PaymentLimits, payment_limits
from hansatsu.parties.wallets.selectors import SpendPreview, spend_preview
from hansatsu.web.shared.typed import LONGEST, read_amount
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.limit_words import limit_lines, why_over
from hansatsu.web.wallet.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def pay(request: HttpRequest, resident: Resident, shop_code: str) -> HttpResponse:
    """Ask for the amount; when it can be paid, go on to お支払確認."""
    shop = open_shop_or_404(resident, shop_code)
    if not may_pay(resident):
        return show(request, resident.issuer, "pay_stopped", shop=shop)
    limits = payment_limits(resident.issuer, resident.wallet_id)
    if request.method != "POST":
        return _form(request, resident, shop, limits, typed=_offered(request), key=new_key())
    typed = request.POST.get("amount", "")[:LONGEST]
    key = own_key(request.POST.get("key", ""))
    amount = read_amount(typed)
    if amount.yen is None:
        return _form(request, resident, shop, limits, typed=typed, key=key, error=amount.error)
    if over := why_over(limits, amount.yen):
        return _form(request, resident, shop, limits, typed=str(amount.yen), key=key, error=over)
    plan = spend_preview(resident.issuer, resident.wallet_id, shop, amount.yen)
    if plan.short:
        return _form(request, resident, shop, limits, typed=str(amount.yen), key=key, short=plan)
    token = POSTER_TOKENS.seal(make_intent(resident, shop, amount.yen, key))
    return go("confirm", resident.issuer, shop_code=shop.code, token=token)


def may_pay(resident: Resident) -> bool:
    """True when the wallet is neither stopped nor closed."""
    state = ledger.wallet_state(ledger_connection(), resident.issuer_id, resident.wallet_id)
    return state == "open"


def open_shop_or_404(resident: Resident, shop_code: str) -> Shop:
    """The open shop of the resident's issuer with this code."""
    shop = find_shop(resident.issuer, shop_code)
    if shop is None:
        raise Http404("no such shop")
    return shop


def _offered(request: HttpRequest) -> str:
    """The amount that a code for one payment carried."""
    yen = read_amount(request.GET.get("amount", "")).yen
    return "" if yen is None else str(yen)


def _form(
    request: HttpRequest,
    resident: Resident,
    shop: Shop,
    limits: PaymentLimits,
    *,
    typed: str,
    key: str,
    error: str = "",
    short: SpendPreview | None = None,
) -> HttpResponse:
    held = short or spend_preview(resident.issuer, resident.wallet_id, shop, 1)
    return show(
        request,
        resident.issuer,
        "pay",
        status=422 if error or short else 200,
        shop=shop,
        typed=typed,
        key=key,
        error=error,
        short=short,
        held=held,
        limits=limit_lines(limits),
    )
