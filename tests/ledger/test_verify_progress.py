"""Somebody at a terminal is told how far `hansatsu verify` is; a file or a machine is not."""

import io
import json
import sys

import pytest

from hansatsu.commands.progress import CLEAR, Progress
from hansatsu.commands.verify import verify
from hansatsu.ledger.api import Step
from tests.support.copies import DatabaseCopy


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_time_left_is_told_from_parts_that_are_done() -> None:
    terminal = io.StringIO()
    seconds = iter([100.0, 106.0])  # the check began, and three of its parts are done
    progress = Progress(terminal, clock=lambda: next(seconds))
    for part in (1, 2, 3, 4):
        progress.tell(Step("03_chains", 3, 26, part, 10))
    progress.end()
    assert terminal.getvalue().split(CLEAR) == [
        "",
        "3 of 26  03_chains  0 %",
        "3 of 26  03_chains  10 %",
        "3 of 26  03_chains  20 %",
        "3 of 26  03_chains  30 %, about 14 s left of it",
        "",
    ]


def test_a_check_in_one_part_tells_no_share() -> None:
    terminal = io.StringIO()
    Progress(terminal).tell(Step("05_refunds_within_payments", 5, 26, 1, 1))
    assert terminal.getvalue() == CLEAR + "5 of 26  05_refunds_within_payments"


@pytest.mark.parametrize(
    ("stderr", "as_json", "told"),
    [(Terminal(), False, True), (Terminal(), True, False), (io.StringIO(), False, False)],
)
def test_the_command_tells_a_terminal_alone(
    database_copy: DatabaseCopy,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stderr: io.StringIO,
    as_json: bool,
    told: bool,
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_copy.app_url)
    monkeypatch.setattr(sys, "stderr", stderr)
    assert verify.callback is not None
    verify.callback(as_json)
    said = capsys.readouterr().out
    assert ("03_chains" in stderr.getvalue()) is told
    assert stderr.getvalue().endswith(CLEAR) is told
    if as_json:
        assert set(json.loads(said)) == {
            "ok",
            "wallets",
            "entries",
            "lots",
            "outstanding",
            "checks",
        }
