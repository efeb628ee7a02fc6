"""What the ledger's Python says of outcomes is what its SQL says: neither drifts from the other."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from hansatsu.ledger import api as ledger
from hansatsu.ledger import outcomes, writes

FUNCTIONS = Path(ledger.__file__).parent / "sql/functions"
RESULTS: dict[str, Any] = {
    "pay_set": ledger.PaymentResult,
    "issue_set": ledger.IssueResult,
    "refund": ledger.RefundResult,
    "reverse_issue": ledger.ReversalResult,
    "reinstate_issue": ledger.ReinstatementResult,
    "correct": ledger.CorrectionResult,
    "cancel": ledger.CancelResult,
    "cancel_payment": ledger.CancelPaymentResult,
    "transfer": ledger.TransferResult,
    "set_state": ledger.StateResult,
    "move_expiry": ledger.MoveExpiryResult,
    "unexpire": ledger.UnexpireResult,
}
"""By the name of the SQL function, without its version."""


def current(function: str) -> str:
    """The version of a function that Python calls."""
    called = set(re.findall(rf"ledger\.({function}_v\d+)\(", Path(writes.__file__).read_text()))
    (name,) = called
    return name


def head(name: str) -> str:
    """What stands above a function, in one line."""
    text = (FUNCTIONS / f"{name}.sql").read_text().partition("create function")[0]
    return re.sub(r"\s*\n--\s*", " ", text)


def named(name: str) -> set[str]:
    """The outcomes that the head of a function names: in a list, or each in quotes; those of the
    version before when it says only what it changed of it."""
    text = head(name)
    if listed := re.search(r"Outcomes[^:]*: (.*)", text):
        bare = re.sub(r"\([^)]*\)", "", listed[1])
        aside = re.findall(r"\(([a-z_]+)\)", listed[1])
        return {each.strip() for each in bare.partition(".")[0].split("·")} | set(aside)
    if quoted := re.findall(r"\('([a-z_]+)'\)", text):
        return set(quoted)
    (before,) = re.findall(r"version \d+: ([a-z_]+_v\d+)", text)
    return named(before)


@pytest.mark.parametrize("function", RESULTS)
def test_each_function_ends_as_its_sql_says(function: str) -> None:
    assert named(current(function)) == set(get_args(RESULTS[function]))


def test_no_result_is_left_out() -> None:
    every = {name for name in vars(outcomes) if name.endswith("Result")}
    assert len(every) == len(RESULTS)
    assert every <= set(ledger.__all__)
