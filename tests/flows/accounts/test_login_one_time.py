"""One-time passwords without pages: what holds even when two browsers come at once."""

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from hansatsu.flows.accounts import login, one_time_password
from hansatsu.parties.identity.models import Device, LogIn
from tests.parties.test_sessions import browser
from tests.support.log_ins import right_digits, wrong_digits
from tests.town import PASSWORD, Town

pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture
def log_in(town: Town) -> LogIn:
    """hanako's, past the password, with its digits on their way."""
    session = SessionStore()
    begun = login.start(session, town.issuer, "hanako")
    house = f"house of {town.issuer.code}"
    login.check_password(session, begun, PASSWORD, address=house, wants_saving=False)
    assert one_time_password.send(begun, house).outcome == "code"
    return begun


def guess(town: Town, log_in: LogIn, typed: str) -> one_time_password.Guess:
    return one_time_password.guess(log_in, typed, f"house of {town.issuer.code}")


def test_after_five_wrong_guesses_the_right_one_is_not_compared(town: Town, log_in: LogIn) -> None:
    wrong = wrong_digits(town.resident)
    outcomes = [guess(town, log_in, wrong).outcome for _ in range(5)]
    assert outcomes == ["wrong"] * 4 + ["over"]
    with mock.patch("hansatsu.flows.accounts.one_time_password.digits") as compared:
        assert guess(town, log_in, right_digits(town.resident)).outcome == "over"
    compared.assert_not_called()


def test_guesses_made_at_once_are_all_counted(town: Town, log_in: LogIn) -> None:
    wrong = wrong_digits(town.resident)

    def one(_number: int) -> str:
        try:
            return guess(town, log_in, wrong).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(one, range(12)))
    assert outcomes == ["over"] * 8 + ["wrong"] * 4
    assert LogIn.objects.get(pk=log_in.pk).guesses == 5


def test_a_log_in_is_finished_once(town: Town, log_in: LogIn) -> None:
    assert guess(town, log_in, right_digits(town.resident)).outcome == "right"
    assert login.finish(browser(), log_in, by="one_time") is not None
    assert login.finish(browser(), log_in, by="one_time") is None
    assert Device.objects.of(town.issuer).count() == 1


def test_the_digits_are_kept_nowhere_and_come_from_the_sites_key(log_in: LogIn) -> None:
    row = LogIn.objects.get(pk=log_in.pk)
    kept = {field.name: str(getattr(row, field.attname)) for field in LogIn._meta.concrete_fields}
    words = {kept[name] for name in kept if name not in {"id", "issuer", "resident", "guesses"}}
    assert one_time_password.digits(row) not in words
    rows = [LogIn(nonce=str(number)) for number in range(5)]
    ours = [one_time_password.digits(each) for each in rows]
    with mock.patch("django.conf.settings.SECRET_KEY", "another" * 10):
        assert [one_time_password.digits(each) for each in rows] != ours
