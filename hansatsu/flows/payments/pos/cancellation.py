"""A till does not know what became of a payment, and wants it undone if it was made.

Cancelling the key is final: nothing had happened and nothing will, or it had and is refunded.
A payment that is on its way meanwhile is waited for, a late one finds its key cancelled. So in any
order the resident is not charged.
"""

from dataclasses import dataclass
from datetime import timedelta

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import write_reason
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop, Terminal

UNKNOWN_FOR = timedelta(hours=24)
"""How long after a payment a till may say that it does not know of it. Later it knows, and undoing
it is a refund like any other, for which the key needs the scope."""

REASON = "処理未了の取消"
"""Of the refund, in the shop's books."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """How it ended: ``cancelled`` (nothing had happened) · ``refunded`` (``payment`` was made and
    ``refund`` is its last refund, both 決済ID) · ``other_terminal`` (this one does not know the
    key, but another of the shop has made ``payment`` under it; nothing was written, since tills
    count alike and it may be another customer's) · ``too_late`` (an old payment, left as it is)
    · ``closed`` (the wallet is closed: the office must give the money back) · ``other`` (the key
    is of something else than a payment)."""

    outcome: ledger.CancelPaymentResult
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
    done = ledger.cancel_payment(
        ledger_connection(),
        ledger.PaymentToCancel(
            actor=actor,
            key=key,
            issuer_id=shop.issuer_id,
            shop_id=shop.pk,
            since=None if any_age else clock.now() - UNKNOWN_FOR,
            others=_other_terminals(shop, actor),
            note=write_reason(REASON),
        ),
    )
    return Cancellation(done.outcome, done.number or "", done.refund_number or "")


def _other_terminals(shop: Shop, actor: str) -> tuple[str, ...]:
    """All others that the shop has or had: a till that was replaced has its keys, too."""
    terminals = Terminal.objects.of(shop.issuer).filter(shop=shop)
    return tuple(each.actor for each in terminals if each.actor != actor)
