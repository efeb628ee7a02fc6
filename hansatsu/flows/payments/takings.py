"""What a shop took on a day: payments at its till and at its poster, refunds, and their sum."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.paid_sign import Sign, sign_of
from hansatsu.flows.payments.refunds import Refundable, refundable
from hansatsu.formats.japan import JAPAN
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.parties.wallets.selectors import EmoneyTotal, in_japan

By = Literal["code", "poster", "card"]
"""With what a payment was made: a resident's pay code, the shop's poster, a card."""


@dataclass(frozen=True, slots=True)
class TakingRow:
    """A payment, or a refund (``amount`` below 0, ``by`` as its payment). ``at`` is in Japan,
    ``sign`` as both sides saw it."""

    number: str
    kind: Literal["payment", "refund"]
    at: datetime
    amount: int
    by: By
    sign: Sign

    @property
    def word(self) -> str:
        """The sign's word in the active language."""
        return self.sign.local_word


@dataclass(frozen=True, slots=True)
class Takings:
    """A day's rows, newest first, ``total`` yen less refunds and the ``count`` of payments (of
    the whole day, however many rows are asked for).

    ``version`` changes when rows come. ``next_before`` asks for the older rows, None at the end.
    """

    rows: tuple[TakingRow, ...]
    total: int
    count: int
    version: str
    next_before: str | None


@dataclass(frozen=True, slots=True)
class ShopPayment:
    """A payment (or a refund) as its shop may see it: nothing about who paid.

    Attributes:
        number: 決済ID.
        kind: 'payment' or 'refund'.
        at: when, in Japan.
        amount: yen, signed as for the shop.
        by: with what it was paid.
        sign: of both screens.
        uses: yen by emoney.
        refunded: of a payment, yen given back so far.
        refunds: of a payment, its refunds, oldest first.
        refundable: of a payment, what of it can be refunded.
        refunded_number: of a refund, the 決済ID of its payment.
        loss: of a refund, what did not come back to who had paid.
    """

    number: str
    kind: Literal["payment", "refund"]
    at: datetime
    amount: int
    by: By
    sign: Sign
    uses: tuple[EmoneyTotal, ...]
    refunded: int
    refunds: tuple[TakingRow, ...]
    refundable: Refundable | None
    refunded_number: str | None
    loss: ledger.RefundLoss

    @property
    def came_back(self) -> int:
        """Of a refund, the yen that who had paid can spend again."""
        return -self.amount - self.loss.total


def takings_of_day(
    shop: Shop, day: date | None = None, limit: int = 50, before: str | None = None
) -> Takings:
    """What the shop took on a day in Japan.

    Args:
        shop: whose.
        day: which; today when None.
        limit: how many rows at most.
        before: ``next_before`` of the rows above; None for the newest.
    """
    connection = ledger_connection()
    day = day or _today()
    since, until = _bounds(day)
    last = (
        None if before is None else ledger.shop_entry(connection, shop.issuer_id, shop.pk, before)
    )
    entries = ledger.shop_entries(
        connection,
        shop.issuer_id,
        shop.pk,
        since=since,
        until=until,
        before=None if last is None else (last.at, last.number),
        limit=limit + 1,
    )
    shown = entries[:limit]
    summed = ledger.shop_sum(connection, shop.issuer_id, shop.pk, since=since, until=until)
    return Takings(
        rows=tuple(_row(shop, entry) for entry in shown),
        total=summed.total,
        count=summed.payments,
        version=_version(day, summed),
        next_before=shown[-1].number if len(entries) > limit else None,
    )


def last_payment_at(terminal: Terminal) -> datetime | None:
    """When the terminal last took or gave back a payment; None when it has not for a month."""
    since = clock.now() - LOOKED_BACK
    return ledger.last_entry_of(
        ledger_connection(), terminal.issuer_id, terminal.shop_id, terminal.actor, since=since
    )


LOOKED_BACK = timedelta(days=31)


def takings_version(shop: Shop) -> str:
    """The version of today's takings, for a page that asks often whether there is more."""
    day = _today()
    since, until = _bounds(day)
    summed = ledger.shop_sum(ledger_connection(), shop.issuer_id, shop.pk, since=since, until=until)
    return _version(day, summed)


def shop_payment(shop: Shop, number: str) -> ShopPayment | None:
    """The payment or refund with this 決済ID at *this* shop; None for any other."""
    standing = ledger.payment_standing(ledger_connection(), shop.issuer_id, number)
    if standing is None or standing.entry.shop_id != shop.pk:
        return None
    refund = standing.refund(number)
    entry = standing.entry if refund is None else refund.entry
    refunds = () if refund else standing.refunds
    row = _row(shop, _as_shop_entry(standing, entry))
    return ShopPayment(
        number=row.number,
        kind=row.kind,
        at=row.at,
        amount=row.amount,
        by=row.by,
        sign=row.sign,
        uses=_by_emoney(shop, entry),
        refunded=0 if refund else standing.refunded,
        refunds=tuple(_row(shop, _as_shop_entry(standing, each.entry)) for each in refunds),
        refundable=None if refund else refundable(standing),
        refunded_number=entry.refunded_number,
        loss=refund.loss if refund else ledger.RefundLoss(),
    )


def _as_shop_entry(standing: ledger.PaymentStanding, entry: ledger.Entry) -> ledger.ShopEntry:
    """The payment itself, or one of its refunds, which is by whatever paid."""
    return ledger.ShopEntry(
        number=entry.number or "",
        kind="payment" if entry is standing.entry else "refund",
        at=entry.at,
        amount=-entry.amount,
        device=standing.device,
        wallet_kind=standing.wallet_kind,
    )


def _row(shop: Shop, entry: ledger.ShopEntry) -> TakingRow:
    by: By = "poster" if entry.device is None else "code"
    return TakingRow(
        number=entry.number,
        kind=entry.kind,
        at=in_japan(entry.at),
        amount=entry.amount,
        by="card" if entry.wallet_kind == "card" else by,
        sign=sign_of(shop.pk, entry.at),
    )


def _by_emoney(shop: Shop, entry: ledger.Entry) -> tuple[EmoneyTotal, ...]:
    names = emoney_names(shop.issuer)
    sums: dict[int, int] = {}
    for line in entry.lines:
        sums[line.emoney_id] = sums.get(line.emoney_id, 0) - line.amount
    return tuple(EmoneyTotal(each, names[each], amount) for each, amount in sums.items())


def _today() -> date:
    return in_japan(clock.now()).date()


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The first moments of a day and of the next one, in Japan."""
    start = datetime.combine(day, time(), JAPAN)
    return start, start + timedelta(days=1)


def _version(day: date, summed: ledger.ShopSum) -> str:
    # Entries are only ever added, and not always in the order of their times: so their number
    # tells what the newest one's time would not.
    return f"{day:%Y%m%d}-{summed.entries}"
