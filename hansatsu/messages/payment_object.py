"""A payment as tills are told of it: the same object in the API's answers and in webhooks.

Amounts are integer yen, times RFC 3339 in UTC, lots masked; nothing says who paid.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, TypedDict

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import read_reference
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop


class LotPart(TypedDict):
    """What one lot gave or got back. ``lot`` is masked, ``emoney`` a name."""

    lot: str
    emoney: str
    amount: int


class RefundTold(TypedDict):
    """A refund; ``payment`` is the 決済ID of what was paid. ``expired`` yen of it died at once,
    since the lots that it went back to had expired: the payer does not get them."""

    id: str
    payment: str
    amount: int
    refunded_at: str
    restores: list[LotPart]
    expired: int


class PaymentTold(TypedDict):
    """A payment; ``status`` is ``refunded`` when nothing is left of it, ``refundable`` what is."""

    id: str
    status: Literal["paid", "refunded"]
    amount: int
    shop: str
    reference: str | None
    paid_at: str
    uses: list[LotPart]
    refunds: list[RefundTold]
    refundable: int


def payment_told(shop: Shop, number: str) -> PaymentTold | None:
    """The payment of ``shop`` with this 決済ID as it stands now; None for a refund's, another
    shop's or nobody's. ``shop.issuer_id`` decides where is looked."""
    connection = ledger_connection()
    entry = ledger.payment_by_number(connection, shop.issuer_id, number)
    if entry is None or entry.kind != "payment" or entry.shop_id != shop.pk:
        return None
    names = emoney_names(shop.issuer)
    refunds = _refunds_told(shop, ledger.refunds_of(connection, shop.issuer_id, number), names)
    note = ledger.note(connection, shop.issuer_id, entry.wallet_id, entry.seq)
    left = -entry.amount - sum(refund["amount"] for refund in refunds)
    return PaymentTold(
        id=number,
        status="paid" if left else "refunded",
        amount=-entry.amount,
        shop=shop.code,
        reference=read_reference(note),
        paid_at=moment_told(entry.at),
        uses=_parts(entry, names),
        refunds=refunds,
        refundable=left,
    )


def refund_told(shop: Shop, number: str) -> RefundTold | None:
    """The refund of a payment of ``shop`` with this 決済ID; None for a payment's, another shop's or
    nobody's."""
    entry = ledger.payment_by_number(ledger_connection(), shop.issuer_id, number)
    if entry is None or entry.kind != "refund" or entry.shop_id != shop.pk:
        return None
    return _refunds_told(shop, [entry], emoney_names(shop.issuer))[0]


def _refunds_told(
    shop: Shop, entries: Sequence[ledger.Entry], names: dict[int, str]
) -> list[RefundTold]:
    numbers = [entry.number for entry in entries if entry.number]
    connection = ledger_connection()
    losses = ledger.refund_losses(connection, shop.issuer_id, numbers) if numbers else {}
    return [
        RefundTold(
            id=entry.number or "",
            payment=entry.refunded_number or "",
            amount=entry.amount,
            refunded_at=moment_told(entry.at),
            restores=_parts(entry, names),
            expired=losses[entry.number or ""].expired_amount,
        )
        for entry in entries
    ]


def moment_told(moment: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _parts(entry: ledger.Entry, names: dict[int, str]) -> list[LotPart]:
    return [
        LotPart(lot=line.masked_code, emoney=names[line.emoney_id], amount=abs(line.amount))
        for line in entry.lines
    ]
