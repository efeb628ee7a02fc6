"""A till does not know what became of a payment, and wants it undone if it was made.

Cancelling the key is final: nothing had happened and nothing will, or it had and is refunded.
A payment that is on its way meanwhile is waited for, a late one finds its key cancelled. So in any
order the resident is not charged.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.issuers import clock
from hansatsu.ledger import api as ledger
from hansatsu.payments.refunds import RefundAsked, refund_payment
from hansatsu.shops.models import Shop

UNKNOWN_FOR = timedelta(hours=24)
"""How long after a payment a till may say that it does not know of it. Later it knows, and undoing
it is a refund like any other, for which the key needs the scope."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """How it ended: ``cancelled`` (nothing had happened) · ``refunded`` (``payment`` was made and
    ``refund`` is its last refund, both 決済ID) · ``too_late`` (an old payment, left as it is)
    · ``closed`` (the wallet is closed: the office must give the money back) · ``other`` (the key
    is of something else than a payment)."""

    outcome: Literal["cancelled", "refunded", "too_late", "closed", "other"]
    payment: str = ""
    refund: str = ""


def cancel_payment(shop: Shop, actor: str, key: str, *, any_age: bool = False) -> Cancellation:
    """Undo what the terminal ``actor`` has done, or may yet do, under ``key``. Twice is as once.

    Args:
        shop: the terminal's.
        actor: the terminal, as the ledger names it.
        key: the idempotency key of the payment.
        any_age: undo a payment of more than ``UNKNOWN_FOR`` ago too.
    """
    connection = ledger_connection()
    outcome = ledger.cancel(connection, actor, key)
    if outcome.outcome == "cancelled":
        return Cancellation("cancelled")
    paid = None
    if outcome.wallet_id is not None and outcome.seq is not None:
        paid = ledger.entry(connection, shop.issuer_id, outcome.wallet_id, outcome.seq)
    if paid is None or paid.kind != "payment" or paid.number is None or paid.shop_id != shop.pk:
        return Cancellation("other")
    if not any_age and clock.now() - paid.at > UNKNOWN_FOR:
        return Cancellation("too_late", paid.number)
    made = refund_payment(RefundAsked(shop, paid.number, f"{actor}:cancellation", key))
    if made.refunded:
        return Cancellation("refunded", paid.number, made.number)
    if made.outcome == "closed":
        return Cancellation("closed", paid.number)
    # Somebody has refunded all of it before.
    refunds = ledger.refunds_of(connection, shop.issuer_id, paid.number)
    return Cancellation("refunded", paid.number, refunds[-1].number or "")
