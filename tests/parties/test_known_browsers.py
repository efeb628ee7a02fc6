"""Whose wrong tries are counted how: strangers', known browsers', those of an address."""

import secrets
from http.cookies import SimpleCookie
from unittest import mock

import psycopg
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from hansatsu.flows.accounts.password_change import change_password
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity import known_browsers, passwords, throttle
from hansatsu.parties.identity.devices import open_device, revoke_device, revoke_devices
from hansatsu.parties.identity.known_browsers import KNOWN_FOR, MOST_OF_ONE, cookie_name, remember
from hansatsu.parties.identity.models import Device, KnownBrowser, Resident, Staff
from hansatsu.parties.identity.residents import check_resident
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff import candidates
from hansatsu.parties.staff.accounts import choose_password, reset_password, set_active
from hansatsu.parties.staff.checking import check_staff
from hansatsu.parties.staff.second_factor import forget_browsers, forget_second_factor
from tests.support.tills import hire
from tests.town import PASSWORD, Town, make_town

WRONG = "wrong-horse-2026"


pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture
def device(town: Town) -> Device:
    return open_device(town.resident, "Firefox")


def token_of(*, device: Device | None = None, staff: Staff | None = None, held: str = "") -> str:
    """The cookie of a browser after a whole log-in; ``held`` is what it had before."""
    request, response = RequestFactory().get("/"), HttpResponse()
    request.COOKIES = {cookie_name(): held} if held else {}
    remember(request, response, device=device, staff=staff, terminal=None)
    cookies: SimpleCookie = response.cookies
    return cookies[cookie_name()].value


def log_in(resident: Resident, password: str, *tokens: str, address: str | None = None) -> str:
    here = address or f"house of {resident.issuer.code}"
    return check_resident(
        resident.issuer,
        login_id=resident.login_id,
        password=password,
        address=here,
        tokens=tokens,
    ).outcome


def staff_in(
    staff: Staff, password: str, *tokens: str, issuer: Issuer | None = None, place: str = "shop"
) -> str:
    return check_staff(
        login_id=staff.login_id,
        password=password,
        address=f"{place} of {staff.issuer.code}",
        issuer=issuer,
        tokens=tokens,
    ).outcome


def locked_out(resident: Resident) -> None:
    for number in range(5):
        assert log_in(resident, WRONG, address=f"192.0.2.{number}") == "wrong"
    assert log_in(resident, PASSWORD) == "wait"


def test_strangers_lock_out_strangers_and_not_the_known_browser(town: Town, device: Device) -> None:
    token = token_of(device=device)
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token) == "ok"
    assert log_in(town.resident, PASSWORD) == "wait"


def test_a_known_browser_has_the_same_limit_and_then_is_a_strangers(
    town: Town, device: Device
) -> None:
    token = token_of(device=device)
    assert [log_in(town.resident, WRONG, token) for _ in range(5)] == ["wrong"] * 5
    assert not KnownBrowser.objects.filter(device=device).exists()
    assert [log_in(town.resident, WRONG, token) for _ in range(6)] == ["wrong"] * 5 + ["wait"]
    assert log_in(town.resident, PASSWORD, token) == "wait"


def test_a_right_password_gives_a_known_browser_its_tries_anew(town: Town, device: Device) -> None:
    token = token_of(device=device)
    for _ in range(2):
        assert [log_in(town.resident, WRONG, token) for _ in range(4)] == ["wrong"] * 4
        assert log_in(town.resident, PASSWORD, token) == "ok"
    assert KnownBrowser.objects.filter(device=device).exists()


def test_wrong_tries_of_a_known_browser_lock_out_nobody_else(town: Town, device: Device) -> None:
    token = token_of(device=device)
    for _ in range(5):
        log_in(town.resident, WRONG, token)
    assert log_in(town.resident, PASSWORD) == "ok"


def test_the_token_of_another_account_is_a_strangers(town: Town) -> None:
    other = town.add_resident("taro")
    token = token_of(device=open_device(other, "Firefox"))
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token, "", "x" * 500) == "wait"


def test_a_token_is_good_for_one_issuers_account(town: Town, device: Device) -> None:
    there = make_town()
    locked_out(there.resident)
    assert there.resident.login_id == town.resident.login_id
    assert log_in(there.resident, PASSWORD, token_of(device=device)) == "wait"


def test_the_limit_of_an_address_holds_for_known_browsers_too(town: Town, device: Device) -> None:
    token, address = token_of(device=device), f"guesser of {town.issuer.code}"
    for _ in range(throttle.ADDRESS.free):
        throttle.count_try(*throttle.from_address(address))
    assert log_in(town.resident, PASSWORD, token, address=address) == "wait"
    assert log_in(town.resident, PASSWORD, token) == "ok"


def test_a_token_lives_so_long(
    town: Town, device: Device, clock_connection: psycopg.Connection
) -> None:
    token = token_of(device=device)
    ledger.set_clock(clock_connection, clock.now() + KNOWN_FOR)
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token) == "wait"
    assert known_browsers.forget_old_known() >= 1
    assert not KnownBrowser.objects.filter(device=device).exists()


def test_a_browser_keeps_its_token_and_those_of_others(town: Town, device: Device) -> None:
    first = token_of(device=device)
    both = token_of(staff=hire(town.shop), held=first)
    assert both.split(".")[1:] == [first]
    assert token_of(device=device, held=both).split(".") == [first, both.split(".")[0]]
    assert token_of(device=device, held="forged").split(".")[1:] == ["forged"]


def test_an_account_knows_so_many_browsers(town: Town) -> None:
    staff = hire(town.shop)
    for _ in range(MOST_OF_ONE + 1):
        token_of(staff=staff)
    assert KnownBrowser.objects.filter(staff=staff).count() == MOST_OF_ONE


def test_logging_out_oneself_makes_no_stranger(town: Town, device: Device) -> None:
    token = token_of(device=device)
    revoke_device(device, is_known=True)
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token) == "ok"


@pytest.mark.parametrize("left_before", [False, True])
def test_ending_browsers_makes_strangers_of_all_but_the_one_kept(
    town: Town, device: Device, *, left_before: bool
) -> None:
    token, kept = token_of(device=device), open_device(town.resident, "Safari")
    kept_token = token_of(device=kept)
    if left_before:
        revoke_device(device, is_known=True)
    revoke_devices(town.resident, keep=kept)
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token) == "wait"
    assert log_in(town.resident, PASSWORD, kept_token) == "ok"


def test_ending_one_browser_makes_a_stranger_of_it(town: Town, device: Device) -> None:
    token = token_of(device=device)
    revoke_device(device)
    locked_out(town.resident)
    assert log_in(town.resident, PASSWORD, token) == "wait"


def test_a_new_password_keeps_the_browser_it_was_set_on(town: Town, device: Device) -> None:
    other, here = open_device(town.resident, "Safari"), token_of(device=device)
    there = token_of(device=other)
    change_password(device, "another-horse-2026", address="here")
    locked_out(town.resident)
    assert log_in(town.resident, "another-horse-2026", there) == "wait"
    assert log_in(town.resident, "another-horse-2026", here) == "ok"


# --- staff ------------------------------------------------------------------------------


def all_locked_out(staff: Staff, issuer: Issuer | None) -> None:
    for number in range(5):
        assert staff_in(staff, WRONG, place=f"street {number}", issuer=issuer) == "wrong"
    assert staff_in(staff, PASSWORD, issuer=issuer) == "wait"


@pytest.mark.parametrize("is_told", [False, True])
def test_strangers_do_not_lock_out_staff(town: Town, *, is_told: bool) -> None:
    staff = hire(town.shop)
    token, issuer = token_of(staff=staff), town.issuer if is_told else None
    all_locked_out(staff, issuer)
    assert staff_in(staff, PASSWORD, token, issuer=issuer) == "ok"
    assert staff_in(staff, WRONG, token, issuer=issuer) == "wrong"


@pytest.mark.parametrize("is_told", [False, True])
def test_a_used_up_token_of_staff_is_a_strangers(town: Town, *, is_told: bool) -> None:
    staff = hire(town.shop)
    token, issuer = token_of(staff=staff), town.issuer if is_told else None
    all_locked_out(staff, issuer)
    outcomes = [staff_in(staff, WRONG, token, issuer=issuer) for _ in range(6)]
    assert outcomes == ["wrong"] * 5 + ["wait"]
    assert staff_in(staff, PASSWORD, token, issuer=issuer) == "wait"


def namesakes(town: Town) -> tuple[Staff, Staff]:
    """Two issuers' staff of one login ID, each with a password of their own."""
    login_id = f"tanaka-{secrets.token_hex(4)}"
    here, there = hire(town.shop, login_id), hire(make_town().shop, login_id)
    there.set_password("there-horse-2026")
    there.save()
    return here, there


def test_a_token_buys_no_tries_on_a_namesake(town: Town) -> None:
    here, there = namesakes(town)
    token = token_of(staff=here)
    for _ in range(5):
        assert staff_in(here, WRONG, token) == "wrong"
    assert staff_in(there, "there-horse-2026", token_of(staff=here)) != "ok"
    assert staff_in(there, "there-horse-2026") == "wait"


def test_a_namesake_gets_in_on_the_browser_of_the_other(town: Town) -> None:
    here, there = namesakes(town)
    assert staff_in(there, "there-horse-2026", token_of(staff=here)) == "ok"


def test_as_much_work_is_done_for_a_known_browser(town: Town) -> None:
    staff = hire(town.shop)
    token, done = token_of(staff=staff), list[object]()
    with (
        mock.patch.object(passwords, "make_password", side_effect=done.append),
        mock.patch.object(passwords, "check_password", side_effect=lambda *_: done.append(1)),
    ):
        assert staff_in(staff, WRONG, token) == "wrong"
    assert len(done) == candidates.TRIED


def by(staff: Staff) -> Actor:
    return Actor(staff.issuer, "staff:1", "店長", CONSOLE)


def end_by_stopping(staff: Staff) -> None:
    set_active(by(staff), staff, False)
    set_active(by(staff), staff, True)


def end_by_choosing(staff: Staff) -> None:
    assert not choose_password(by(staff), staff, "own-horse-2026-x", "own-horse-2026-x")


def end_by_till(staff: Staff) -> None:
    KnownBrowser.objects.filter(staff=staff).update(terminal=7)
    forget_browsers(terminal=7)


@pytest.mark.parametrize(
    "end",
    [
        end_by_stopping,
        end_by_choosing,
        end_by_till,
        forget_second_factor,
        lambda staff: reset_password(by(staff), staff),
    ],
)
def test_what_ends_trust_makes_strangers_of_staffs_browsers(town: Town, end) -> None:  # type: ignore[no-untyped-def]
    staff = hire(town.shop)
    hire(town.shop, role="manager")
    token = token_of(staff=staff)
    end(staff)
    for number in range(5):
        staff_in(staff, WRONG, place=f"street {number}")
    assert staff_in(staff, PASSWORD, token) == "wait"


# --- addresses --------------------------------------------------------------------------


@pytest.fixture
def prefix() -> str:
    """A /48 that no other test tries from."""
    return "2001:db8:" + secrets.token_hex(2).lstrip("0").rjust(1, "1")


def tried(address: str) -> bool:
    return not throttle.count_try(*throttle.from_address(address)).wait_seconds


def test_a_household_is_one_address(prefix: str) -> None:
    free = throttle.ADDRESS.free
    assert all(tried(f"{prefix}:1::{number:x}") for number in range(free))
    assert not tried(f"{prefix}:1:ffff::1")
    assert tried(f"{prefix}:2::1")


def test_a_site_has_ten_times_as_many(prefix: str) -> None:
    free = throttle.ADDRESS.free * throttle.WIDER
    assert all(tried(f"{prefix}:{number:x}::1") for number in range(1, free + 1))
    assert not tried(f"{prefix}:ffff::1")


def test_an_address_of_ipv4_is_counted_by_itself() -> None:
    (count,) = throttle.from_address("::ffff:192.0.2.7")
    assert count.subject == "address:192.0.2.7"
    assert [each.subject for each in throttle.from_address("nonsense")] == ["address:nonsense"]
