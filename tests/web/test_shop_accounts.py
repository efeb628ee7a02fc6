"""Staff accounts on the shop site: the authenticator, recovery codes, own passwords, PINs, and a
manager who stays."""

import re
import secrets

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role, SecondFactor, Staff
from hansatsu.parties.issuers.audit import Actor, place_of_shop
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.staff import accounts
from hansatsu.parties.staff.pins import check_pin, set_pin
from hansatsu.parties.staff.second_factor import recovery_codes_left
from tests.support.clients import words
from tests.support.tills import Till, hire, new_code
from tests.town import PASSWORD, Town, make_town, quick_hashing

OWN = "my-own-password-26"


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="module")
def boss(town: Town) -> Till:
    return Till(town.shop, hire(town.shop, role=Role.MANAGER))


def browser() -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=f"house {secrets.token_hex(4)}")


def log_in(client: Client, staff: Staff, password: str = PASSWORD) -> str:
    form = {"login_id": staff.login_id, "password": password}
    with quick_hashing():
        return client.post("/shop/login/", form)["Location"]


def hired(boss: Till, role: str = Role.CASHIER) -> tuple[Staff, str]:
    """A new account, made on the page, with its initial password."""
    login_id = f"new-{secrets.token_hex(6)}"
    form = {"login_id": login_id, "display_name": "新人 花", "role": role}
    shown = words(boss.post("staff/new/", form))
    found = re.search(r"data-password>([a-z0-9-]+)<", shown)
    assert found is not None, shown
    return Staff.objects.get(login_id=login_id), found[1]


def text_in(answer: HttpResponse, pattern: str) -> str:
    found = re.search(pattern, words(answer))
    assert found is not None, words(answer)
    return found[1]


def acts(staff: Staff) -> list[str]:
    entries = AuditEntry.objects.filter(issuer=staff.issuer, subject=staff.actor)
    return list(entries.order_by("pk").values_list("act", flat=True))


def test_a_new_manager_chooses_a_password_and_enrols_then_is_in(boss: Till) -> None:
    staff, initial = hired(boss, Role.MANAGER)
    client = browser()
    assert log_in(client, staff, initial) == "/shop/login/password/"
    for page in ("/shop/", "/shop/login/enrol/", "/shop/staff/"):
        assert client.get(page)["Location"] in ("/shop/login/", "/shop/login/password/"), page
    for password, again, said in (
        ("short", "short", "10文字以上"),
        (OWN, OWN + "x", "2つのパスワードが違います"),
        (initial, initial, "今のパスワードと同じです"),
    ):
        answer = client.post("/shop/login/password/", {"password": password, "again": again})
        assert answer.status_code == 422
        assert said in words(answer)
    with quick_hashing():
        answer = client.post("/shop/login/password/", {"password": OWN, "again": OWN})
    assert answer["Location"] == "/shop/login/enrol/"
    page = client.get("/shop/login/enrol/")
    secret = text_in(page, r"data-secret-key>([A-Z2-7 ]+)<").replace(" ", "")
    assert secret in text_in(client.get("/shop/login/enrol/"), r"(data-secret-key>.*?<)").replace(
        " ", ""
    )  # a reload keeps it
    totp = pyotp.TOTP(secret)
    wrong = client.post("/shop/login/enrol/", {"code": "000000"})
    assert wrong.status_code == 422
    assert SecondFactor.objects.get(staff=staff).confirmed_at is None
    shown = client.post("/shop/login/enrol/", {"code": totp.at(clock.now())})
    codes = re.findall(r'code-text">([a-z0-9]{5}-[a-z0-9]{5})<', words(shown))
    assert len(set(codes)) == 8
    assert client.get("/shop/login/enrol/")["Location"] == "/shop/"
    assert client.get("/shop/staff/").status_code == 200
    assert {"password_chosen", "second_factor_set"} <= set(acts(staff))

    # Another browser is asked for a code; the one that was used opens nothing.
    other = browser()
    assert log_in(other, staff, OWN) == "/shop/login/code/"
    used = other.post("/shop/login/code/", {"code": totp.at(clock.now())})
    assert used.status_code == 422
    assert "確認コードが違います" in words(used)
    assert other.get("/shop/")["Location"] == "/shop/login/"
    # A recovery code opens it once, however it is typed.
    typed = codes[0].upper().replace("-", " ")
    assert other.post("/shop/login/code/", {"code": typed})["Location"] == "/shop/"
    assert "使っていない復旧コードは、あと7個です。" in words(other.get("/shop/me/"))
    third = browser()
    log_in(third, staff, OWN)
    assert third.post("/shop/login/code/", {"code": codes[0]}).status_code == 422
    assert third.get("/shop/")["Location"] == "/shop/login/"
    assert recovery_codes_left(staff) == 7


def test_a_code_counts_once_even_in_its_own_half_minute(town: Town) -> None:
    till = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    other = browser()
    log_in(other, till.staff)
    code = new_code(till.staff)
    assert other.post("/shop/login/code/", {"code": code})["Location"] == "/shop/"
    again = browser()
    log_in(again, till.staff)
    assert again.post("/shop/login/code/", {"code": code}).status_code == 422
    assert again.get("/shop/")["Location"] == "/shop/login/"


def test_many_wrong_codes_must_wait_and_so_must_the_right_one(town: Town) -> None:
    till = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    client = browser()
    log_in(client, till.staff)
    for _ in range(5):
        client.post("/shop/login/code/", {"code": "000000"})
    answer = client.post("/shop/login/code/", {"code": new_code(till.staff)})
    assert "しばらく入力できません" in words(answer)
    assert client.get("/shop/")["Location"] == "/shop/login/"


def test_a_browser_that_proved_it_is_not_asked_again_until_it_is_reset(
    town: Town, boss: Till
) -> None:
    till = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    till.post("logout/")
    assert log_in(till.client, till.staff) == "/shop/"
    assert till.get("staff/").status_code == 200
    boss.post(f"staff/{till.staff.pk}/second-factor/")
    till.post("logout/")
    assert log_in(till.client, till.staff) == "/shop/login/enrol/"
    assert acts(till.staff)[-1] == "second_factor_reset"


def test_a_handed_over_password_ends_sessions_and_must_be_changed(town: Town, boss: Till) -> None:
    till = Till(town.shop)
    set_pin(till.staff, "4826")
    shown = words(boss.post(f"staff/{till.staff.pk}/password/"))
    found = re.search(r"data-password>([a-z0-9-]+)<", shown)
    assert found is not None
    assert till.get("")["Location"] == "/shop/login/"
    assert check_pin(town.shop, till.terminal.pk, till.staff.pk, "4826")[0] == "wrong"
    client = browser()
    assert log_in(client, till.staff, found[1]) == "/shop/login/password/"
    assert client.get("/shop/")["Location"] == "/shop/login/"
    with quick_hashing():
        done = client.post("/shop/login/password/", {"password": OWN, "again": OWN})
    assert done["Location"] == "/shop/"


def test_a_pin_changes_who_stands_at_the_till(town: Town) -> None:
    till, colleague = Till(town.shop), hire(town.shop)
    for person in (till.staff, colleague):
        set_pin(person, "4826")
    till.post("lock/")
    answer = till.post("pin/", {"staff": str(colleague.pk), "pin": "４８２６"})
    assert answer["Location"] == "/shop/"
    entry = AuditEntry.objects.filter(issuer=town.issuer).latest("pk")
    assert (entry.act, entry.actor) == ("take_over", colleague.actor)
    assert till.get("staff/").status_code == 403


def test_wrong_pins_must_wait_here_and_nowhere_else(town: Town) -> None:
    till, elsewhere = Till(town.shop), Till(town.shop)
    set_pin(till.staff, "4826")
    for desk in (till, elsewhere):
        desk.post("lock/")
    form = {"staff": str(till.staff.pk), "pin": "9999"}
    for _ in range(5):
        assert "暗証番号が違います" in words(till.post("pin/", form))
    answer = till.post("pin/", form | {"pin": "4826"})
    assert "location" not in answer.headers
    assert till.get("")["Location"] == "/shop/pin/"
    assert elsewhere.post("pin/", form | {"pin": "4826"})["Location"] == "/shop/"


@pytest.mark.parametrize("pin", ["", "123", "1234", "8765", "7777", "48261234", "48a6"])
def test_a_weak_pin_is_not_taken(town: Town, pin: str) -> None:
    till = Till(town.shop)
    answer = till.post("me/pin/", {"current": PASSWORD, "pin": pin})
    assert answer.status_code == 422
    till.staff.refresh_from_db()
    assert till.staff.pin == ""


def test_ones_own_pin_and_password_need_the_present_password(town: Town) -> None:
    till = Till(town.shop)
    elsewhere = Till(town.shop, till.staff)
    before = Staff.objects.filter(pk=till.staff.pk).values().get()
    for page, form in (
        ("me/pin/", {"pin": "4826"}),
        ("me/password/", {"password": OWN, "again": OWN}),
    ):
        answer = till.post(page, form | {"current": "no"})
        assert answer.status_code == 422
        assert "今のパスワードが違います" in words(answer)
    assert Staff.objects.filter(pk=till.staff.pk).values().get() == before
    form = {"current": PASSWORD, "password": OWN, "again": OWN}
    with quick_hashing():
        answer = till.post("me/pin/", {"current": PASSWORD, "pin": "4826"})
        assert "done=pin" in answer["Location"]
        assert "done=password" in till.post("me/password/", form)["Location"]
    assert till.get("").status_code == 200
    assert elsewhere.get("")["Location"] == "/shop/login/"


def test_nobody_removes_the_last_manager(town: Town) -> None:
    shop = town.add_shop("S0003", town.all_shops)
    boss = Till(shop, hire(shop, role=Role.MANAGER))
    before = Staff.objects.filter(shop=shop).values().get()
    for act in ("deactivate", "role", "password", "second-factor", "nothing"):
        answer = boss.post(f"staff/{boss.staff.pk}/{act}/", {"reason": "x"})
        assert answer.status_code == 422, act
        assert "ご自分のこと" in words(answer)
    # Two managers who put each other out at once: the second one is the last.
    gone = Actor(shop.issuer, "staff:0", "もう一人の店長", place_of_shop(shop.pk))
    assert accounts.set_active(gone, boss.staff, active=False) == "last_manager"
    assert accounts.set_role(gone, boss.staff, Role.CASHIER) == "last_manager"
    assert Staff.objects.filter(shop=shop).values().get() == before
    other = hire(shop, role=Role.MANAGER)
    assert "done=1" in boss.post(f"staff/{other.pk}/role/")["Location"]
    assert accounts.set_active(gone, boss.staff, active=False) == "last_manager"


def test_a_login_id_is_one_persons_and_fields_are_checked(town: Town, boss: Till) -> None:
    before = Staff.objects.filter(shop=town.shop).count()
    for wrong, said in (
        ({"login_id": boss.staff.login_id.upper()}, "使われています"),
        ({"login_id": "a"}, "4文字以上"),
        ({"display_name": " "}, "お名前を入力"),
        ({"role": "owner"}, "役割を選んで"),
    ):
        form = {"login_id": "somebody-new", "display_name": "新人", "role": "cashier"} | wrong
        answer = boss.post("staff/new/", form)
        assert answer.status_code == 422
        assert said in words(answer)
    assert Staff.objects.filter(shop=town.shop).count() == before
