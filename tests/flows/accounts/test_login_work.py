"""ALTCHA instead of the puzzle: work that was really done, for this log-in, once."""

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore

from hansatsu.flows.accounts import login
from hansatsu.flows.accounts.challenges import Judgement, Shown, give_proof, judge, new_work
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import LogIn, Spent
from hansatsu.parties.identity.single_use import forget_spent
from tests.town import Town


@pytest.fixture
def log_in(town: Town) -> LogIn:
    return login.start(SessionStore(), town.issuer, "hanako")


def worked(challenge: dict[str, Any]) -> str:
    """What the widget sends after it has worked on ``challenge``."""
    asked = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_base64()


def shown(town: Town, log_in: LogIn, payload: str) -> Judgement:
    return judge(log_in, Shown(work=payload), f"house of {town.issuer.code}")


def test_work_is_enough_and_a_replay_is_not(town: Town, log_in: LogIn) -> None:
    payload = worked(new_work(log_in))
    assert shown(town, log_in, payload) == Judgement(True)
    assert shown(town, log_in, payload) == Judgement(False)


def test_work_for_another_log_in_is_refused_and_not_used_up(town: Town, log_in: LogIn) -> None:
    other = login.start(SessionStore(), town.issuer, "hanako")
    payload = worked(new_work(other))
    assert not shown(town, log_in, payload).is_enough
    assert shown(town, other, payload).is_enough


def test_late_work_is_refused(
    town: Town, log_in: LogIn, clock_connection: psycopg.Connection
) -> None:
    payload = worked(new_work(log_in))
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=31))
    assert not shown(town, log_in, payload).is_enough


def test_easier_work_of_ones_own_making_is_refused(town: Town, log_in: LogIn) -> None:
    challenge = new_work(log_in)
    challenge["parameters"]["keyPrefix"] = ""
    assert not shown(town, log_in, worked(challenge)).is_enough
    own = altcha.create_challenge(
        "PBKDF2/SHA-256", 1, data=challenge["parameters"]["data"], hmac_secret="guess"
    )
    assert not shown(town, log_in, worked(own.to_dict())).is_enough


def test_work_that_was_not_done_is_refused(town: Town, log_in: LogIn) -> None:
    payload = json.loads(base64.b64decode(worked(new_work(log_in))))
    payload["solution"]["counter"] += 1
    payload["solution"]["derivedKey"] = "00" * 32
    again = base64.b64encode(json.dumps(payload).encode()).decode()
    assert not shown(town, log_in, again).is_enough


@pytest.mark.parametrize("payload", ["x", "e30=", "bnVsbA==", "W10=", "²", "A" * 9000])
def test_odd_payloads_are_refused(town: Town, log_in: LogIn, payload: str) -> None:
    assert not shown(town, log_in, payload).is_enough


def test_what_was_used_is_forgotten_when_it_is_too_old_anyway(
    town: Town, log_in: LogIn, clock_connection: psycopg.Connection
) -> None:
    shown(town, log_in, worked(new_work(log_in)))
    before = Spent.objects.count()
    assert before
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=31))
    assert forget_spent() == before


def test_a_proof_ends_by_itself(
    town: Town, log_in: LogIn, clock_connection: psycopg.Connection
) -> None:
    proof = give_proof(log_in)
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=16))
    assert not judge(log_in, Shown(proof=proof), "house").is_enough
