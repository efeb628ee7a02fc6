"""Giving a shop's payment back: 取消 on the day of the payment, 返金 later (labels.md).

The shop site and the API both refund through here. What is given back goes to the very lots of
the payment, and under one key it happens once, however often it is asked for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, assert_never

from psycopg import Rollback

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import read_reason, write_reason
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop

OPERATION = "refund_payment"

Outcome = ledger.RefundResult | Literal["not_today"]
"""``not_today``: it may refund payments of the same day only, and this one is older."""


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A refund of a payment of ``shop``.

    Attributes:
        shop: no other shop's payment is found.
        number: the payment's 決済ID.
        actor: who asks, as the ledger names them (``terminal:7``, ``staff:3``).
        key: idempotency key of this actor.
        amount: yen; None is all that is left.
        reason: why, in the words of who asks; kept apart from the chain, so it can be erased.
        staff: the id of the member of staff at the page, None for a till's own software.
        today_only: refuse a payment of an earlier day in Japan.
    """

    shop: Shop
    number: str
    actor: str
    key: str
    amount: int | None = None
    reason: str = ""
    staff: int | None = None
    today_only: bool = False


@dataclass(frozen=True, slots=True)
class RefundMade[R: str = Outcome]:
    """How it ended: an ``Outcome``, or what the pages of staff add to it. Only ``refunded`` and
    ``replayed`` have changed anything, and have the rest: the refund's 決済ID, its time, its yen.
    ``expired`` of them died at once, since their lots had expired, and ``reversed`` went to the
    issuer, since the charge that they came from had been taken back; ``left`` can still be
    refunded. A replay does not know these three."""

    outcome: R
    number: str = ""
    at: datetime | None = None
    amount: int = 0
    expired: int | None = None
    reversed: int | None = None
    left: int | None = None

    @property
    def refunded(self) -> bool:
        """True when the money is back, now or at an earlier try with the same key."""
        return self.outcome in ("refunded", "replayed")


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment of a shop, in yen, and what of it is ``left`` to refund. ``paid_at`` is in Japan;
    ``is_today`` decides whether a refund is called 取消 or 返金."""

    number: str
    paid_at: datetime
    amount: int
    left: int
    is_today: bool


def refund_payment(asked: RefundAsked) -> RefundMade:
    """Refund, once for the actor's key. A refusal changes nothing.

    What is known under the key is answered first, so that a retry after midnight still hears of
    the refund of before.
    """
    if not _is_known(asked):
        paid_at = _paid_at(asked)
        if paid_at is None:
            return RefundMade("unknown")
        if asked.today_only and _day(paid_at) != _day(clock.now()):
            return RefundMade("not_today")
    return _refund(asked)


def rehearse_refund(asked: RefundAsked) -> RefundMade:
    """What ``refund_payment`` would say now, by refunding and taking it all back."""
    with ledger_connection().transaction(force_rollback=True):
        return refund_payment(asked)


def find_refundable(shop: Shop, number: str) -> Refundable | None:
    """The payment with this 決済ID at *this* shop; None for a refund's, or another shop's."""
    standing = ledger.payment_standing(ledger_connection(), shop.issuer_id, number)
    if standing is None or standing.number != number or standing.entry.shop_id != shop.pk:
        return None
    return refundable(standing)


def refundable(standing: ledger.PaymentStanding) -> Refundable:
    """What of a payment can be refunded at this moment."""
    return Refundable(
        number=standing.number,
        paid_at=in_japan(standing.entry.at),
        amount=standing.amount,
        left=standing.left,
        is_today=_day(standing.entry.at) == _day(clock.now()),
    )


def find_refund(shop: Shop, actor: str, key: str) -> str:
    """決済ID of the refund that was made under a key; empty when none was."""
    found = ledger.find_request(ledger_connection(), actor, key)
    return _number(shop, found.wallet_id, found.seq) if found and found.state == "done" else ""


def settle_refund(shop: Shop, actor: str, key: str) -> str:
    """Bring a refund whose answer was lost to its end: its 決済ID if it was made; otherwise empty,
    and a try that arrives later is refused."""
    made = ledger.cancel(ledger_connection(), actor, key)
    match made.outcome:
        case "done":
            return _number(shop, made.wallet_id, made.seq)
        case "cancelled" | "given_back":
            return ""
        case never:
            assert_never(never)


def _refund(asked: RefundAsked) -> RefundMade:
    connection = ledger_connection()
    late = False
    with connection.transaction() as transaction:
        made = ledger.refund(connection, _request(asked))
        paid_at = _paid_at(asked)
        # Midnight may have passed between the look and the lock: the refund's own time decides.
        if asked.today_only and made.outcome == "refunded" and made.at and paid_at:
            late = _day(made.at) != _day(paid_at)
        if late:
            raise Rollback(transaction)
    if late:
        return RefundMade("not_today")
    if made.outcome == "replayed" and not _has_same_reason(asked, made):
        return RefundMade("key_conflict")
    return _told(made)


def _request(asked: RefundAsked) -> ledger.Refund:
    # The reason is no part of the content, whose digest stays for ever: words can be erased.
    amount = "all" if asked.amount is None else asked.amount
    return ledger.Refund(
        request=ledger.Request.of(
            asked.actor, asked.key, OPERATION, asked.shop.pk, asked.number, amount
        ),
        issuer_id=asked.shop.issuer_id,
        number=asked.number,
        amount=asked.amount,
        shop_id=asked.shop.pk,
        reason=write_reason(asked.reason, staff=asked.staff),
    )


def _told(made: ledger.RefundOutcome) -> RefundMade:
    if not made.refunded:
        return RefundMade(made.outcome)
    return RefundMade(
        made.outcome,
        number=made.number or "",
        at=made.at,
        amount=made.amount or 0,
        expired=made.expired_amount,
        reversed=made.reversed_amount,
        left=made.left_over,
    )


def _has_same_reason(asked: RefundAsked, made: ledger.RefundOutcome) -> bool:
    """True when a replay asks with the words of the first time; erased ones are like any."""
    if made.wallet_id is None or made.seq is None:
        return True
    note = ledger.note(ledger_connection(), asked.shop.issuer_id, made.wallet_id, made.seq)
    return note is None or read_reason(note) == asked.reason


def _is_known(asked: RefundAsked) -> bool:
    return ledger.find_request(ledger_connection(), asked.actor, asked.key) is not None


def _paid_at(asked: RefundAsked) -> datetime | None:
    found = find_refundable(asked.shop, asked.number)
    return None if found is None else found.paid_at


def _number(shop: Shop, wallet_id: int | None, seq: int | None) -> str:
    if wallet_id is None or seq is None:
        raise LookupError("a finished request names its entry")
    entry = ledger.entry(ledger_connection(), shop.issuer_id, wallet_id, seq)
    if entry is None or entry.number is None:
        raise LookupError("a refund has a number")
    return entry.number


def _day(moment: datetime) -> date:
    return in_japan(moment).date()
