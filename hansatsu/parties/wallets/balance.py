"""残高詳細: what a wallet holds (guide, C)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, get_args

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names

FORESEEN: Final = 90
"""Days before the last usable day from which on the top page tells of it."""

NEAR: Final = 30
"""Days before the last usable day under which it is urgent."""


@dataclass(frozen=True, slots=True)
class BandTotal:
    """Yen of one band of 有効期限毎の残高."""

    band: ledger.Band
    amount: int


@dataclass(frozen=True, slots=True)
class EmoneyTotal:
    """Yen of one emoney."""

    emoney_id: int
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """One lot of コード(ID)一覧. ``expires_on`` is its last day, None for なし."""

    lot_id: int
    emoney: str
    masked_code: str
    management_number: str
    expires_on: date | None
    registered_at: datetime
    balance: int


@dataclass(frozen=True, slots=True)
class BalancePage:
    """All of 残高詳細. The three bands are always there, in their order; of the emoneys those
    that the wallet holds; the lots in the order they are spent in. Everything sums to
    ``total``."""

    total: int
    bands: tuple[BandTotal, ...]
    emoneys: tuple[EmoneyTotal, ...]
    lots: tuple[LotRow, ...]


@dataclass(frozen=True, slots=True)
class Soonest:
    """What dies first: yen, the last day on which they can be spent, and how many days that is from
    today; 0 on the day itself."""

    amount: int
    last_day: date
    days: int

    @property
    def is_near(self) -> bool:
        """True when it is shown as urgent."""
        return self.days < NEAR


@dataclass(frozen=True, slots=True)
class TopBalance:
    """``total`` and ``emoneys`` as those of ``BalancePage``; ``soonest`` is None when nothing dies
    within ``FORESEEN`` days."""

    total: int
    emoneys: tuple[EmoneyTotal, ...]
    soonest: Soonest | None


def total_balance(issuer: Issuer, wallet_id: int) -> int:
    """The wallet's living value in yen."""
    found = ledger.balances(ledger_connection(), issuer.pk, wallet_id)
    return sum(each.amount for each in found)


def top_balance(issuer: Issuer, wallet_id: int) -> TopBalance:
    """What the top page shows of one of the issuer's wallets, by sums alone: a wallet may have a
    thousand lots."""
    found = ledger.balances_by_last_day(ledger_connection(), issuer.pk, wallet_id, FORESEEN)
    names = emoney_names(issuer)
    amounts: dict[int, int] = defaultdict(int)
    for each in found:
        amounts[each.emoney_id] += each.amount
    return TopBalance(
        total=sum(amounts.values()),
        emoneys=tuple(
            EmoneyTotal(emoney_id, names[emoney_id], amount)
            for emoney_id, amount in amounts.items()
        ),
        soonest=_soonest(found),
    )


def _soonest(found: Sequence[ledger.DayBalance]) -> Soonest | None:
    days: dict[date, int] = defaultdict(int)
    for each in found:
        if each.last_day is not None:
            days[each.last_day] += each.amount
    if not days:
        return None
    first = min(days)
    return Soonest(days[first], first, (first - found[0].today).days)


def balance_page(issuer: Issuer, wallet_id: int) -> BalancePage:
    """残高詳細 of one of the issuer's wallets."""
    connection = ledger_connection()
    names = emoney_names(issuer)
    now = ledger.now(connection)
    lots = ledger.lots(connection, issuer.pk, wallet_id)
    bands: dict[ledger.Band, int] = defaultdict(int)
    emoneys: dict[int, int] = defaultdict(int)
    for lot in lots:
        bands[ledger.band(now, lot.expires_at)] += lot.balance
        emoneys[lot.emoney_id] += lot.balance
    return BalancePage(
        total=sum(lot.balance for lot in lots),
        bands=tuple(BandTotal(band, bands[band]) for band in get_args(ledger.Band)),
        emoneys=tuple(
            EmoneyTotal(emoney_id, names[emoney_id], emoneys[emoney_id])
            for emoney_id in sorted(emoneys)
        ),
        lots=tuple(
            LotRow(
                lot_id=lot.lot_id,
                emoney=names[lot.emoney_id],
                masked_code=lot.masked_code,
                management_number=lot.management_number,
                expires_on=last_day(lot.expires_at),
                registered_at=in_japan(lot.registered_at),
                balance=lot.balance,
            )
            for lot in lots
        ),
    )
