"""A shop's books of a day or a month: every payment and refund with who took it where, their sums
by emoney, by person and by terminal (日計), and looking for one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.takings import By
from hansatsu.formats.japan import JAPAN, in_japan
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import read_reason, read_reference, read_staff
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop, Terminal

TERMINAL = "terminal:"
STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class BookRow:
    """A payment, or a refund (``amount`` below 0), as a shop's books have it.

    Attributes:
        number: 決済ID.
        kind: 'payment' or 'refund'.
        at: when, in Japan.
        amount: yen, signed as for the shop.
        by: with what its payment was made.
        emoneys: yen by the emoney's name, signed like ``amount``.
        staff: who was at the page; empty at the poster and at a till of the API.
        terminal: where; empty at the poster.
        card: the last four of a card; empty for a resident.
        reference: a till's own text.
        reason: of a refund.
        refunded_number: of a refund, the 決済ID of its payment.
    """

    number: str
    kind: Literal["payment", "refund"]
    at: datetime
    amount: int
    by: By
    emoneys: dict[str, int]
    staff: str
    terminal: str
    card: str
    reference: str
    reason: str
    refunded_number: str

    @property
    def is_same_day(self) -> bool:
        """True when a refund is a 取消, on the day of the payment. The day stands in the
        payment's number, after the issuer's prefix of 13."""
        return f"{self.at:%Y%m%d}" == self.refunded_number[13:21]


@dataclass(frozen=True, slots=True)
class BookLine:
    """A sum of 日計: yen paid, yen given back, and how many of each. ``net`` is what stays."""

    name: str
    paid: int
    refunded: int
    payments: int
    refunds: int

    @property
    def net(self) -> int:
        """Yen paid less yen given back."""
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class DayBook:
    """The rows of a time, newest first, their sum and its parts."""

    rows: tuple[BookRow, ...]
    total: BookLine
    emoneys: tuple[BookLine, ...]
    staff: tuple[BookLine, ...]
    terminals: tuple[BookLine, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: parts that all must fit, each None or empty for any."""

    number: str = ""
    amount: int | None = None
    card: str = ""
    staff: str = ""
    terminal: str = ""
    reference: str = ""

    @property
    def is_anything(self) -> bool:
        """True when nothing particular is looked for."""
        return self == Wanted()

    def fits(self, row: BookRow) -> bool:
        """True when the row is one of those looked for."""
        return (
            self.number in row.number
            and self.amount in (None, abs(row.amount))
            and (not self.card or row.card == self.card)
            and self.staff.casefold() in row.staff.casefold()
            and self.terminal.casefold() in row.terminal.casefold()
            and self.reference.casefold() in row.reference.casefold()
        )


def day_book(shop: Shop, since: date, until: date) -> DayBook:
    """The shop's books from the day ``since`` up to, and without, the day ``until`` in Japan."""
    return _book(_rows(shop, since, until))


def book_of_place(book: DayBook, place: str) -> DayBook:
    """Of ``book`` what was done at one place: a line of its ``terminals``."""
    return _book(tuple(row for row in book.rows if _place(row) == place))


def _book(rows: tuple[BookRow, ...]) -> DayBook:
    return DayBook(
        rows=rows,
        total=_line("", rows, lambda row: row.amount),
        emoneys=_by_emoney(rows),
        staff=_grouped(rows, lambda row: row.staff or _("(担当者なし)")),
        terminals=_grouped(rows, _place),
    )


def book_row(shop: Shop, number: str, at: datetime) -> BookRow | None:
    """One payment or refund of the shop with who took it where; ``at`` is its time."""
    found = _between(shop, at, at + timedelta(microseconds=1))
    return next((row for row in found if row.number == number), None)


def next_month(month: date) -> date:
    """The first day of the month after the one of ``month``."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _rows(shop: Shop, since: date, until: date) -> tuple[BookRow, ...]:
    moments = (datetime.combine(day, time(), JAPAN) for day in (since, until))
    return _between(shop, *moments)


def _between(shop: Shop, since: datetime, until: datetime) -> tuple[BookRow, ...]:
    found = ledger.shop_rows(ledger_connection(), shop.issuer_id, shop.pk, since=since, until=until)
    names = _Names(shop, found)
    return tuple(names.row(each) for each in found)


class _Names:
    """The names of what a shop's rows speak of, each kind read once."""

    def __init__(self, shop: Shop, rows: Iterable[ledger.ShopRow]) -> None:
        self.emoneys = emoney_names(shop.issuer)
        staff = Staff.objects.of(shop.issuer).filter(shop=shop)
        self.staff = dict(staff.values_list("pk", "display_name"))
        terminals = Terminal.objects.of(shop.issuer).filter(shop=shop)
        self.terminals = dict(terminals.values_list("pk", "name"))
        wallets = {row.wallet_id for row in rows if row.wallet_kind == "card"}
        cards = Card.objects.of(shop.issuer).filter(wallet_id__in=wallets)
        self.cards = dict(cards.values_list("wallet_id", "last_four"))

    def row(self, row: ledger.ShopRow) -> BookRow:
        by: By = "poster" if row.device is None else "code"
        staff = read_staff(row.note)
        return BookRow(
            number=row.number,
            kind=row.kind,
            at=in_japan(row.at),
            amount=row.amount,
            by="card" if row.wallet_kind == "card" else by,
            emoneys={
                self.emoneys[emoney]: amount
                for emoney, amount in zip(row.emoneys, row.amounts, strict=True)
            },
            staff=self.staff.get(staff or _number(row.actor, STAFF), ""),
            terminal=self.terminals.get(_number(row.actor, TERMINAL), ""),
            card=self.cards.get(row.wallet_id, ""),
            reference=read_reference(row.note) or "",
            reason=read_reason(row.note) if row.kind == "refund" else "",
            refunded_number=row.refunded_number or "",
        )


def _number(actor: str, kind: str) -> int:
    """7 of ``terminal:7``, and of ``terminal:7:cancellation``, as refunds by cancellation were once
    written; 0 when the actor is of another kind."""
    end = actor.removeprefix(kind).partition(":")[0]
    return int(end) if actor.startswith(kind) and end.isdecimal() else 0


def _place(row: BookRow) -> str:
    if row.terminal:
        return row.terminal
    return _("店舗QRコード") if row.by == "poster" and row.kind == "payment" else _("(端末なし)")


def _by_emoney(rows: tuple[BookRow, ...]) -> tuple[BookLine, ...]:
    names = dict.fromkeys(name for row in rows for name in row.emoneys)
    return tuple(
        _line(
            name,
            [row for row in rows if name in row.emoneys],
            lambda row, name=name: row.emoneys[name],  # type: ignore[misc]
        )
        for name in sorted(names)
    )


def _grouped(rows: tuple[BookRow, ...], name_of: Callable[[BookRow], str]) -> tuple[BookLine, ...]:
    groups: dict[str, list[BookRow]] = defaultdict(list)
    for row in rows:
        groups[name_of(row)].append(row)
    return tuple(_line(name, groups[name], lambda row: row.amount) for name in sorted(groups))


def _line(name: str, rows: Iterable[BookRow], amount: Callable[[BookRow], int]) -> BookLine:
    paid = [amount(row) for row in rows if row.kind == "payment"]
    refunded = [-amount(row) for row in rows if row.kind == "refund"]
    return BookLine(name, sum(paid), sum(refunded), len(paid), len(refunded))
