"""What money there should be at the end of a month, against what the bank says (ADR 0296).

Five sources that do not ask each other: lots, statements, payout runs, orders, the bank. Expected
is made of all of them; each pair of two that speak of the same yen is compared too, so that a
difference says where it is: it is the sum of theirs, whatever is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from hansatsu.flows.settlement.models import AdjustmentKind, BankLineKind
from hansatsu.flows.settlement.reconciliation.bank import Bank, bank_until
from hansatsu.flows.settlement.reconciliation.lots import Lots, lots_until
from hansatsu.flows.settlement.reconciliation.months import Month
from hansatsu.flows.settlement.reconciliation.orders import Orders, orders_until
from hansatsu.flows.settlement.reconciliation.paid_out import PaidOut, paid_out_until
from hansatsu.flows.settlement.reconciliation.shops import Shops, shops_until
from hansatsu.parties.issuers.models import Issuer

Part = Literal["owed", "elsewhere", "kept", "account"]
"""``owed``: it is somebody else's. ``elsewhere``: it is not in the account yet. ``kept``: it is the
issuer's, or lost to it. ``account``: only the bank knows of it."""

K = BankLineKind
SENT: Final = (K.SHOP_PAYOUT, K.RESIDENT_TRANSFER)


@dataclass(frozen=True, slots=True)
class Figure:
    """``yen`` of what should be in the account; below zero what should not, or is not yet."""

    part: Part
    code: str
    yen: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The same yen by two sources; ``gap`` is what it adds to the difference, yen."""

    code: str
    gap: int


@dataclass(frozen=True, slots=True)
class Found:
    """A month: ``bank`` yen are in the account. ``explained`` was said of the difference when
    earlier months were signed."""

    bank: int
    figures: Sequence[Figure]
    pairs: Sequence[Pair]
    explained: int = field(default=0)

    @property
    def expected(self) -> int:
        """Yen that should be in the account."""
        return sum(figure.yen for figure in self.figures) + self.explained

    @property
    def difference(self) -> int:
        """Yen in the account beyond that; below zero when they are missing."""
        return self.bank - self.expected


def found_until(issuer: Issuer, month: Month, explained: int = 0) -> Found:
    """What a month comes to, by all that is known now. Before it is cut its figures may change.

    Args:
        issuer: whose.
        month: the month.
        explained: yen of the differences of earlier months that were explained for good.
    """
    bank = bank_until(issuer, month.last_day)
    paid_out = paid_out_until(issuer, month.last_day)
    shops = shops_until(issuer, month.last_day, month.cut_at)
    orders = orders_until(issuer, month.cut_at, paid_out.residents)
    lots = lots_until(issuer, month.cut_at)
    figures = [
        *_owed(lots, shops, paid_out, orders),
        *_elsewhere(lots, shops, paid_out, orders, bank),
        *_kept(lots, shops, paid_out, orders, bank),
        *(Figure("account", kind, bank.of(kind)) for kind in (K.OPENING, K.INTEREST, K.OTHER)),
    ]
    pairs = _pairs(bank, paid_out, shops, orders, lots)
    return Found(bank.balance, figures, pairs, explained)


def _owed(lots: Lots, shops: Shops, paid_out: PaidOut, orders: Orders) -> list[Figure]:
    return [
        Figure("owed", "unused", lots.unused),
        Figure("owed", "payables", shops.payouts - paid_out.payables),
        Figure("owed", "since", shops.since + shops.adjusted.pending),
        Figure("owed", "debts", shops.carried),
        Figure("owed", "uncharged", orders.uncharged),
        Figure("owed", "to_give_back", orders.to_give_back),
    ]


def _elsewhere(
    lots: Lots, shops: Shops, paid_out: PaidOut, orders: Orders, bank: Bank
) -> list[Figure]:
    provider = orders.captured - orders.gone - bank.of(K.PROVIDER_PAYOUT) - bank.withheld
    premium = lots.used - lots.used_paid - bank.of(K.PREMIUM)
    return [
        Figure("elsewhere", "provider", -provider),
        Figure("elsewhere", "premium", -premium),
        Figure("elsewhere", "coming_back", -paid_out.coming_back),
        Figure("elsewhere", "ahead", -shops.adjusted.ahead),
    ]


def _kept(lots: Lots, shops: Shops, paid_out: PaidOut, orders: Orders, bank: Bank) -> list[Figure]:
    adjusted = shops.adjusted.by_kind
    goodwill = adjusted[AdjustmentKind.GOODWILL] + adjusted[AdjustmentKind.WRONG_SHOP]
    return [
        Figure("kept", "expired", lots.expired_paid),
        Figure("kept", "corrected", lots.corrected_paid),
        Figure("kept", "fees", shops.fees),
        Figure("kept", "fees_borne_by_shops", paid_out.fees_borne_by_shops),
        Figure("kept", "goodwill", -goodwill),
        Figure("kept", "written_off", -adjusted[AdjustmentKind.WRITTEN_OFF]),
        Figure("kept", "lost", -orders.lost),
        Figure("kept", "kept_by_bank", -paid_out.failed_kept_by_bank),
        Figure("kept", "transfer_fees", bank.of(K.TRANSFER_FEE)),
        Figure("kept", "provider_fees", bank.of(K.PROVIDER_FEE) - bank.withheld),
    ]


def _pairs(bank: Bank, paid_out: PaidOut, shops: Shops, orders: Orders, lots: Lots) -> list[Pair]:
    collected = shops.adjusted.by_kind[AdjustmentKind.COLLECTED] - shops.adjusted.ahead
    said = shops.taken + shops.adjusted.all - shops.fees
    return [
        Pair("sent", bank.of(*SENT) + paid_out.sent),
        Pair("returned", bank.of(K.RETURNED) - paid_out.failed_returned),
        Pair("collected", bank.of(K.COLLECTED) - collected),
        Pair("taken", lots.used - shops.taken),
        Pair("statements", said - shops.due),
        Pair("payables", paid_out.payables - paid_out.shop_rows),
        Pair("orders", orders.value - lots.issued_paid),
    ]
