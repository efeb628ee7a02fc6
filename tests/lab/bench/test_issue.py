"""`hansatsu bench issue` tells one lot a wallet apart from eight, and issues what it says."""

import json
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner

from hansatsu.lab.bench import cli, issue
from hansatsu.lab.bench.town import EMONEYS, LOT, Town
from hansatsu.ledger import api as ledger

PARTS = ("postgres", "python")


def shapes(town: Town) -> list[tuple[int, int, int]]:
    """The lots and the yen of a wallet with an entry, and how many such wallets there are."""
    rows = town.connection.execute(
        """
        select w.lots, w.yen, count(*) from (
            select count(*) as lots, sum(l.face)::bigint as yen
            from ledger.entry as e
            join ledger.lot as l on l.wallet_id = e.wallet_id and l.made_seq = e.seq
            group by e.wallet_id
        ) as w group by 1, 2 order by 1
        """
    )
    return rows.fetchall()


def test_one_lot_a_wallet_stands_beside_eight(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue, "WARM_UP", 1)
    monkeypatch.setattr(issue, "throwaway_town", contextmanager(lambda: iter([town])))
    arguments = ["issue", "--lots", "20", "--rounds", "2", "--json"]
    ran = CliRunner().invoke(cli.bench, arguments, catch_exceptions=False)
    figures: dict[str, Any] = json.loads(ran.stdout)
    # A warm-up of one lot; then twice 20 wallets with a lot, and 3 with eight.
    assert shapes(town) == [(1, LOT, 41), (8, 8 * LOT, 6)]
    assert figures["lots_per_s"] > 0 < figures["lots_in_eights_per_s"]
    costs = {f"{lots}_{part}_us" for lots in ("lot", "lot_in_eights") for part in PARTS}
    assert {name for name in costs if figures[name] < 0} == set()
    assert set(figures["spread"]) == {"lots_per_s", "lots_in_eights_per_s"} | costs
    assert figures["settings"]["lots"] == 20


def test_what_was_refused_is_not_measured(town: Town) -> None:
    wallets = town.open(2)
    dead = ledger.NewLot(EMONEYS[0], LOT, ledger.now(town.connection))
    with pytest.raises(RuntimeError, match="could not make its value"):
        town.issue(wallets, [dead])
    assert shapes(town) == []
