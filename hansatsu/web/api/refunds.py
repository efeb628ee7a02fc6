"""Giving a payment back, and what was given back."""

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.listing import Page, Wanted, list_refunds
from hansatsu.flows.payments.refunds import RefundAsked, refund_payment
from hansatsu.messages.payment_object import RefundTold, refund_told
from hansatsu.parties.shops.models import Scope
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Reply
from hansatsu.web.api.payments import check_cursor, number_of, shop_of
from hansatsu.web.api.problems import refuse
from hansatsu.web.api.queries import CURSOR, DATE, LIMIT, page_of
from hansatsu.web.api.schemas import NewRefund, Refunded, Refunds
from hansatsu.web.api.threads import in_thread

REFUSED = {
    "not_today": "forbidden",
    "unknown": "not_found",
    "already_refunded": "already_refunded",
    "refund_exceeds_payment": "refund_exceeds_payment",
    "closed": "wallet_frozen",
    "cancelled": "request_cancelled",
    "key_conflict": "idempotency_key_conflict",
}
SAID = {
    "not_today": "The key may refund payments of the same day in Japan only.",
    "closed": "The wallet is closed: the office gives the money back.",
}


async def refund(call: Call) -> Reply:
    """POST /payments/{id}/refunds."""
    return await in_thread(_refund, call.caller, number_of(call), call.key, call.body)


async def index(call: Call) -> Reply:
    """GET /refunds."""
    page = await in_thread(_list, call.caller, Wanted(**page_of(call.query)))
    return Reply(200, {"items": page.items, "next_cursor": page.next_before})


def _refund(caller: Caller, number: str, key: str, asked: NewRefund) -> Reply:
    shop = shop_of(caller)
    made = refund_payment(
        RefundAsked(
            shop,
            number,
            caller.actor,
            key,
            asked.amount,
            asked.reason,
            today_only=Scope.REFUND_ANY not in caller.scopes,
        )
    )
    if not made.refunded:
        raise refuse(REFUSED[made.outcome], SAID.get(made.outcome, ""))
    headers = {"Idempotent-Replayed": "true"} if made.outcome == "replayed" else {}
    return Reply(201, refund_told(shop, made.number), headers, made.number)


def _list(caller: Caller, wanted: Wanted) -> Page[RefundTold]:
    shop = shop_of(caller)
    check_cursor(shop, "refund", wanted.before)
    return list_refunds(shop, wanted)


OPERATIONS = (
    Operation(
        "POST",
        "/payments/{id}/refunds",
        refund,
        "Refund",
        "Gives yen back to the very lots that paid: all that is left, or a part. `expired` yen of"
        " it died at once, since their lots had expired: tell the customer. With the scope"
        " `refund_today` only payments of the same day in Japan.",
        tag="Payments",
        scopes=frozenset({Scope.REFUND_TODAY.value, Scope.REFUND_ANY.value}),
        needs_key=True,
        body=NewRefund,
        body_optional=True,
        status=201,
        returns=Refunded,
        errors=(
            "not_found",
            "idempotency_key_conflict",
            "request_cancelled",
            "already_refunded",
            "refund_exceeds_payment",
            "wallet_frozen",
        ),
        example=({"amount": 250, "reason": "返品"}, examples.REFUND),
    ),
    Operation(
        "GET",
        "/refunds",
        index,
        "List refunds",
        "All refunds of this shop, the newest first, by the day on which they were made: those of"
        " its pages, and those of payments that were cancelled, too.",
        tag="Payments",
        returns=Refunds,
        errors=("invalid_request",),
        query=(DATE, LIMIT, CURSOR),
        example=(None, examples.REFUNDS),
    ),
)
