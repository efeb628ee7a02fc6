"""A payment as it stands: what was paid with what, what was given back, and what is left of it.

All who tell of a payment read it here: the API and webhooks, the shop's pages, the wallet, the
console, mails (ADR 0230).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import args_row

from hansatsu.ledger.reads import ENTRIES, read_entry
from hansatsu.ledger.values import Entry, RefundLoss, WalletKind

FAMILY: LiteralString = """
    select * from ledger.entry as e
    where e.issuer_id = %(issuer)s and (
        e.number = %(number)s or e.number > %(number)s || '-' and e.number < %(number)s || '.')
"""
"""A payment and its refunds, which bear its 決済ID with a hyphen and their time behind it."""

REFUNDS: LiteralString = """
    select refund.number from unnest(%(numbers)s::text[]) as asked (number)
    cross join lateral (
        select e.number from ledger.entry as e
        where e.number > asked.number || '-' and e.number < asked.number || '.'
            and e.issuer_id = %(issuer)s
        order by e.number offset 0
    ) as refund
"""
"""What the refunds of several payments bear. ``offset 0`` has each payment's be sought by itself,
in the index of numbers: where a table is new and nothing is known of it, all its entries would be
compared with each payment."""

NUMBERED: LiteralString = """
    select * from ledger.entry as e
    where e.number = any (%(numbers)s::text[]) and e.issuer_id = %(issuer)s
"""
"""Entries by their 決済ID. Refunds are sought before (``REFUNDS``): how many lie between two texts
that are not known yet is guessed as a share of all entries, and what follows would be planned for
that."""

LOST: LiteralString = """
    select e.number, dead.amount - back.expired as expired, back.taken as reversed
    from entry as e
    cross join lateral (
        select coalesce(min(n.seq), e.seq + 1000) as seq from ledger.entry as n
        where n.wallet_id = e.wallet_id and n.seq > e.seq
            and n.kind not in ('expiry', 'issue_reversal')
    ) as next
    cross join lateral (
        select coalesce(sum(p.amount), 0)::bigint as amount
        from unnest(e.refs, e.amounts) as p (ref, amount)
        join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = p.ref
        -- By the expiry that the lot had then: it may have been moved since.
        where coalesce((
            select m.old_expiry from ledger.expiry_move as m
            where m.wallet_id = e.wallet_id and m.lot_id = l.lot_id and m.seq > e.seq
            order by m.seq limit 1
        ), l.expires_at) <= e.at
    ) as dead
    cross join lateral (
        select coalesce(-sum(p.amount) filter (where p.ref = -3), 0)::bigint as expired,
            coalesce(sum(p.amount) filter (where p.ref = -6), 0)::bigint as taken
        from ledger.entry as b
        cross join lateral unnest(b.refs, b.amounts) as p (ref, amount)
        where b.wallet_id = e.wallet_id and b.seq > e.seq and b.seq < next.seq
            and b.kind = 'issue_reversal' and b.at = e.at and b.content = ''
    ) as back
    where e.kind = 'refund'
"""
"""What did not come back of each refund.

A refund gives to the very lots that had paid. Those that were dead have expired with it; those
whose issue had been taken back were emptied again by the entries that follow it at once
(refund_v4.sql), which count what had died among them.
"""

STANDING: LiteralString = """
    select paid.device_id, w.kind::text, coalesce(lost.expired, 0), coalesce(lost.reversed, 0),
        told.*
    from told
    join entry as paid on paid.kind = 'payment' and paid.number = split_part(told.number, '-', 1)
    join ledger.wallet as w on w.wallet_id = paid.wallet_id
    left join lost on lost.number = told.number
    order by told.number
"""


@dataclass(frozen=True, slots=True)
class RefundStanding:
    """A refund of a payment.

    Attributes:
        number: 決済ID, which begins with that of its payment.
        entry: in the wallet that got the value: another one than the payment's, when that has been
            moved since. Its amount and lines are what was given to the lots, above 0.
        loss: what of it came back to nobody.
    """

    number: str
    entry: Entry
    loss: RefundLoss

    @property
    def amount(self) -> int:
        """Yen given back by the shop, ``loss`` included."""
        return self.entry.amount


@dataclass(frozen=True, slots=True)
class PaymentStanding:
    """A payment and all that was given back of it: ``0 <= left <= amount`` (check 5).

    Attributes:
        number: 決済ID.
        entry: in the wallet that paid; its amount and lines are below 0, as the wallet has them.
        device: the maker of the pay code; None at a poster and by card.
        wallet_kind: with what was paid: a resident's wallet or a card.
        refunds: the oldest first. Those by which a till cancelled its payment are among them.
    """

    number: str
    entry: Entry
    device: int | None
    wallet_kind: WalletKind
    refunds: tuple[RefundStanding, ...]

    @property
    def amount(self) -> int:
        """Yen paid."""
        return -self.entry.amount

    @property
    def refunded(self) -> int:
        """Yen given back so far."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def left(self) -> int:
        """Yen that can still be given back."""
        return self.amount - self.refunded

    def refund(self, number: str) -> RefundStanding | None:
        """The refund with this 決済ID; None for any other text."""
        return next((refund for refund in self.refunds if refund.number == number), None)


type _Row = tuple[int | None, WalletKind, RefundLoss, Entry]
"""A payment's device and wallet kind, and of one entry of its family what was lost, and itself."""


def payment_standing(
    connection: Connection[Any], issuer_id: int, number: str
) -> PaymentStanding | None:
    """The payment that bears a 決済ID, or one of whose refunds does, in one statement; None for
    any other text, another issuer's 決済ID among them.

    Who shows it to somebody sees first that it is theirs: by the entry's shop, or its wallet.
    """
    if not number.replace("-", "").isalnum():
        return None
    asked = {"issuer": issuer_id, "number": number.partition("-")[0]}
    rows = _rows(connection, FAMILY, asked)
    return _standing(rows) if any(entry.number == number for *_, entry in rows) else None


def payment_standings(
    connection: Connection[Any], issuer_id: int, numbers: Collection[str]
) -> dict[str, PaymentStanding]:
    """The payments that bear these 決済ID, by them, in two statements. What is no payment of the
    issuer is left out, as a refund's 決済ID is."""
    payments = sorted({each for each in numbers if each.isalnum()})
    asked = {"issuer": issuer_id, "numbers": payments}
    with connection.cursor(row_factory=args_row(str)) as cursor:
        refunds = cursor.execute(REFUNDS, asked).fetchall()
    families: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(connection, NUMBERED, asked | {"numbers": payments + refunds}):
        families[(row[-1].number or "").partition("-")[0]].append(row)
    return {number: _standing(rows) for number, rows in families.items()}


def _rows(connection: Connection[Any], source: LiteralString, asked: dict[str, Any]) -> list[_Row]:
    entries = "with entry as materialized (" + source + "), told as (" + ENTRIES + ")"
    query = entries + ", lost as (" + LOST + ")" + STANDING
    with connection.cursor(row_factory=args_row(_row)) as cursor:
        return cursor.execute(query, asked).fetchall()


def _standing(rows: list[_Row]) -> PaymentStanding:
    (device, wallet_kind, _, paid), *refunds = rows
    return PaymentStanding(
        paid.number or "",
        paid,
        device,
        wallet_kind,
        tuple(RefundStanding(entry.number or "", entry, loss) for _, _, loss, entry in refunds),
    )


def _row(
    device: int | None, wallet_kind: WalletKind, expired: int, taken: int, *entry: Any
) -> _Row:
    return device, wallet_kind, RefundLoss(expired, taken), read_entry(*entry)
