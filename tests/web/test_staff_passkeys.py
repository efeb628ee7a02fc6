"""Showing a second factor by a passkey, at the console and at a shop: whose it is, fresh, verified,
no copy, and no more often than a code."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from webauthn.helpers import bytes_to_base64url

from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Passkey, Staff, TrustedBrowser
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.staff.pins import set_pin
from tests.support.clients import Visitor, words
from tests.support.passkeys import ONLY_PRESENT, Key
from tests.support.staff_doors import SITES, Door, somebody
from tests.support.tills import Till, hire, new_code
from tests.town import PASSWORD, Town, make_town


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def staff(town: Town, site: str) -> Staff:
    return somebody(town, site)


@pytest.fixture
def key(staff: Staff) -> Key:
    key = Key()
    key.belongs_to(staff)
    return key


@pytest.fixture
def door(site: str, staff: Staff, key: Key) -> Door:
    return Door.of(site, staff)


def state(town: Town) -> tuple[Any, ...]:
    """What a refusal changes nothing of."""
    issuer = town.issuer
    return (
        list(Passkey.objects.of(issuer).order_by("pk").values()),
        AuditEntry.objects.of(issuer).count(),
        TrustedBrowser.objects.filter(staff__issuer=issuer).count(),
    )


def refused(door: Door, town: Town, text: str) -> None:
    before = state(town)
    assert door.answer(text)["words"].startswith("このパスキーでは確認できませんでした。")
    assert not door.is_in()
    assert state(town) == before


def test_a_passkey_is_the_second_factor(town: Town, door: Door, staff: Staff, key: Key) -> None:
    page = words(door.client.get(f"/{door.site}/login/code/"))
    assert "パスキーで確認" in page
    assert "passkey_login" in page
    assert door.answer(key.answer(door.challenge())) == {"location": f"/{door.site}/"}
    assert door.is_in()
    row = Passkey.objects.get(staff=staff)
    assert (row.sign_count, row.used_at is not None) == (1, True)
    acts = AuditEntry.objects.of(town.issuer).filter(actor=staff.actor).order_by("pk")
    assert [(each.act, each.after) for each in acts] == [
        ("passkey_used", {"passkey": "スマホ"}),
        ("log_in", {"second_factor": True}),
    ]


def test_only_the_own_passkeys_are_asked_for(town: Town, door: Door, key: Key) -> None:
    Key().belongs_to(somebody(town, door.site))
    asked = door.client.post(f"/{door.site}/login/passkey/").json()
    assert [each["id"] for each in asked["allowCredentials"]] == [
        bytes_to_base64url(key.credential_id)
    ]


def test_who_has_none_is_offered_none_and_the_digits_serve(town: Town, site: str) -> None:
    door = Door.of(site, somebody(town, site))
    page = words(door.client.get(f"/{site}/login/code/"))
    assert "パスキー" not in page
    assert "passkey_login" not in page
    door.client.post(f"/{site}/login/code/", {"code": new_code(door.staff)})
    assert door.is_in()


def test_the_digits_serve_who_has_one(door: Door) -> None:
    door.client.post(f"/{door.site}/login/code/", {"code": new_code(door.staff)})
    assert door.is_in()


def test_nobody_is_asked_before_the_password(door: Door) -> None:
    stranger = Door(door.site, door.staff, type(door.client)(SERVER_NAME="localhost"))
    for path in ("login/passkey/", "login/passkey/answer/"):
        answer = stranger.client.post(f"/{door.site}/{path}")
        assert answer["Location"] == f"/{door.site}/login/"
    assert not stranger.is_in()


@pytest.mark.parametrize(
    "owner",
    [
        lambda town, site: somebody(town, site),
        lambda town, site: somebody(make_town(), site),
        lambda town, site: town.resident,
        lambda town, site: None,
    ],
    ids=["colleague", "another issuer's", "resident", "nobody"],
)
def test_anybody_elses_passkey_is_refused(
    town: Town, door: Door, owner: Callable[[Town, str], Any]
) -> None:
    other, whose = Key(), owner(town, door.site)
    if whose is not None:
        other.belongs_to(whose)
    refused(door, town, other.answer(door.challenge()))
    assert not Passkey.objects.filter(
        credential_id=other.credential_id, used_at__isnull=False
    ).exists()


def test_a_passkey_of_staff_logs_no_resident_in(town: Town, key: Key, door: Door) -> None:
    visitor = Visitor(town.issuer)
    asked = visitor.post("login/passkey/").json()
    before = state(town)
    said = visitor.post("login/passkey/answer/", {"answer": key.answer(asked["challenge"])}).json()
    assert said["words"].startswith("このパスキーではログインできませんでした。")
    assert visitor.get("balance/").status_code != 200
    assert state(town) == before


def test_an_answer_serves_once(town: Town, door: Door, key: Key) -> None:
    text = key.answer(door.challenge(), count=0)
    door.answer(text)
    door.client.post(f"/{door.site}/logout/")
    door.client.cookies.pop("hansatsu_staff_browser", None)
    door.send_password()
    refused(door, town, text)


def test_an_answer_to_another_browsers_challenge_is_refused(
    town: Town, door: Door, key: Key
) -> None:
    door.challenge()
    refused(door, town, key.answer(Door.of(door.site, door.staff).challenge()))


def test_a_challenge_is_of_one_log_in(town: Town, door: Door, key: Key) -> None:
    text = key.answer(door.challenge())
    door.send_password()
    refused(door, town, text)


def test_a_late_answer_is_refused(
    town: Town, door: Door, key: Key, clock_connection: psycopg.Connection
) -> None:
    asked = door.challenge()
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=6))
    refused(door, town, key.answer(asked))


def test_a_counter_that_does_not_grow_is_a_copy(town: Town, door: Door) -> None:
    copied = Key()
    copied.belongs_to(door.staff, sign_count=7)
    refused(door, town, copied.answer(door.challenge(), count=7))
    assert "location" in door.answer(copied.answer(door.challenge(), count=8))


def test_without_finger_face_or_pin_or_from_another_site_it_is_refused(
    town: Town, door: Door, key: Key
) -> None:
    refused(door, town, key.answer(door.challenge(), flags=ONLY_PRESENT))
    refused(door, town, key.answer(door.challenge(), origin="https://evil.example"))


def test_another_keys_signature_is_refused(town: Town, door: Door, key: Key) -> None:
    forged = Key()
    forged.credential_id = key.credential_id
    refused(door, town, forged.answer(door.challenge()))


@pytest.mark.parametrize("text", ["", "[]", '{"id": 3}', '{"id": "AAAA"}', "[" * 20_000, "\0"])
def test_nonsense_is_refused(town: Town, door: Door, text: str) -> None:
    door.challenge()
    refused(door, town, text)


def test_wrong_passkeys_and_wrong_codes_count_together(town: Town, door: Door, key: Key) -> None:
    for _ in range(3):
        refused(door, town, Key().answer(door.challenge()))
    for _ in range(2):
        door.client.post(f"/{door.site}/login/code/", {"code": "000000"})
    before = state(town)
    assert "しばらく入力できません" in door.answer(key.answer(door.challenge()))["words"]
    code = new_code(door.staff)
    assert "しばらく入力できません" in words(
        door.client.post(f"/{door.site}/login/code/", {"code": code})
    )
    assert not door.is_in()
    assert state(town) == before


def test_a_till_is_trusted_after_a_passkey(town: Town) -> None:
    staff, key = somebody(town, "shop"), Key()
    key.belongs_to(staff)
    door = Door.of("shop", staff)
    door.answer(key.answer(door.challenge()))
    door.client.post("/shop/logout/")
    form = {"login_id": staff.login_id, "password": PASSWORD}
    assert door.client.post("/shop/login/", form)["Location"] == "/shop/"


def by_pin(town: Town) -> tuple[Till, Key]:
    """A manager who has come in by PIN, and has a passkey."""
    till, key = Till(town.shop, hire(town.shop, role="manager")), Key()
    key.belongs_to(till.staff)
    set_pin(till.staff, "4826")
    till.post("lock/")
    till.post("pin/", {"staff": str(till.staff.pk), "pin": "4826"})
    for page in ("staff/", "me/passkeys/", "me/passkeys/add/"):
        assert till.get(page)["Location"].startswith("/shop/prove/")
    return till, key


def test_a_manager_who_came_in_by_pin_goes_on_with_a_passkey(town: Town) -> None:
    till, key = by_pin(town)
    assert "パスキーで確認" in words(till.get("prove/"))
    asked = till.post("prove/passkey/").json()
    form = {"answer": key.answer(asked["challenge"]), "next": "/shop/staff/"}
    assert till.post("prove/passkey/answer/", form).json() == {"location": "/shop/staff/"}
    assert till.get("staff/").status_code == 200


def test_a_manager_who_came_in_by_pin_needs_the_own_passkey(town: Town) -> None:
    till, _key = by_pin(town)
    other = Key()
    other.belongs_to(somebody(town, "shop"))
    asked = till.post("prove/passkey/").json()
    before = state(town)
    answer = till.post("prove/passkey/answer/", {"answer": other.answer(asked["challenge"])})
    assert answer.status_code == 422
    assert json.loads(answer.content)["words"].startswith("このパスキーでは確認できませんでした。")
    assert till.get("staff/")["Location"].startswith("/shop/prove/")
    assert state(town) == before
