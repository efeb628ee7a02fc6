"""An order from チャージ額確認 to its receipt."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import selectors
from hansatsu.flows.charging.checkouts import cancel_order, look_if_due
from hansatsu.flows.charging.models import Order, OrderState
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.selectors import HistoryRow, history_rows
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.order_words import state_words
from hansatsu.web.wallet.show import show

PAGE = 20  # orders
ASK_EVERY = timedelta(seconds=5)
"""How often a provider is asked while somebody looks at the page."""
ASK_ON_RETURN = timedelta(seconds=0)


@require_safe
@for_residents
def orders(request: HttpRequest, resident: Resident) -> HttpResponse:
    """ご購入の状況: the resident's orders, newest first."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
    found = selectors.orders_of(resident, before=before, limit=PAGE + 1)
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return show(
        request,
        resident.issuer,
        "orders",
        orders=[(order, state_words(order)) for order in found[:PAGE]],
        older=older and f"{wallet_url('orders', resident.issuer)}?{urlencode({'before': older})}",
    )


@require_safe
@for_residents
def order(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """Where the order is, what to do next, and in the end its receipt. ``?done=1`` is the way
    back from the provider's page after all was done there."""
    found = order_or_404(resident, number)
    checkout = selectors.open_checkout(found)
    return show(
        request,
        resident.issuer,
        "order",
        order=found,
        product=selectors.product_of(found),
        words=state_words(found),
        checkout=checkout,
        slip=selectors.konbini_slip(checkout),
        is_waited_for="done" in request.GET and found.state == OrderState.AWAITING,
        row=_charged_row(found),
        going_back=selectors.money_to_go_back(found),
        version=selectors.version_of(found),
        can_begin_again=selectors.has_ended_unpaid(found),
        problem=_problem(request),
    )


@require_safe
@for_residents
def state(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """What the order's page asks once a second: has anything changed?"""
    found = order_or_404(resident, number)
    if found.state == OrderState.AWAITING:
        look_if_due(found, every=ASK_EVERY)
        found = order_or_404(resident, number)
    return JsonResponse({"version": selectors.version_of(found)})


@require_safe
@for_residents
def back(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """The way back from the provider's page: ask once what happened there."""
    found = order_or_404(resident, number)
    look_if_due(found, every=ASK_ON_RETURN)
    query = "?done=1" if "done" in request.GET else ""
    return SeeOther(wallet_url("order", resident.issuer, number=number) + query)


@require_POST
@for_residents
def cancel(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """購入をやめる."""
    found = order_or_404(resident, number)
    ended = cancel_order(found)
    problem = f"?{urlencode({'problem': ended})}" if ended == "down" else ""
    if ended == "closed":
        return go("order", resident.issuer, number=number)
    return SeeOther(wallet_url("order", resident.issuer, number=number) + problem)


def order_or_404(resident: Resident, number: str) -> Order:
    """The resident's own order."""
    found = selectors.find_order(resident, number)
    if found is None:
        raise Http404("not this resident's order")
    return found


def _charged_row(order: Order) -> HistoryRow | None:
    """What came into the wallet, lot by lot."""
    if order.wallet_id is None or order.seq is None:
        return None
    entry = ledger.entry(ledger_connection(), order.issuer_id, order.wallet_id, order.seq)
    return None if entry is None else history_rows(order.issuer, [entry])[0]


def _problem(request: HttpRequest) -> str:
    if request.GET.get("problem") == "down":
        return _(
            "お支払い会社につながらないため、取り消しを確認できませんでした。しばらくしてからもう一度お試しください。"
        )
    return ""
