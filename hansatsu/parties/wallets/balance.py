"""残高詳細: what a wallet holds (guide, C)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names


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
class TopBalance:
    """``total`` and ``emoneys`` as those of ``BalancePage``."""

    total: int
    emoneys: tuple[EmoneyTotal, ...]


def total_balance(issuer: Issuer, wallet_id: int) -> int:
    """The wallet's living value in yen."""
    found = ledger.balances(ledger_connection(), issuer.pk, wallet_id)
    return sum(each.amount for each in found)


def top_balance(issuer: Issuer, wallet_id: int) -> TopBalance:
    """What the top page shows of one of the issuer's wallets, by sums alone: a wallet may have a
    thousand lots."""
    found = ledger.balances(ledger_connection(), issuer.pk, wallet_id)
    names = emoney_names(issuer)
    return TopBalance(
        total=sum(each.amount for each in found),
        emoneys=tuple(
            EmoneyTotal(each.emoney_id, names[each.emoney_id], each.amount) for each in found
        ),
    )


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
