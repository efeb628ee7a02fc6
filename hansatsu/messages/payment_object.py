"""A payment as tills are told of it: the same object in the API's answers and in webhooks.

Amounts are integer yen, times RFC 3339 in UTC, lots masked; nothing says who paid.
"""

from collections.abc import Iterable
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
    standing = ledger.payment_standing(connection, shop.issuer_id, number)
    if standing is None or standing.number != number or standing.entry.shop_id != shop.pk:
        return None
    entry = standing.entry
    note = ledger.note(connection, shop.issuer_id, entry.wallet_id, entry.seq)
    return _payment_told(shop, standing, note, emoney_names(shop.issuer))


def payments_told(asked: Iterable[tuple[Shop, str]]) -> dict[tuple[int, str], PaymentTold]:
    """As ``payment_told`` of many shops and 決済ID, by the shop's id and the 決済ID, in a
    handful of statements for each issuer; what that has nothing of is left out."""
    wanted = list(dict.fromkeys(asked))
    issuers = {shop.issuer_id: shop.issuer for shop, _ in wanted}
    told: dict[tuple[int, str], PaymentTold] = {}
    for issuer_id, issuer in issuers.items():
        theirs = [(shop, number) for shop, number in wanted if shop.issuer_id == issuer_id]
        standings = ledger.payment_standings(
            ledger_connection(), issuer_id, [number for _, number in theirs]
        )
        places = [(each.entry.wallet_id, each.entry.seq) for each in standings.values()]
        notes = ledger.notes(ledger_connection(), issuer_id, places)
        names = emoney_names(issuer)
        for shop, number in theirs:
            standing = standings.get(number)
            if standing is not None and standing.entry.shop_id == shop.pk:
                note = notes.get((standing.entry.wallet_id, standing.entry.seq))
                told[shop.pk, number] = _payment_told(shop, standing, note, names)
    return told


def _payment_told(
    shop: Shop, standing: ledger.PaymentStanding, note: str | None, names: dict[int, str]
) -> PaymentTold:
    entry = standing.entry
    return PaymentTold(
        id=standing.number,
        status="paid" if standing.left else "refunded",
        amount=standing.amount,
        shop=shop.code,
        reference=read_reference(note),
        paid_at=moment_told(entry.at),
        uses=_parts(entry, names),
        refunds=[_refund_told(standing, refund, names) for refund in standing.refunds],
        refundable=standing.left,
    )


def refund_told(shop: Shop, number: str) -> RefundTold | None:
    """The refund of a payment of ``shop`` with this 決済ID; None for a payment's, another shop's or
    nobody's."""
    standing = ledger.payment_standing(ledger_connection(), shop.issuer_id, number)
    if standing is None or standing.entry.shop_id != shop.pk:
        return None
    refund = standing.refund(number)
    if refund is None:
        return None
    return _refund_told(standing, refund, emoney_names(shop.issuer))


def _refund_told(
    standing: ledger.PaymentStanding, refund: ledger.RefundStanding, names: dict[int, str]
) -> RefundTold:
    return RefundTold(
        id=refund.number,
        payment=standing.number,
        amount=refund.amount,
        refunded_at=moment_told(refund.entry.at),
        restores=_parts(refund.entry, names),
        expired=refund.loss.expired_amount,
    )


def moment_told(moment: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def _parts(entry: ledger.Entry, names: dict[int, str]) -> list[LotPart]:
    return [
        LotPart(lot=line.masked_code, emoney=names[line.emoney_id], amount=abs(line.amount))
        for line in entry.lines
    ]
