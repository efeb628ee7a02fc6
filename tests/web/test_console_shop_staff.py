"""Shops of an issuer get their first log-in by the console, and are helped there when nobody can
come in any more."""

import io
import re
from typing import Any

import pyotp
import pytest
from django.test import Client
from openpyxl import load_workbook

from hansatsu.flows.printouts.batches import make_all
from hansatsu.flows.printouts.models import Making, PrintFile
from hansatsu.parties.identity.models import Role, SecondFactor, Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.secrets_box import unseal
from hansatsu.parties.shops.models import Batch, Shop
from hansatsu.parties.staff.first_managers import shops_without_manager
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.papers import codes_of, text_of
from tests.support.sheets import line, rows, xlsx
from tests.support.tills import Till, hire
from tests.town import Town, quick_hashing

OWN = "own-horse-2026-x"
NO_MANAGER = "この加盟店には、利用中の店長がいません"


def acts(town: Town) -> list[str]:
    return list(AuditEntry.objects.of(town.issuer).order_by("pk").values_list("act", flat=True))


def enter(town: Town, login_id: str, password: str) -> Client:
    """The first log-in of somebody whom the office let in, as the letter tells it."""
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"shop of {town.issuer.code}")
    form = {"login_id": login_id, "password": password, "issuer": town.issuer.code}
    with quick_hashing():
        answer = client.post("/shop/login/", form)
        assert answer["Location"] == "/shop/login/password/", words(answer)
        answer = client.post("/shop/login/password/", {"password": OWN, "again": OWN})
    assert answer["Location"] == "/shop/login/enrol/"
    client.get("/shop/login/enrol/")
    staff = Staff.objects.of(town.issuer).get(login_id=login_id)
    secret = unseal(SecondFactor.objects.get(staff=staff).sealed_secret)
    client.post("/shop/login/enrol/", {"code": pyotp.TOTP(secret).now()})
    assert client.post("/shop/login/finish/")["Location"] == "/shop/"
    return client


def initial_password(page: str) -> str:
    found = re.search(r"data-initial-password>([^<]+)<", page)
    assert found, page
    return found[1]


def test_letters_that_cannot_be_printed_are_named_before_a_shop_is_written_to(
    town: Town, desk: Desk
) -> None:
    shop = town.add_shop("S0077", town.all_shops, name="髙はし☕")
    Shop.objects.filter(pk=shop.pk).update(address="中央町☕1")
    form = {"whose": "new", "forms": ["pdf"], "reason": "開設", "key": "k" * 22}
    for page in ("shops/letters/", f"shops/{shop.pk}/letter/"):
        asked = words(desk.post(page, form))
        assert "S0077 「髙はし☕」の「☕」は印刷できず、〓になります。" in asked
        assert "S0077 「中央町☕1」の「☕」は印刷できず" in asked
        assert 'name="reason"' in words(desk.post(page, form | {"step": "edit"}))
    assert not Making.objects.of(town.issuer).exists()
    assert not AuditEntry.objects.of(town.issuer).filter(act__contains="letter").exists()
    assert desk.post("shops/letters/", form | {"forms": ["xlsx"]}).status_code == 303
    done = desk.confirm(f"shops/{shop.pk}/letter/", form | {"key": "l" * 22})
    assert done.status_code == 303
    assert Making.objects.of(town.issuer).count() == 2


def order_letters(town: Town, desk: Desk, **wanted: Any) -> Making:
    form = {"whose": "new", "forms": ["pdf", "xlsx"], "reason": "開設"} | wanted
    answer = desk.post("shops/letters/", form)
    assert answer.status_code == 303, words(answer)
    making = Making.objects.of(town.issuer).latest("pk")
    with quick_hashing():
        make_all(making.pk)
    making.refresh_from_db()
    assert making.state == "finished", making.error
    return making


def taken(desk: Desk, making: Making, form: str) -> bytes:
    file = making.files.get(form=form)
    return desk.post(f"files/{file.pk}/").content


def table(content: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), each, strict=True)) for each in lines]


def test_the_first_manager_of_a_shop_is_let_in_and_stands_at_the_till(
    town: Town, desk: Desk
) -> None:
    page = words(desk.get(f"shops/{town.shop.pk}/staff/"))
    assert NO_MANAGER in page
    assert f"/shop/login/?issuer={town.issuer.code}" in page
    form = {"login_id": "Kissa", "display_name": "喫茶 花", "role": "manager", "reason": "申込書"}
    with quick_hashing():
        page = words(desk.post(f"shops/{town.shop.pk}/staff/new/", form))
    client = enter(town, "kissa", initial_password(page))
    assert town.shop.name in words(client.get("/shop/"))
    assert client.get("/shop/staff/").status_code == 200  # a manager's page
    hired = AuditEntry.objects.of(town.issuer).get(act="staff_hired")
    assert (hired.place, hired.reason) == ("console", "申込書")
    assert NO_MANAGER not in words(desk.get(f"shops/{town.shop.pk}/staff/"))


def test_a_shop_without_its_only_manager_is_helped(town: Town, desk: Desk) -> None:
    till = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    at = f"shops/{town.shop.pk}/staff/{till.staff.pk}"
    why = {"reason": "スマートフォンの紛失。電話でかけ直して確認"}
    with quick_hashing():
        password = initial_password(words(desk.post(f"{at}/password/", why)))
    assert desk.post(f"{at}/second-factor/", why).status_code == 303
    assert till.get("").status_code == 303  # logged out
    enter(town, till.staff.login_id, password)
    assert acts(town).count("staff_password_reset") == 1
    assert acts(town).count("second_factor_reset") == 1


def test_the_only_manager_can_be_stopped_by_the_office_and_started_again(
    town: Town, desk: Desk
) -> None:
    till = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    at = f"shops/{town.shop.pk}/staff/{till.staff.pk}"
    assert desk.post(f"{at}/stop/", {"reason": "退職"}).status_code == 303
    assert till.get("").status_code == 303
    assert town.shop in shops_without_manager(town.issuer)
    cashier = Till(town.shop, hire(town.shop, role=Role.CASHIER))
    assert cashier.get("").status_code == 200
    shop = f"shops/{town.shop.pk}/staff/"
    for page, said in ((shop, NO_MANAGER), ("shop/", "いない"), ("", "店長のいない加盟店が2店")):
        shown = words(desk.get(page))
        assert said in shown
        assert "だれもログイン" not in shown  # a cashier logs in as before
    assert desk.post(f"{at}/start/", {"reason": "復職"}).status_code == 303
    assert town.shop not in shops_without_manager(town.issuer)


@pytest.mark.parametrize("page", ["password", "second-factor", "stop", "start"])
def test_who_works_at_another_shop_is_not_found(town: Town, desk: Desk, page: str) -> None:
    elsewhere = hire(town.large_shop, role=Role.MANAGER)
    before = Staff.objects.filter(pk=elsewhere.pk).values().get()
    answer = desk.post(f"shops/{town.shop.pk}/staff/{elsewhere.pk}/{page}/", {"reason": "x"})
    assert answer.status_code == 404
    assert desk.post(f"shops/{town.shop.pk}/staff/{desk.staff.pk}/{page}/").status_code == 404
    assert Staff.objects.filter(pk=elsewhere.pk).values().get() == before


def test_every_shop_gets_a_letter_with_which_its_manager_comes_in(town: Town, desk: Desk) -> None:
    making = order_letters(town, desk)
    paper = taken(desk, making, "pdf")
    address = f"/shop/login/?issuer={town.issuer.code}"
    text = text_of(paper)
    for said in ("天王洲飯店 御中", "スーパーおもいがわ 御中", "中央町", "9-1-1", "s0001", address):
        assert said in text
    assert [[code.endswith(address) for code in page] for page in codes_of(paper)] == [[True]] * 2
    lines = table(taken(desk, making, "xlsx"))
    assert [each["加盟店番号"] for each in lines] == ["S0001", "S0002"]
    for each in lines:
        assert each["初期パスワード"].replace("-", "") in re.sub(r"[-\s]", "", text)
    enter(town, lines[0]["ログインID"], lines[0]["初期パスワード"])
    assert not shops_without_manager(town.issuer).exists()
    assert acts(town).count("staff_hired") == 2
    assert "shops_ordered" in acts(town)
    assert "file_taken" in acts(town)


def test_shops_with_a_manager_get_no_letter(town: Town, desk: Desk) -> None:
    manager = hire(town.shop, role=Role.MANAGER)
    making = order_letters(town, desk, forms=["xlsx"])
    (only,) = table(taken(desk, making, "xlsx"))
    assert only["加盟店番号"] == "S0002"
    before = Staff.objects.get(pk=manager.pk).password
    assert before == manager.password


def test_a_lost_letter_is_made_again_and_the_old_one_is_dead(town: Town, desk: Desk) -> None:
    first = table(taken(desk, order_letters(town, desk), "xlsx"))
    enter(town, first[0]["ログインID"], first[0]["初期パスワード"])
    again = table(taken(desk, order_letters(town, desk, whose="again"), "xlsx"))
    assert [each["加盟店番号"] for each in again] == ["S0002"]
    assert again[0]["ログインID"] == first[1]["ログインID"]
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"shop of {town.issuer.code}")
    old = {"login_id": first[1]["ログインID"], "password": first[1]["初期パスワード"]}
    with quick_hashing():
        assert client.post("/shop/login/", old).status_code == 422
    enter(town, again[0]["ログインID"], again[0]["初期パスワード"])
    assert "案内状の必要な加盟店はありません" in words(desk.get("shops/letters/"))


def test_a_letter_that_was_ordered_does_not_change_a_manager_who_came_meanwhile(
    town: Town, desk: Desk
) -> None:
    form = {"whose": "new", "forms": ["xlsx"], "reason": "開設"}
    assert desk.post("shops/letters/", form).status_code == 303
    managers = [hire(shop, role=Role.MANAGER) for shop in (town.shop, town.large_shop)]
    making = Making.objects.of(town.issuer).latest("pk")
    make_all(making.pk)
    making.refresh_from_db()
    assert making.state == "finished"
    assert not PrintFile.objects.filter(making=making).exists()
    assert Staff.objects.of(town.issuer).exclude(shop=None).count() == len(managers)
    assert "staff_password_reset" not in acts(town)


def test_a_shops_own_letter(town: Town, desk: Desk) -> None:
    form = {"whose": "new", "forms": ["xlsx"], "reason": "開設"}
    assert desk.post(f"shops/{town.large_shop.pk}/letter/", form).status_code == 303
    making = Making.objects.of(town.issuer).latest("pk")
    with quick_hashing():
        make_all(making.pk)
    assert [each["店名"] for each in table(taken(desk, making, "xlsx"))] == [town.large_shop.name]


def test_nobody_misses_it_after_an_import(town: Town, desk: Desk) -> None:
    file = io.BytesIO(xlsx(rows([line(number) for number in range(3)])))
    file.name = "shops.xlsx"
    answer = desk.post("shops/import/", {"file": file, "reason": "一括"})
    batch = Batch.objects.of(town.issuer).get()
    assert answer["Location"] == f"/console/batch/{batch.pk}/"
    assert desk.post(f"shops/batches/{batch.pk}/apply/").status_code == 303
    assert 'href="/console/shops/letters/"' in words(desk.get(answer["Location"]))
    assert "まだ店長のいない加盟店 (5店)" in words(desk.get("shops/letters/"))
    assert "店長のいない加盟店が5店あります" in words(desk.get(""))
    page = words(desk.get("shop/"))
    assert "いない" in page
    assert 'href="/console/shops/letters/"' in page
    shop = Shop.objects.of(town.issuer).latest("pk")
    assert f'href="/console/shops/{shop.pk}/staff/"' in words(desk.get(f"shop/{shop.pk}/"))


@pytest.mark.parametrize("code", ["A1", "S0001", "LONGCODE12345678"])
def test_login_ids_of_letters_are_ones_that_can_be_typed(town: Town, desk: Desk, code: str) -> None:
    if code != "S0001":
        town.add_shop(code, town.all_shops)
    hire(town.large_shop, login_id="s0001")
    lines = table(taken(desk, order_letters(town, desk), "xlsx"))
    known = {each["加盟店番号"]: each["ログインID"] for each in lines}
    wanted = {"A1": "shop-a1", "S0001": "s0001-2", "LONGCODE12345678": "longcode12345678"}
    assert known[code] == wanted[code]
