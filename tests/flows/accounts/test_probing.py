"""A stranger cannot tell whether an address or a login ID is known: not by time either."""

import statistics
import time
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from hansatsu.flows.accounts import recovery, registration
from hansatsu.flows.accounts.recovery import mail_login_ids, mail_password_link
from hansatsu.flows.accounts.registration import ask_to_register
from hansatsu.flows.accounts.terms import current_terms
from tests.town import Town, make_town

pytestmark = pytest.mark.alone

TURNS = 40
TOLERANCE = 0.25
"""Of the slower one's median: what a stranger over a network cannot see."""


@pytest.fixture
def town() -> Iterator[Town]:
    with (
        mock.patch.object(registration, "count_mail", return_value=0),
        mock.patch.object(recovery, "count_mail", return_value=0),
    ):
        yield make_town()


def same_time(known: Callable[[int], object], unknown: Callable[[int], object]) -> None:
    """Take turns, so that whatever slows the machine slows both."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS):
        for call, taken in zip((known, unknown), times, strict=True):
            began = time.perf_counter()
            call(turn)
            taken.append(time.perf_counter() - began)
    first, second = (statistics.median(each[5:]) for each in times)
    assert abs(first - second) < TOLERANCE * max(first, second), (first, second)


def test_registering(town: Town) -> None:
    terms = current_terms(town.issuer)

    def ask(email: str) -> int:
        return ask_to_register(town.issuer, email, terms=terms, language="ja", address="192.0.2.1")

    same_time(lambda _: ask("hanako@example.jp"), lambda turn: ask(f"x{turn}@example.jp"))


def test_a_forgotten_login_id(town: Town) -> None:
    def ask(email: str) -> int:
        return mail_login_ids(town.issuer, email, language="ja", address="192.0.2.1")

    same_time(lambda _: ask("hanako@example.jp"), lambda turn: ask(f"x{turn}@example.jp"))


def test_a_forgotten_password(town: Town) -> None:
    def ask(login_id: str) -> int:
        return mail_password_link(
            town.issuer, login_id=login_id, language="ja", address="192.0.2.1"
        )

    same_time(lambda _: ask("hanako"), lambda turn: ask(f"nobody{turn}"))
