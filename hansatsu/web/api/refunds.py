"""Giving a payment back."""

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.payments.pos.callers import Caller
from hansatsu.payments.refunds import RefundAsked, refund_payment
from hansatsu.payments.told import refund_told
from hansatsu.programs.selectors import emoney_names
from hansatsu.shops.models import Scope, Shop
from hansatsu.web.api import examples
from hansatsu.web.api.calls import Call, Operation, Reply
from hansatsu.web.api.payments import number_of, shop_of
from hansatsu.web.api.problems import refuse
from hansatsu.web.api.shapes import NewRefund, Refunded
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
    return Reply(201, _told(shop, made.number), headers, made.number)


def _told(shop: Shop, number: str) -> object:
    entry = ledger.payment_by_number(ledger_connection(), shop.issuer_id, number)
    assert entry is not None
    return refund_told(entry, emoney_names(shop.issuer))


OPERATIONS = (
    Operation(
        "POST",
        "/payments/{id}/refunds",
        refund,
        "Refund",
        "Gives yen back to the very lots that paid: all that is left, or a part. With the scope"
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
)
