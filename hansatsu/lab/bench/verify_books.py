"""Books to verify: many wallets in which one of everything happens, made through the ledger's own
functions in sets."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from typing import Any, LiteralString

import psycopg
from psycopg import Connection

from hansatsu.lab.bench.town import EMONEYS, ISSUER, SHOP, Town
from hansatsu.ledger import api as ledger

ENTRIES_A_WALLET = 10
"""About how many entries a wallet gets: its issue, its payments, and what else happens."""

PAYMENTS_A_WALLET = 8
"""Payments of each wallet. A pay code lives ten steps, so a device makes no more than that."""

LOTS_A_WALLET = 4
"""Lots of each wallet, of `LOT_YEN` each: more than its payments take."""

LOT_YEN = 400

LANES = 2
"""Connections that write at once."""

SET = 500
"""Wallets of one transaction."""

SHORT = timedelta(seconds=2)
"""How long a lot lives that is to expire: long enough to be issued."""

_REFUNDS: LiteralString = """
    select r.outcome from ledger.entry as e
    cross join lateral ledger.refund_v4('bench', 'refund-' || e.number, '\\x01', %s, e.number,
        70, null, 'given back') as r
    where e.wallet_id = any (%s::bigint[]) and e.seq = 3
"""
_TRANSFERS: LiteralString = """
    select t.outcome from unnest(%s::bigint[]) as w (wallet_id)
    cross join lateral ledger.transfer_v3('bench', 'transfer-' || w.wallet_id, '\\x02', %s,
        w.wallet_id, w.wallet_id + 1, false, 'handed over') as t
"""
_STATES: LiteralString = """
    select s.outcome from unnest(%s::bigint[]) as w (wallet_id)
    cross join lateral ledger.set_state_v2('bench', %s || '-' || w.wallet_id, '\\x03', %s,
        w.wallet_id, %s::ledger.entry_kind, 'lost and found') as s
"""
_DEVICES: LiteralString = """
    select count(ledger.open_device_v1(%s, w.wallet_id, w.wallet_id))
    from unnest(%s::bigint[]) as w (wallet_id)
"""


def fill(town: Town, entries: int) -> int:
    """Write about as many entries into a town's books; returns how many wallets that took.

    Of a hundred wallets 50 pay with a device's codes and 50 with a till's reference; 20 get
    something of a payment back, 10 are frozen and free again, 2 are moved into their neighbours,
    and of 5 something expires.
    """
    count = max(2, entries // ENTRIES_A_WALLET)
    wallets = ledger.open_wallets(town.connection, issuer_id=ISSUER, kind="resident", count=count)
    sets = [wallets[start : start + SET] for start in range(0, count, SET)]
    with ThreadPoolExecutor(LANES) as pool:
        list(pool.map(_fill_lane, [town] * LANES, (sets[lane::LANES] for lane in range(LANES))))
    _expire(town, wallets[1::20])
    town.settle()
    return count


def _fill_lane(town: Town, sets: Sequence[list[int]]) -> None:
    with psycopg.connect(town.app_url, autocommit=True) as connection:
        for wallets in sets:
            _happen(connection, wallets)


def _happen(connection: Connection[Any], wallets: list[int]) -> None:
    """All that happens in the wallets of a set, but expiries."""
    with connection.transaction():
        connection.execute(_DEVICES, [ISSUER, wallets[::2]])
        _sure(each.outcome for each in ledger.issue_set(connection, _issues(wallets)))
    for turn in range(PAYMENTS_A_WALLET):
        step = int(ledger.now(connection).timestamp()) // 30 - PAYMENTS_A_WALLET + turn
        _sure(each.outcome for each in ledger.pay_set(connection, _payments(wallets, turn, step)))
    with connection.transaction():
        _all(connection, _REFUNDS, [ISSUER, wallets[::5]])
        for change in ("freeze", "unfreeze"):
            _all(connection, _STATES, [wallets[::10], change, ISSUER, change])
        _all(connection, _TRANSFERS, [wallets[:-1:50], ISSUER])


def _issues(wallets: Sequence[int]) -> list[ledger.Issue]:
    lots = tuple(ledger.NewLot(EMONEYS[place % 2], LOT_YEN, None) for place in range(LOTS_A_WALLET))
    return [
        ledger.Issue(ledger.Request.of("bench", f"issue-{each}", each), ISSUER, each, lots)
        for each in wallets
    ]


def _payments(wallets: Sequence[int], turn: int, step: int) -> list[ledger.Payment]:
    """One of each wallet, of 100 to 196 yen: every second by its device's code of a step."""
    return [
        ledger.Payment(
            ledger.Request.of("bench", f"pay-{each}-{turn}", each, turn),
            ISSUER,
            SHOP,
            each,
            100 + (31 * each + 17 * turn) % 97,
            device=each if by_code else None,
            step=step if by_code else None,
            reference=None if by_code else f"till-{each}",
        )
        for each, by_code in zip(wallets, cycle((True, False)), strict=False)
    ]


def _expire(town: Town, wallets: Sequence[int]) -> None:
    """A lot that soon dies, in each of the wallets, and its 失効."""
    dies = ledger.now(town.connection)
    for start in range(0, len(wallets), SET):
        dies = ledger.now(town.connection) + SHORT
        lot = ledger.NewLot(EMONEYS[0], LOT_YEN, dies)
        issues = [
            ledger.Issue(ledger.Request.of("bench", f"short-{each}", each), ISSUER, each, (lot,))
            for each in wallets[start : start + SET]
        ]
        _sure(each.outcome for each in ledger.issue_set(town.connection, issues))
    while ledger.now(town.connection) <= dies:
        time.sleep(0.05)
    while ledger.expire_due(town.connection):
        pass


def _all(connection: Connection[Any], query: LiteralString, values: Sequence[object]) -> None:
    _sure(row[0] for row in connection.execute(query, values))


def _sure(outcomes: Iterator[str]) -> None:
    """Raises RuntimeError when something was refused: the books would be others than we tell."""
    refused = set(outcomes) - {"issued", "paid", "refunded", "transferred", "done"}
    if refused:
        raise RuntimeError(f"The benchmark could not make its books: {', '.join(refused)}.")
