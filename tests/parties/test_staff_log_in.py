"""Staff of several issuers under one login ID: who is let in, who is told what, at what cost."""

import secrets
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hansatsu.parties.identity import passwords
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff import candidates
from hansatsu.parties.staff.accounts import hire, hire_clerk
from hansatsu.parties.staff.checking import check_staff, open_staff
from tests.support.clients import words
from tests.town import Town, make_town, quick_hashing

HOUSE = "198.51.100.7"


@pytest.fixture
def login_id() -> str:
    return f"tanaka-{secrets.token_hex(4)}"


def employ(town: Town, login_id: str, password: str, role: str = "cashier") -> Staff:
    with quick_hashing():
        return open_staff(
            town.issuer,
            login_id=login_id,
            password=password,
            role=role,
            display_name="田中",
            shop=town.shop if role in ("cashier", "manager") else None,
        )


def check(
    login_id: str, password: str, issuer: Issuer | None = None, *, at_shop: bool = True
) -> Staff | None:
    with quick_hashing():
        return check_staff(
            login_id=login_id, password=password, address=HOUSE, issuer=issuer, at_shop=at_shop
        ).staff


def test_two_towns_have_the_same_login_id(login_id: str) -> None:
    first, second = make_town(), make_town()
    here, there = employ(first, login_id, "one-2026"), employ(second, login_id, "two-2026")
    assert check(login_id, "one-2026") == here
    assert check(login_id, "two-2026") == there
    assert check(login_id, "two-2026", second.issuer) == there
    assert check(login_id, "two-2026", first.issuer) is None


def test_the_issuer_decides_between_equal_passwords(login_id: str) -> None:
    first, second = make_town(), make_town()
    here, there = employ(first, login_id, "same-2026"), employ(second, login_id, "same-2026")
    assert check(login_id, "same-2026") is None
    assert check(login_id, "same-2026", first.issuer) == here
    assert check(login_id, "same-2026", second.issuer) == there


def test_case_does_not_matter(login_id: str) -> None:
    town = make_town()
    staff = employ(town, login_id, "one-2026")
    assert check(login_id.upper(), "one-2026") == staff
    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.create(
            issuer=town.issuer, shop=town.shop, role="cashier", login_id=login_id.upper()
        )


@pytest.mark.parametrize("accounts", [0, 1, 2, 5])
def test_as_much_work_is_done_however_many_have_the_id(login_id: str, accounts: int) -> None:
    for place in range(accounts):
        employ(make_town(), login_id, f"{place}-2026")
    done: list[object] = []
    with (
        mock.patch.object(passwords, "make_password", side_effect=done.append),
        mock.patch.object(passwords, "check_password", side_effect=lambda *_: done.append(1)),
    ):
        candidates.find_staff(login_id, "wrong", issuer=None, at_shop=True)
    assert len(done) == candidates.TRIED


def test_those_who_belong_to_the_site_are_tried_first(login_id: str) -> None:
    for place in range(3):
        employ(make_town(), login_id, f"{place}-2026", role="operator")
    shop = employ(make_town(), login_id, "shop-2026")
    assert check(login_id, "shop-2026", at_shop=True) == shop
    assert check(login_id, "shop-2026", at_shop=False) is None


def test_a_manager_cannot_try_out_what_other_issuers_have(login_id: str) -> None:
    first, second = make_town(), make_town()
    employ(first, login_id, "one-2026")
    by = Actor(second.issuer, "staff:1", "店長", CONSOLE)
    with quick_hashing():
        made = hire(by, second.shop, login_id=login_id, display_name="田中", role="cashier")
        again = hire_clerk(by, login_id=login_id.upper(), display_name="田中", role="viewer")
    assert made.staff is not None
    assert again.staff is None
    assert list(again.errors) == ["login_id"]


def test_the_address_of_the_letter_names_the_issuer_and_lets_in(login_id: str) -> None:
    first, second = make_town(), make_town(name="隣町商品券")
    employ(first, login_id, "same-2026")
    employ(second, login_id, "same-2026")
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"way of {second.issuer.code}")
    page = words(client.get("/shop/login/", {"issuer": second.issuer.code}))
    assert "隣町商品券" in page
    assert f'name="issuer" value="{second.issuer.code}"' in page
    form = {"login_id": login_id, "password": "same-2026"}
    with quick_hashing():
        assert client.post("/shop/login/", form).status_code == 422
        answer = client.post("/shop/login/", form | {"issuer": second.issuer.code})
    assert answer.status_code == 303
    assert second.shop.name in words(client.get("/shop/"))


def test_an_unknown_issuer_in_the_address_is_as_none() -> None:
    assert Client(SERVER_NAME="localhost").get("/shop/login/?issuer=../x").status_code == 200


@pytest.mark.parametrize("is_told", [True, False])
def test_a_namesakes_own_log_in_buys_no_guesses(login_id: str, is_told: bool) -> None:
    """She who has an ID in her town makes tries at its holder in another, and logs in between."""
    hers, theirs = make_town(), make_town()
    employ(hers, login_id, "one-2026")
    employ(theirs, login_id, "two-2026")
    there = theirs.issuer if is_told else None
    for _ in range(3):
        for wrong in ("guess", "again"):
            check(login_id, wrong, there)
        check(login_id, "one-2026", hers.issuer if is_told else None)
    assert check(login_id, "two-2026", there) is None, "must wait like anybody after five"


def test_strangers_tries_in_one_town_are_in_nobodys_way_in_another(login_id: str) -> None:
    one, other = make_town(), make_town()
    employ(one, login_id, "one-2026")
    staff = employ(other, login_id, "two-2026")
    for _ in range(6):
        check(login_id, "guess", one.issuer)
    assert check(login_id, "one-2026", one.issuer) is None
    assert check(login_id, "two-2026", other.issuer) == staff
