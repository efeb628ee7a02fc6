"""A shop's payments and refunds for its till: by day in Japan; payments by the till's reference and
by idempotency key, too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import JAPAN
from hansatsu.ledger import api as ledger
from hansatsu.messages.payment_object import PaymentTold, RefundTold, payment_told, refund_told
from hansatsu.messages.till_note import write_reference
from hansatsu.parties.shops.models import Shop

type Kind = Literal["payment", "refund"]

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None is no matter. ``before`` is the 決済ID that the page above ended with."""

    day: date | None = None
    reference: str | None = None
    key: str | None = None
    before: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Page[Told]:
    """Payments or refunds, the newest first; ``next_before`` asks for older ones, None at the
    end."""

    items: list[Told]
    next_before: str | None


def list_payments(shop: Shop, actor: str, wanted: Wanted) -> Page[PaymentTold]:
    """The payments of ``shop`` that are wanted: all of them, its pages' and posters' too.

    Args:
        shop: whose.
        actor: the terminal that asks: idempotency keys are its own.
        wanted: which.
    """
    if wanted.key is not None:
        return Page(_under_key(shop, actor, wanted), None)
    return _page(shop, "payment", wanted, payment_told)


def list_refunds(shop: Shop, wanted: Wanted) -> Page[RefundTold]:
    """The refunds of ``shop`` that are wanted, by the day on which they were made: those of its
    pages and of the office, and those of payments that were cancelled, too."""
    return _page(shop, "refund", wanted, refund_told)


def can_end_with(shop: Shop, kind: Kind, number: str) -> bool:
    """True when a page of payments, or of refunds, can end with ``number``."""
    found = ledger.shop_entry(ledger_connection(), shop.issuer_id, shop.pk, number)
    return found is not None and found.kind == kind


def _page[Told](
    shop: Shop, kind: Kind, wanted: Wanted, tell: Callable[[Shop, str], Told | None]
) -> Page[Told]:
    since, until = FIRST, LAST
    if wanted.day is not None:
        since = datetime.combine(wanted.day, time(), JAPAN)
        until = since + timedelta(days=1)
    numbers = ledger.shop_numbers(
        ledger_connection(),
        shop.issuer_id,
        shop.pk,
        kind=kind,
        since=since,
        until=until,
        before=wanted.before,
        note=write_reference(wanted.reference),
        limit=wanted.limit + 1,
    )
    told = (tell(shop, number) for number in numbers[: wanted.limit])
    return Page(
        [each for each in told if each is not None],
        numbers[wanted.limit - 1] if len(numbers) > wanted.limit else None,
    )


def _under_key(shop: Shop, actor: str, wanted: Wanted) -> list[PaymentTold]:
    connection = ledger_connection()
    found = ledger.find_request(connection, actor, wanted.key or "")
    if found is None or found.wallet_id is None or found.seq is None:
        return []
    entry = ledger.entry(connection, shop.issuer_id, found.wallet_id, found.seq)
    if entry is None or entry.number is None:
        return []
    told = payment_told(shop, entry.number)
    if told is None or wanted.reference not in (None, told["reference"]):
        return []
    on_day = wanted.day is None or entry.at.astimezone(JAPAN).date() == wanted.day
    return [told] if on_day else []
