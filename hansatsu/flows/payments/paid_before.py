"""An equal payment shortly before: who did not hear an answer pays again, and nobody notices.

So a second payment of one wallet at one shop over the same yen is asked about first, and made when
the payer has seen the first one. That is decided here for the pages of phones and tills, from
the ledger's newest entries of the wallet (ADR 0150); tills with software of their own are told by
``duplicate_reference``.
"""

from copy import replace
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger

WITHIN = timedelta(minutes=30)
"""Long enough to look for reception and come back, short of the next round of coffee."""

LOOKED_AT = 30
"""Entries of the wallet, the newest first."""

Outcome = ledger.PaymentOutcome[ledger.PaymentResult | Literal["paid_before"]]
"""The ledger's, or that the payment must be asked about first."""


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """An equal payment that was not given back; ``number`` is its 決済ID, ``at`` in Japan."""

    number: str
    at: datetime


def paid_before(
    issuer_id: int, wallet_id: int, shop_id: int, amount: int, *, before_seq: int | None = None
) -> PaidBefore | None:
    """The newest payment of ``amount`` yen of this wallet at this shop, when it is as new as
    ``WITHIN`` and not wholly refunded; among the entries before ``before_seq``, if given."""
    books = ledger_connection()
    entries = ledger.history(
        books,
        issuer_id,
        wallet_id,
        kinds=("payment", "refund"),
        before_seq=before_seq,
        limit=LOOKED_AT,
    )
    since = ledger.now(books) - WITHIN
    refunded: dict[str, int] = {}
    for entry in entries:
        if entry.refunded_number is not None:
            refunded[entry.refunded_number] = refunded.get(entry.refunded_number, 0) + entry.amount
        elif (
            entry.number is not None
            and (entry.shop_id, -entry.amount) == (shop_id, amount)
            and entry.at > since
            and refunded.get(entry.number, 0) < amount
        ):
            return PaidBefore(entry.number, in_japan(entry.at))
    return None


def pay_unless_paid_before(payment: ledger.Payment, known: str) -> Outcome:
    """Pay, unless there was an equal payment that the payer has not been shown.

    The ledger decides first: its refusals and replays stand. What it would make anew is looked at
    while it holds the wallet's lock, so that of two payments at once the second meets the first;
    and is taken back whole when it must be asked about.

    Args:
        payment: to be made, once for its key.
        known: 決済ID of the equal payment that was shown; empty when none was.

    Returns:
        The ledger's outcome; or ``paid_before`` with the earlier one's 決済ID, and nothing changed.
    """
    with transaction.atomic():
        outcome: Outcome = ledger.pay(ledger_connection(), payment)
        before = _before(payment, outcome) if outcome.outcome == "paid" else None
        if before is not None and before.number != known:
            transaction.set_rollback(True)
            return replace(
                outcome,
                outcome="paid_before",
                seq=None,
                number=before.number,
                at=before.at,
                uses=(),
            )
    return outcome


def _before(payment: ledger.Payment, made: Outcome) -> PaidBefore | None:
    return paid_before(
        payment.issuer_id,
        payment.wallet_id,
        payment.shop_id,
        payment.amount,
        before_seq=made.seq,
    )
