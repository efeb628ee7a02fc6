"""Logging in: right, wrong, unknown, and too often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.utils import timezone

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity import throttle
from hansatsu.parties.identity.models import Failures, Resident
from hansatsu.parties.identity.residents import ResidentCheck, check_resident
from hansatsu.parties.staff.checking import check_staff, open_staff
from tests.support.racing import CALLERS, race
from tests.support.waiting import wait_until
from tests.town import PASSWORD, Town, make_town

HOUSE = "192.0.2.7"


pytestmark = pytest.mark.usefixtures("quickly")


def attempt(
    town: Town, password: str, login_id: str = "hanako", address: str | None = None
) -> ResidentCheck:
    """Try to log in; from an address of this town's own, so that tests do not add up."""
    house = address or f"house of {town.issuer.code}"
    return check_resident(town.issuer, login_id=login_id, password=password, address=house)


def waited(town: Town, subject: str) -> None:
    """Let the wait of ``subject`` be over."""
    past = timezone.now() - timedelta(seconds=1)
    assert Failures.objects.filter(subject=subject).update(waits_until=past) == 1


def account(town: Town, login_id: str = "hanako") -> str:
    return f"resident:{town.issuer.pk}:{login_id}"


def test_the_right_password_lets_in(town: Town) -> None:
    check = attempt(town, PASSWORD)
    assert (check.outcome, check.resident) == ("ok", town.resident)


def test_passwords_are_kept_as_argon2id(town: Town) -> None:
    assert Resident.objects.get(pk=town.resident.pk).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("login_id", ["hanako", "nobody", "", "ha\0nako2", "x" * 5000])
def test_a_wrong_password_and_an_unknown_id_get_the_same_answer(town: Town, login_id: str) -> None:
    assert attempt(town, "wrong", login_id) == ResidentCheck("wrong")


def test_a_wrong_password_and_an_unknown_id_take_the_same_work(town: Town) -> None:
    hasher = type(hashers.get_hasher())

    def work(login_id: str) -> int:
        """How often a password was hashed, which is where the time goes."""
        with (
            mock.patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as made,
            mock.patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as seen,
        ):
            assert attempt(town, "wrong", login_id).outcome == "wrong"
        return int(made.call_count + seen.call_count)

    assert work("hanako") == work("nobody") == 1


def test_a_closed_resident_is_unknown(town: Town) -> None:
    Resident.objects.filter(pk=town.resident.pk).update(closed_at=timezone.now())
    assert attempt(town, PASSWORD) == ResidentCheck("wrong")


def test_after_five_wrong_tries_even_the_right_password_must_wait(town: Town) -> None:
    assert [attempt(town, "wrong").outcome for _ in range(5)] == ["wrong"] * 5
    check = attempt(town, PASSWORD)
    assert check.outcome == "wait"
    assert check.resident is None
    assert 50 <= check.wait_seconds <= 60
    waited(town, account(town))
    assert attempt(town, PASSWORD).outcome == "ok"


def test_an_unknown_id_must_wait_as_a_known_one(town: Town) -> None:
    outcomes = [attempt(town, "wrong", "nobody").outcome for _ in range(6)]
    assert outcomes == ["wrong"] * 5 + ["wait"]


def test_the_wait_grows_and_ends_with_the_right_password(town: Town) -> None:
    for _ in range(5):
        attempt(town, "wrong")
    waits = []
    for _ in range(3):
        waited(town, account(town))
        attempt(town, "wrong")
        waits.append(attempt(town, PASSWORD).wait_seconds)
    assert [round(wait, -1) for wait in waits] == [120, 240, 480]
    waited(town, account(town))
    assert attempt(town, PASSWORD).outcome == "ok"
    assert attempt(town, "wrong").outcome == "wrong"


def test_the_wait_has_a_longest() -> None:
    assert throttle.ACCOUNT.wait(4) == timedelta(0)
    assert throttle.ACCOUNT.wait(5) == timedelta(seconds=60)
    assert throttle.ACCOUNT.wait(10_000) == timedelta(hours=1)


def test_waiting_costs_no_hashing(town: Town) -> None:
    for _ in range(5):
        attempt(town, "wrong")
    with mock.patch("hansatsu.parties.identity.residents.password_fits") as fits:
        assert attempt(town, PASSWORD).outcome == "wait"
    fits.assert_not_called()


def test_another_account_need_not_wait(town: Town) -> None:
    town.add_resident("taro")
    for _ in range(5):
        attempt(town, "wrong")
    assert attempt(town, PASSWORD, "taro").outcome == "ok"


def test_an_address_that_tries_many_accounts_must_wait(town: Town) -> None:
    address = f"guesser of {town.issuer.code}"
    with mock.patch("hansatsu.parties.identity.residents.password_fits", return_value=False):
        for number in range(throttle.ADDRESS.free):
            assert attempt(town, "guess", f"someone{number}", address).outcome == "wrong"
    assert attempt(town, PASSWORD, address=address).outcome == "wait"
    assert attempt(town, PASSWORD).outcome == "ok"


def test_an_own_account_does_not_buy_an_address_more_guesses(town: Town) -> None:
    address = f"guesser of {town.issuer.code}"
    for number in range(3):
        attempt(town, "guess", f"someone{number}", address)
    attempt(town, PASSWORD, address=address)
    assert Failures.objects.get(subject=f"address:{address}").count == 3


def test_tries_begun_before_any_is_answered_are_all_counted(town: Town) -> None:
    """Each is counted before its password is looked at, so waiting begins in time."""
    subject, address = account(town), f"many of {town.issuer.code}"
    started = [throttle.begin_try(subject, address) for _ in range(7)]
    assert [each.wait_seconds > 0 for each in started] == [False] * 5 + [True] * 2


def test_tries_at_the_same_moment_are_counted_one_by_one(
    town: Town, server: EmbeddedServer
) -> None:
    """All of them have come before the first is counted."""
    subject, address = account(town), f"a crowd of {town.issuer.code}"
    throttle.begin_try(subject, address)
    with psycopg.connect(server.owner_url) as blocker, ThreadPoolExecutor(1) as pool:
        table = Failures._meta.db_table
        blocker.execute(f"select from {table} where subject = %s for update", [subject])
        crowd = pool.submit(race, lambda _: throttle.begin_try(subject, address))
        wait_until(lambda: _waiting_for(server, table) == CALLERS, what="them to come")
        blocker.rollback()
        tries = crowd.result()
    assert sorted(each.wait_seconds > 0 for each in tries) == [False] * 4 + [True] * 2
    assert Failures.objects.get(subject=subject).count == throttle.ACCOUNT.free


def _waiting_for(server: EmbeddedServer, table: str) -> int:
    """How many wait for a lock in a statement on ``table``; other roles are shown to this one."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = %s and query like %s",
            [settings.DATABASES["default"]["NAME"], f"%{table}%"],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_old_failures_are_forgotten(town: Town) -> None:
    attempt(town, "wrong")
    subject = account(town)
    Failures.objects.filter(subject=subject).update(last_at=timezone.now() - timedelta(days=2))
    throttle.forget_old_failures()
    assert not Failures.objects.filter(subject=subject).exists()


def test_staff_log_in_alike(town: Town) -> None:
    login_id = f"manager-{town.issuer.code}"
    staff = open_staff(
        town.issuer,
        login_id=login_id,
        password=PASSWORD,
        role="manager",
        display_name="店長",
        shop=town.shop,
    )
    assert check_staff(login_id=login_id, password=PASSWORD, address=HOUSE).staff == staff
    outcomes = [
        check_staff(login_id=login_id, password="wrong", address=HOUSE).outcome for _ in range(6)
    ]
    assert outcomes == ["wrong"] * 5 + ["wait"]


def test_a_manager_without_a_shop_is_refused(town: Town) -> None:
    with pytest.raises(Exception, match="staff_shop_fits_role"):
        open_staff(
            town.issuer, login_id="x", password=PASSWORD, role="manager", display_name="店長"
        )


def test_staff_of_another_issuers_shop_are_refused(town: Town) -> None:
    with pytest.raises(ValueError, match="another issuer's"):
        open_staff(
            make_town().issuer,
            login_id="x",
            password=PASSWORD,
            role="manager",
            display_name="店長",
            shop=town.shop,
        )


def test_who_logs_in_every_day_has_old_mistakes_forgotten(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    """A right try does not keep the count of wrong ones alive."""
    limit = throttle.Limit(
        free=10,
        first_wait=timedelta(days=1),
        longest_wait=timedelta(days=1),
        forgotten_after=timedelta(days=1),
    )
    count = throttle.Count(f"daily of {town.issuer.code}", limit)
    throttle.count_try(count)
    for _ in range(3):
        ledger.set_clock(clock_connection, clock.now() + timedelta(hours=20))
        throttle.forgive(throttle.count_try(count))
    assert Failures.objects.get(subject=count.subject).count == 0


def test_a_right_try_undoes_the_wait_that_it_began(town: Town) -> None:
    address = f"town hall of {town.issuer.code}"
    (count,) = throttle.from_address(address)
    for _ in range(throttle.ADDRESS.free):
        throttle.count_try(count)
    waited(town, count.subject)
    assert attempt(town, PASSWORD, address=address).outcome == "ok"
    assert attempt(town, PASSWORD, address=address).outcome == "ok"
    assert Failures.objects.get(subject=count.subject).count == throttle.ADDRESS.free
