"""ご利用履歴: what happened in a wallet (guide, D)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.selectors import shop_names

Show = Literal["all", "payments", "charges", "expiries"]

KINDS: dict[Show, tuple[str, ...]] = {
    "all": (
        "issue",
        "issue_reversal",
        "payment",
        "refund",
        "transfer_out",
        "transfer_in",
        "expiry",
        "unexpire",
        "payback",
        "correction",
    ),
    "payments": ("payment", "refund"),
    "charges": ("issue", "transfer_in"),
    "expiries": ("expiry", "unexpire"),
}
"""Which entries each filter of the page shows: those that move value."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One lot's part in an entry. ``amount`` has the sign of the row's ``amount``."""

    emoney: str
    masked_code: str
    management_number: str
    expires_on: date | None
    amount: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry as its holder reads it.

    Attributes:
        seq: the entry's place in the wallet; 0 of what is dead and not booked yet.
        kind: 'payment', 'refund', 'issue', 'expiry' …
        shop: the shop's name; None when no shop took part.
        shop_id: its id.
        number: 決済ID of payments and refunds.
        at: when, in Japan.
        amount: as the guide shows it: payments positive, refunds negative; a correction as it
            changed the wallet; of everything else how much it was.
        refunded_number: of a refund, the 決済ID of its payment.
        lines: what came from, or went back to, which lot.
        expired_on: in a page of the history, the last usable day of what expired; the books count
            it on this day, whenever the sweep came (domain.md §9).
    """

    seq: int
    kind: str
    shop: str | None
    shop_id: int | None
    number: str | None
    at: datetime
    amount: int
    refunded_number: str | None
    lines: tuple[HistoryLine, ...]
    expired_on: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of rows, newest first; ``next_before`` asks for the next, None at the end."""

    rows: tuple[HistoryRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class PaymentDetail:
    """A payment or a refund opened.

    Attributes:
        row: itself.
        refunds: a payment's own, oldest first.
        loss: what of a refund did not come back.
        is_payment_here: True when the payment is this wallet's. A refund of what a card had paid
            before it was taken into the wallet comes here; its payment stays with the card.
    """

    row: HistoryRow
    refunds: tuple[HistoryRow, ...]
    loss: ledger.RefundLoss
    is_payment_here: bool


def history_page(
    issuer: Issuer,
    wallet_id: int,
    *,
    show: Show = "all",
    before: int | None = None,
    limit: int = 20,
) -> HistoryPage:
    """A page of ご利用履歴 of one of the issuer's wallets, from before entry ``before`` on.

    What expired stands in a row for each of its last usable days. Where expiries alone are asked
    for, what is dead and not booked yet comes first: mostly nothing, so other pages do not ask.
    """
    entries = ledger.history(
        ledger_connection(),
        issuer.pk,
        wallet_id,
        kinds=KINDS[show],
        before_seq=before,
        limit=limit + 1,
    )
    shown = entries[:limit]
    rows = _by_last_day(shown, history_rows(issuer, shown))
    if before is None and show == "expiries":
        rows = [*_dead(issuer, wallet_id), *rows]
    return HistoryPage(
        rows=tuple(rows),
        next_before=shown[-1].seq if len(entries) > limit else None,
    )


def payment_detail(issuer: Issuer, wallet_id: int, number: str) -> PaymentDetail | None:
    """The payment or refund with this 決済ID in *this* wallet; None for anybody else's."""
    standing = ledger.payment_standing(ledger_connection(), issuer.pk, number)
    if standing is None:
        return None
    opened = standing.refund(number)
    entry = standing.entry if opened is None else opened.entry
    if entry.wallet_id != wallet_id:
        return None
    refunds = [] if opened else [refund.entry for refund in standing.refunds]
    row, *others = history_rows(issuer, [entry, *refunds])
    return PaymentDetail(
        row,
        tuple(others),
        loss=opened.loss if opened else ledger.RefundLoss(),
        is_payment_here=standing.entry.wallet_id == wallet_id,
    )


def history_rows(issuer: Issuer, entries: Sequence[ledger.Entry]) -> list[HistoryRow]:
    """The ledger's entries with the names of their shops and emoneys."""
    emoneys = emoney_names(issuer)
    shops = shop_names(issuer, {entry.shop_id for entry in entries if entry.shop_id is not None})
    return [_row(entry, emoneys, shops) for entry in entries]


def _by_last_day(entries: Sequence[ledger.Entry], rows: Sequence[HistoryRow]) -> list[HistoryRow]:
    """The rows, with one for each last usable day of what an expiry entry booked."""
    places = [(entry.wallet_id, entry.seq) for entry in entries if entry.kind == "expiry"]
    parts = ledger.expired_parts(ledger_connection(), places) if places else []
    split: list[HistoryRow] = []
    for entry, row in zip(entries, rows, strict=True):
        if entry.kind != "expiry":
            split.append(row)
            continue
        lines = dict(zip([line.lot_id for line in entry.lines], row.lines, strict=True))
        of_day: dict[date, list[HistoryLine]] = {}
        for part in parts:
            if part.seq == entry.seq:
                line = replace(lines[part.lot_id], amount=part.amount)
                of_day.setdefault(part.day, []).append(line)
        split += [_expired(row, day, died) for day, died in of_day.items()]
    return split


def _dead(issuer: Issuer, wallet_id: int) -> list[HistoryRow]:
    """Rows of what is dead and not booked yet, as they will be once it is."""
    lots = ledger.dead_lots(ledger_connection(), issuer.pk, wallet_id)
    emoneys = emoney_names(issuer) if lots else {}
    of_day: dict[date, list[ledger.DeadLot]] = {}
    for lot in lots:
        of_day.setdefault(lot.day, []).append(lot)
    return [
        _expired(
            HistoryRow(0, "expiry", None, None, None, in_japan(died[0].expires_at), 0, None, ()),
            day,
            [
                HistoryLine(
                    emoneys[lot.emoney_id],
                    ledger.mask_code(lot.code),
                    lot.management_number,
                    day,
                    lot.amount,
                )
                for lot in died
            ],
        )
        for day, died in of_day.items()
    ]


def _expired(row: HistoryRow, day: date, lines: Sequence[HistoryLine]) -> HistoryRow:
    amount = sum(line.amount for line in lines)
    return replace(row, amount=amount, lines=tuple(lines), expired_on=day)


def _row(entry: ledger.Entry, emoneys: dict[int, str], shops: dict[int, str]) -> HistoryRow:
    amount = _as_shown(entry.kind, entry.amount)
    return HistoryRow(
        seq=entry.seq,
        kind=entry.kind,
        shop=shops[entry.shop_id] if entry.shop_id is not None else None,
        shop_id=entry.shop_id,
        number=entry.number,
        at=in_japan(entry.at),
        amount=amount,
        refunded_number=entry.refunded_number,
        lines=tuple(
            HistoryLine(
                emoney=emoneys[line.emoney_id],
                masked_code=line.masked_code,
                management_number=line.management_number,
                expires_on=last_day(line.expires_at),
                amount=_as_shown(entry.kind, line.amount),
            )
            for line in entry.lines
        ),
    )


def _as_shown(kind: str, amount: int) -> int:
    if kind == "correction":
        return amount
    return -amount if kind in KINDS["payments"] else abs(amount)
