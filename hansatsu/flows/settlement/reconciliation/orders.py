"""What residents paid for, where that money was at a moment, and to whom it belongs.

By orders and payments at the provider alone; lots are asked elsewhere (``lots``), so that an order
whose value is there without a payment, or the other way round, is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Order, OrderState, PaymentRole, ProviderPayment
from hansatsu.flows.charging.refund_states import away_at
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer

NEAR = timedelta(hours=1)
"""How far an order's own time of charging may be from that of its entry, which counts."""
CHARGED = (OrderState.CHARGED, OrderState.REVERSED)
Place = tuple[int, int]
"""An issue's entry: wallet and seq."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Yen, all before a moment.

    Attributes:
        captured: what residents paid at the provider.
        gone: what of it the provider gave back, or lost to the payers' banks.
        uncharged: of orders that are paid and have no value yet.
        to_give_back: of payments that are to go back: late or double ones, orders taken back.
        lost: what is gone though its value was spent, or still can be.
        value: what the value of the orders was paid with.
    """

    captured: int = 0
    gone: int = 0
    uncharged: int = 0
    to_give_back: int = 0
    lost: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class _Paid:
    pk: int
    provider: str
    payment_id: str
    amount: int
    role: str
    order_id: int


def orders_until(issuer: Issuer, cut_at: datetime, transferred: Mapping[int, int]) -> Orders:
    """What orders and payments say.

    Args:
        issuer: whose.
        cut_at: the first moment that counts no more.
        transferred: what was sent back to bank accounts by then, by payment (id).
    """
    away = away_at(issuer, cut_at)
    charged = _charged(issuer, cut_at)
    taken_back = ledger.taken_back(ledger_connection(), issuer.pk, cut_at)
    payments = ProviderPayment.objects.of(issuer).filter(paid_at__lt=cut_at).order_by()
    columns = ("pk", "provider", "payment_id", "amount", "role", "order_id")
    sums = dict.fromkeys(Orders.__dataclass_fields__, 0)
    for paid in starmap(_Paid, payments.values_list(*columns)):
        told = away.get((paid.provider, paid.payment_id))
        gone = told.total if told else 0
        left = paid.amount - gone - transferred.get(paid.pk, 0)
        sums["captured"] += paid.amount
        sums["gone"] += gone
        place = charged.get(paid.order_id) if paid.role == PaymentRole.ORDER else None
        back = taken_back.get(place) if place else None
        if place and (back is None or not back.is_back):
            sums["lost"] += paid.amount - left
            sums["value"] += paid.amount
            continue
        owed = "to_give_back" if place or paid.role != PaymentRole.ORDER else "uncharged"
        sums[owed] += max(0, left)
        # more is gone than came: nobody is owed that
        sums["lost"] += max(0, -left)
        if place and back:
            sums["lost"] += paid.amount - back.paid
            sums["value"] += paid.amount - back.paid
    return Orders(**sums)


def _charged(issuer: Issuer, cut_at: datetime) -> dict[int, Place]:
    """The issues of the orders that had their value by then, by order (id)."""
    orders = Order.objects.of(issuer).filter(state__in=CHARGED, charged_at__lt=cut_at + NEAR)
    places: dict[int, Place] = {}
    near: list[Place] = []
    for pk, wallet, seq, at in orders.order_by().values_list(
        "pk", "wallet_id", "seq", "charged_at"
    ):
        if wallet is None or seq is None or at is None:
            continue  # a check of the table: one that is charged has them all
        places[pk] = (wallet, seq)
        if abs(at - cut_at) < NEAR:
            near.append((wallet, seq))
    entries = ledger.entries_at(ledger_connection(), near) if near else []
    later = {(each.wallet_id, each.seq) for each in entries if each.at >= cut_at}
    return {pk: place for pk, place in places.items() if place not in later}
