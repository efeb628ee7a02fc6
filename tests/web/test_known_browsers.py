"""Strangers' wrong tries, and the browsers that they do not lock out, page by page."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from hansatsu.flows.accounts import one_time_password
from hansatsu.flows.accounts.challenges import PUZZLES
from hansatsu.parties import clock
from hansatsu.parties.identity.known_browsers import cookie_name
from hansatsu.parties.identity.models import Failures, KnownBrowser
from hansatsu.parties.identity.throttle import Count, count_try
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.log_ins import begin, pass_check, right_digits, walk_in, wrong_digits
from tests.support.tills import Till, hire, new_code
from tests.town import PASSWORD, Town

WAIT = "しばらくログインできません"


pytestmark = pytest.mark.usefixtures("quickly")


@pytest.fixture
def visitor(town: Town) -> Visitor:
    """hanako's browser, which was wholly logged in and is out again."""
    visitor = Visitor(town.issuer, REMOTE_ADDR=f"house of {town.issuer.code}")
    assert walk_in(visitor, town.resident).status_code == 303
    assert visitor.get("balance/").status_code == 200
    visitor.post("logout/")
    assert visitor.get("balance/").status_code == 303
    return visitor


def stranger(town: Town) -> Visitor:
    return Visitor(town.issuer, REMOTE_ADDR=f"street of {town.issuer.code}")


def strangers_try(page: str, login_id: str, code: str) -> None:
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"street of {code}"[:40])
    for _ in range(5):
        client.post(page, {"login_id": login_id, "password": "no"})
    assert WAIT in words(client.post(page, {"login_id": login_id, "password": PASSWORD}))


def test_strangers_do_not_lock_a_resident_out(town: Town, visitor: Visitor) -> None:
    outside = stranger(town)
    begin(outside)
    for _ in range(5):
        pass_check(outside, "no")
    assert WAIT in words(pass_check(outside))
    walk_in(visitor, town.resident)
    assert visitor.get("balance/").status_code == 200


def test_strangers_puzzles_are_not_the_known_browsers(town: Town, visitor: Visitor) -> None:
    subject = f"puzzle:{town.issuer.pk}:hanako"
    for _ in range(PUZZLES.free):
        count_try(Count(subject, PUZZLES))
    outside = stranger(town)
    begin(outside)
    assert WAIT in words(pass_check(outside))
    walk_in(visitor, town.resident)
    assert visitor.get("balance/").status_code == 200


def test_a_strangers_wrong_digits_do_not_send_the_known_browser_to_its_mail(
    town: Town, visitor: Visitor
) -> None:
    for _ in range(one_time_password.A_DAY.free):
        count_try(Count(f"one-time:{town.resident.pk}", one_time_password.A_DAY))
    outside = stranger(town)
    begin(outside)
    pass_check(outside)
    assert "メールのリンクからログインしてください" in words(outside.get("login/code/"))
    walk_in(visitor, town.resident)
    assert visitor.get("balance/").status_code == 200


def test_a_known_browser_with_too_many_wrong_digits_is_a_strangers(
    town: Town, visitor: Visitor
) -> None:
    known = KnownBrowser.objects.get(device__resident=town.resident)
    subject = f"one-time:{town.resident.pk}:known:{known.pk}"
    for _ in range(one_time_password.A_DAY.free - 1):
        count_try(Count(subject, one_time_password.A_DAY))
    begin(visitor)
    pass_check(visitor)
    visitor.post("login/code/", {"code": wrong_digits(town.resident)})
    assert not KnownBrowser.objects.filter(pk=known.pk).exists()
    answer = visitor.post("login/code/", {"code": right_digits(town.resident)})
    assert answer["Location"] == visitor.address("")


def test_a_used_up_browser_waits_in_the_same_words(town: Town, visitor: Visitor) -> None:
    begin(visitor)
    for _ in range(5):
        assert "パスワードが違います" in words(pass_check(visitor, "no"))
    for _ in range(5):
        assert "パスワードが違います" in words(pass_check(visitor, "no"))
    assert WAIT in words(pass_check(visitor))


def test_strangers_do_not_lock_a_cashier_out(town: Town) -> None:
    till = Till(town.shop)
    till.post("logout/")
    strangers_try("/shop/login/", till.staff.login_id, town.issuer.code)
    assert till.log_in()["Location"] == "/shop/"
    assert till.get("").status_code == 200


def test_who_only_came_by_the_password_of_two_factors_is_not_known(town: Town) -> None:
    till = Till(town.shop, hire(town.shop, role="manager"))
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"house of {town.issuer.code}")
    form = {"login_id": till.staff.login_id, "password": PASSWORD}
    assert client.post("/shop/login/", form)["Location"] == "/shop/login/code/"
    assert cookie_name() not in client.cookies


def test_strangers_do_not_lock_a_clerk_out(town: Town) -> None:
    desk = Desk(town.issuer)
    desk.post("logout/")
    strangers_try("/console/login/", desk.staff.login_id, town.issuer.code)
    assert desk.send_password()["Location"] == "/console/login/code/"
    assert desk.post("login/code/", {"code": new_code(desk.staff)}).status_code == 303
    assert desk.get().status_code == 200


def test_who_knows_the_password_does_not_lock_out_the_second_factor(town: Town) -> None:
    desk = Desk(town.issuer)
    subject = f"second_factor:{desk.staff.pk}"
    now = clock.now()
    fields = {"last_at": now, "waits_until": now + timedelta(hours=1), "count": 9}
    Failures.objects.update_or_create(subject=subject, defaults=fields)
    desk.post("logout/")
    desk.send_password()
    assert desk.post("login/code/", {"code": new_code(desk.staff)})["Location"] == "/console/"


@pytest.mark.parametrize("site", ["shop", "console"])
def test_strangers_are_not_in_the_way_of_a_new_password(town: Town, site: str) -> None:
    till = Till(town.shop) if site == "shop" else Desk(town.issuer)
    strangers_try(f"/{site}/login/", till.staff.login_id, town.issuer.code)
    new = {"current": PASSWORD, "password": "own-horse-2026-x", "again": "own-horse-2026-x"}
    answer = till.post("me/password/" if site == "shop" else "password/", new)
    assert answer.status_code in (302, 303), words(answer)
    till.staff.refresh_from_db()
    assert till.staff.check_password("own-horse-2026-x")
    assert KnownBrowser.objects.filter(staff=till.staff).count() == 1  # the one it was set on


def test_the_cookie_is_bound_to_the_host(town: Town) -> None:
    till = Till(town.shop)
    cookie = till.client.cookies[cookie_name()]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/", True, "Lax")
    assert cookie.value not in str(list(KnownBrowser.objects.values()))
    with override_settings(SESSION_COOKIE_SECURE=True):
        assert cookie_name() == "__Host-hansatsu_known"
