"""`hansatsu bench all` runs every benchmark shortly and tells one table. The benchmarks themselves
are tried by tests of their own."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from hansatsu.lab.bench import cli, together
from hansatsu.lab.bench.together import BENCHES, BenchFailedError, Row, rows_of, table

OTHER_THINGS = {"all", "close", "curve", "soak"}
"""What is no short benchmark: this one, the long ones."""


class Benches:
    """Instead of real ones: the nth asked tells n for each figure."""

    def __init__(self, failing: str = "") -> None:
        self.asked: list[tuple[str, ...]] = []
        self.failing = failing

    def __call__(self, name: str, arguments: tuple[str, ...]) -> dict[str, Any]:
        self.asked.append((name, *arguments))
        if name == self.failing:
            raise BenchFailedError
        bench = BENCHES[name]
        told: dict[str, Any] = dict.fromkeys(bench.figures, len(self.asked))
        if bench.in_rounds:
            told |= dict.fromkeys(bench.ratios.values(), 1.5)
            told["spread"] = {figure: [0, 9] for figure in bench.figures}
        return told


def test_each_short_benchmark_is_in_it_with_options_that_it_has() -> None:
    assert set(BENCHES) == set(cli.bench.commands) - OTHER_THINGS
    for name, bench in BENCHES.items():
        command = cli.bench.commands[name]
        rounds = ("--rounds", "1") if bench.in_rounds else ()
        command.make_context(name, [*bench.arguments, *rounds, "--json"])


def test_one_in_rounds_is_run_once_and_any_other_as_often_as_there_are_rounds() -> None:
    benches = Benches()
    (first, *_) = rows_of("pay", 3, benches)
    assert first == Row("pay", "payments_per_s", 1, (0, 9), 1.5)
    assert benches.asked == [("pay", "--seconds", "3", "--rounds", "3")]
    (first, *_) = rows_of("verify", 3, benches)
    assert first == Row("verify", "entries_per_s", 3, (2, 4), None)
    assert benches.asked[1:] == [("verify", "--entries", "100000")] * 3


def test_the_table_has_median_spread_and_ratio() -> None:
    rows = [
        Row("pay", "payments_per_s", 5045, (4000, 6000), 1.5),
        Row("verify", "client_mb", 51.5, None, None),
    ]
    head, *lines = [line.split() for line in table(rows).splitlines()]
    assert head == ["median", "lowest", "…", "highest", "×", "the", "yardstick"]
    assert lines == [
        ["pay", "payments_per_s", "5,045", "4,000", "…", "6,000", "1.50"],
        ["verify", "client_mb", "51.5"],
    ]


def test_one_that_fails_is_named_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    benches = Benches(failing="http")
    monkeypatch.setattr(cli, "rows_of", lambda name, rounds: rows_of(name, rounds, benches))
    ran = CliRunner().invoke(cli.bench, ["all", "--rounds", "1", "--json"])
    assert ran.exit_code == 1
    assert "Without figures, see above: http." in ran.stderr
    told = json.loads(ran.stdout)
    assert {row["bench"] for row in told} == set(BENCHES) - {"http"}
    assert [row["figure"] for row in told if row["bench"] == "pay"] == [*BENCHES["pay"].figures]


def test_a_benchmark_that_ends_badly_has_no_figures() -> None:
    with pytest.raises(BenchFailedError):
        together.ask("pay", ("--no-such-option",))
