"""Reading a timeline: a page of rows after a cursor."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from hansatsu.flows.charging.models import Order
from hansatsu.flows.support.timelines import sources
from hansatsu.flows.support.timelines.branch import Branch, query
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import card_name, payment_name
from hansatsu.parties.shops.models import Shop

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown: rows after it are older, or of the same moment and further
    down. ``seq`` is that of the wallet's last entry that was shown, None when none was."""

    at: datetime
    source: str
    key: str
    seq: int | None = None

    def __str__(self) -> str:
        micros = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{micros}.{'' if self.seq is None else self.seq}.{self.source}.{self.key}"


FIRST = Cursor(datetime.max.replace(tzinfo=UTC), "~", "")
"""Before everything."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened.

    Attributes:
        at: when.
        source: what kind of record it is: entry, mail, event, audit, order …
        kind: what happened, in the record's own word.
        actor: who did it (``staff:7``, ``resident:3``); empty when the record does not say.
        actor_name: their name, of staff and terminals.
        amount: yen, signed as for whose timeline it is; None when it is no amount.
        detail: what else the record says.
        key: tells rows of one source and moment apart.
    """

    at: datetime
    source: str
    key: str
    kind: str
    actor: str
    actor_name: str
    amount: int | None
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Row":
        """A row of the query."""
        *others, detail = row
        fields: list[Any] = [*others, json.loads(detail)]
        return cls(*fields)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page, newest first; ``next`` asks for the one after it, None at the end."""

    rows: tuple[Row, ...]
    next: Cursor | None


RESIDENT: tuple[Branch, ...] = (
    sources.ENTRIES_OF_WALLET,
    sources.MAILS_OF_RESIDENT,
    sources.EVENTS_OF_RESIDENT,
    sources.AUDIT_OF_SUBJECT,
    sources.ORDERS_OF_RESIDENT,
    sources.DEVICES_OF_RESIDENT,
    sources.CODES_OF_RESIDENT,
    sources.CORRECTIONS_OF_RESIDENT,
    sources.EXPIRY_MOVES_OF_RESIDENT,
)
SHOP: tuple[Branch, ...] = (
    sources.ENTRIES_OF_SHOP,
    sources.AUDIT_OF_SHOP,
    sources.AUDIT_ABOUT_SHOP,
    sources.EQUIPMENT_OF_SHOP,
    sources.ACCEPTANCE_OF_SHOP,
    sources.ALARMS_OF_SHOP,
)
PAYMENT: tuple[Branch, ...] = (
    sources.ENTRIES_OF_PAYMENT,
    sources.MAILS_OF_PAYMENT,
    sources.AUDIT_OF_SUBJECT,
    sources.WEBHOOKS_OF_PAYMENT,
)
ORDER: tuple[Branch, ...] = (
    sources.STEPS_OF_ORDER,
    sources.ENTRIES_OF_ORDER,
    sources.MAILS_OF_ORDER,
    sources.AUDIT_OF_ORDER,
    sources.CHECKOUTS_OF_ORDER,
    sources.TOLD_OF_ORDER,
    sources.MONEY_OF_ORDER,
    sources.TASKS_OF_ORDER,
    sources.TRANSFERS_OF_ORDER,
    sources.ALARMS_OF_ORDER,
)
CARD: tuple[Branch, ...] = (
    sources.ENTRIES_OF_WALLET,
    sources.AUDIT_OF_SUBJECT,
    sources.CARD_MADE,
    sources.CORRECTIONS_OF_CARD,
    sources.EXPIRY_MOVES_OF_CARD,
)


def resident_timeline(resident: Resident, after: Cursor = FIRST, *, limit: int = PAGE) -> Timeline:
    """Everything of a resident: entries of the wallet, mails, events of the account, acts of staff,
    orders, browsers, codes."""
    return _read(
        RESIDENT,
        after,
        limit,
        issuer=resident.issuer_id,
        resident=resident.pk,
        wallet=resident.wallet_id,
        subject=resident.actor,
    )


def shop_timeline(shop: Shop, after: Cursor = FIRST, *, limit: int = PAGE) -> Timeline:
    """Everything of a shop: payments and refunds, acts of its staff and of the office, terminals,
    keys, webhooks, emoneys it takes, alarms."""
    return _read(SHOP, after, limit, issuer=shop.issuer_id, shop=shop.pk)


def payment_timeline(
    issuer: Issuer, number: str, after: Cursor = FIRST, *, limit: int = PAGE
) -> Timeline:
    """Everything of a payment: itself, its refunds, mails, acts, what the shop's server was told.

    Args:
        issuer: whose payment.
        number: 決済ID of the payment, not of a refund.
        after: where the page before ended.
        limit: rows.
    """
    subject = payment_name(number)
    return _read(PAYMENT, after, limit, issuer=issuer.pk, number=number, subject=subject)


def order_timeline(order: Order, after: Cursor = FIRST, *, limit: int = PAGE) -> Timeline:
    """Everything of an order: its steps, the issue and what took it back, mails, acts, payment
    pages, what the provider told, money, tasks, transfers."""
    return _read(
        ORDER,
        after,
        limit,
        issuer=order.issuer_id,
        order=order.pk,
        number=order.number,
    )


def card_timeline(card: Card, after: Cursor = FIRST, *, limit: int = PAGE) -> Timeline:
    """Everything of a card: entries of its wallet, acts of staff, what became of it."""
    return _read(
        CARD,
        after,
        limit,
        issuer=card.issuer_id,
        card=card.pk,
        wallet=card.wallet_id,
        subject=card_name(card.pk),
    )


def read_cursor(text: str) -> Cursor:
    """The cursor in an address; the beginning for what is not ours."""
    parts = text[:LONGEST].replace("\0", "").split(".", 3)
    if len(parts) != 4:
        return FIRST
    micros, seq, source, key = parts
    try:
        at = EPOCH + timedelta(microseconds=int(micros))
        place = int(seq) if seq else None
    except (ValueError, OverflowError):
        return FIRST
    return Cursor(at, source, key, place) if (place or 0) < 2**63 else FIRST


def _read(branches: Sequence[Branch], after: Cursor, limit: int, **about: Any) -> Timeline:
    asked = about | {
        "at": after.at,
        "source": after.source,
        "key": after.key,
        "seq": after.seq,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(query(branches), asked)
        found = [Row.of(row) for row in cursor.fetchall()]
    shown = tuple(found[:limit])
    more = _cursor_at(shown, after) if len(found) > limit else None
    return Timeline(shown, more)


def _cursor_at(rows: Sequence[Row], after: Cursor) -> Cursor:
    last = rows[-1]
    entries = [row for row in rows if row.source == "entry"]
    seq = int(entries[-1].detail["seq"]) if entries else after.seq
    return Cursor(last.at, last.source, last.key, seq)
