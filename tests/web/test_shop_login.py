"""Who gets to a till: staff of open shops, on a browser that stays one terminal."""

from collections.abc import Callable

import pytest
from django.test import Client

from hansatsu.parties.issuers.audit import place_of_shop
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.shops.terminals import revoke_terminal
from hansatsu.parties.staff.checking import open_staff
from tests.support.clients import Visitor, words
from tests.support.tills import Till, hire
from tests.town import PASSWORD, Town, quick_hashing

PAGES = ["", "today/", "qr/", "today.json"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_the_log_in(town: Town, page: str) -> None:
    answer = Client().get(f"/shop/{page}")
    assert (answer.status_code, answer["Location"]) == (303, "/shop/login/")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_staff_see_their_pages_and_nobody_keeps_them(till: Till, page: str) -> None:
    answer = till.get(page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert ("wasm-unsafe-eval" in policy) == (page == "")
    assert " style=" not in words(answer)


def test_a_script_is_told_that_it_is_logged_out() -> None:
    answer = Client().get("/shop/today.json", headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_the_log_in_page_leads_on_when_logged_in(till: Till) -> None:
    assert till.get("login/")["Location"] == "/shop/"


def test_a_wrong_password_says_so_and_keeps_the_id(town: Town) -> None:
    staff = hire(town.shop)
    client = Client(REMOTE_ADDR=f"house of {town.issuer.code}")
    answer = client.post("/shop/login/", {"login_id": staff.login_id, "password": "no"})
    assert answer.status_code == 422
    assert "ログインIDまたはパスワードが違います" in words(answer)
    assert staff.login_id in words(answer)
    assert client.get("/shop/").status_code == 303


def test_many_wrong_passwords_must_wait(town: Town) -> None:
    staff = hire(town.shop)
    client = Client(REMOTE_ADDR=f"house of {town.issuer.code}")
    with quick_hashing():
        for _ in range(5):
            client.post("/shop/login/", {"login_id": staff.login_id, "password": "no"})
    answer = client.post("/shop/login/", {"login_id": staff.login_id, "password": PASSWORD})
    assert "しばらくログインできません" in words(answer)
    assert client.get("/shop/").status_code == 303


def test_the_issuers_own_staff_are_told_to_use_the_console(town: Town) -> None:
    with quick_hashing():
        staff = open_staff(
            town.issuer,
            login_id=f"clerk-{town.issuer.code.lower()}",
            password=PASSWORD,
            role="operator",
            display_name="係",
        )
    client = Client(REMOTE_ADDR=f"house of {town.issuer.code}")
    answer = client.post("/shop/login/", {"login_id": staff.login_id, "password": PASSWORD})
    assert "管理画面をご利用ください" in words(answer)
    assert client.get("/shop/").status_code == 303
    assert not Terminal.objects.of(town.issuer).exists()


def acts(till: Till) -> list[tuple[str, str, str]]:
    lines = AuditEntry.objects.filter(place=place_of_shop(till.shop.pk)).order_by("pk")
    return [(each.act, each.actor, each.subject) for each in lines]


def test_who_leaves_a_till_is_on_record_once(till: Till) -> None:
    till.post("logout/")
    till.post("logout/")
    who, where = till.staff.actor, till.terminal.actor
    assert acts(till) == [("log_in", who, where), ("log_out", who, where)]


def test_nobody_is_said_to_leave_a_locked_till(till: Till) -> None:
    till.post("lock/")
    till.post("logout/")
    assert [act for act, _who, _where in acts(till)] == ["log_in", "lock"]
    assert till.get("pin/")["Location"] == "/shop/login/"


def test_a_browser_stays_one_terminal(till: Till) -> None:
    till.post("logout/")
    assert till.get("").status_code == 303
    till.log_in()
    assert till.get("").status_code == 200
    assert Terminal.objects.filter(shop=till.shop).count() == 1


def test_another_browser_is_another_terminal(till: Till) -> None:
    other = Till(till.shop, till.staff)
    assert other.terminal != till.terminal


def test_one_browser_at_two_shops_is_a_terminal_of_each(town: Town, till: Till) -> None:
    till.staff = hire(town.large_shop)
    till.log_in()
    assert town.large_shop.name in words(till.get(""))
    assert Terminal.objects.of(town.issuer).count() == 2


def end_by_revoking(till: Till) -> None:
    revoke_terminal(till.terminal)


def end_by_closing(till: Till) -> None:
    till.shop.open = False
    till.shop.save()


def end_by_dismissing(till: Till) -> None:
    till.staff.is_active = False
    till.staff.save()


def end_by_new_password(till: Till) -> None:
    with quick_hashing():
        till.staff.set_password("another-horse-2026")
    till.staff.save()


def end_by_forging(till: Till) -> None:
    cookie = till.client.cookies[f"hansatsu_terminal_{till.shop.pk}"]
    cookie.set(cookie.key, "1:forged:forged", "1:forged:forged")


@pytest.mark.parametrize(
    "end",
    [end_by_revoking, end_by_closing, end_by_dismissing, end_by_new_password, end_by_forging],
)
def test_what_ends_a_till_logs_it_out_at_once(till: Till, end: Callable[[Till], None]) -> None:
    assert till.get("").status_code == 200
    end(till)
    assert till.get("")["Location"] == "/shop/login/"
    assert till.ring_up("100", "9" * 20)["Location"] == "/shop/login/"


def test_a_closed_shop_has_no_till(town: Town) -> None:
    staff = hire(town.shop)
    town.shop.open = False
    town.shop.save()
    client = Client(REMOTE_ADDR=f"house of {town.issuer.code}")
    answer = client.post("/shop/login/", {"login_id": staff.login_id, "password": PASSWORD})
    assert "現在ご利用いただけません" in words(answer)


def test_a_resident_and_a_cashier_share_a_browser(town: Town, till: Till) -> None:
    visitor = Visitor(town.issuer)
    visitor.client = till.client
    visitor.enter(town.resident)
    till.post("logout/")
    assert visitor.get("").status_code == 200
    assert till.get("").status_code == 303


def test_the_pages_speak_english(till: Till) -> None:
    for page in ["login/", "", "today/", "qr/"]:
        assert '<html lang="en">' in words(
            till.client.get(f"/shop/{page}", {"languageCd": "en"}, follow=True)
        )


@pytest.mark.parametrize("page", ["logout/", "till/settle/"])
def test_a_wrong_method_is_refused(till: Till, page: str) -> None:
    assert till.get(page).status_code == 405


def test_forms_of_other_sites_are_refused(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/shop/login/", {}).status_code == 403
    assert client.post("/shop/till/", {}).status_code == 403
