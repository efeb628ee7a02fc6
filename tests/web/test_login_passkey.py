"""Logging in by a passkey: whose it is, fresh, verified, and no copy."""

from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Event, Passkey, Resident
from tests.support.clients import Visitor
from tests.support.passkeys import ONLY_PRESENT, Key
from tests.town import Town, make_town


@pytest.fixture
def visitor(town: Town) -> Visitor:
    return Visitor(town.issuer)


@pytest.fixture
def key(town: Town) -> Key:
    key = Key()
    key.belongs_to(town.resident)
    return key


def challenge(visitor: Visitor) -> str:
    asked = visitor.post("login/passkey/").json()
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost"
    return str(asked["challenge"])


def answer(visitor: Visitor, text: str, **form: str) -> dict[str, str]:
    said: dict[str, str] = visitor.post("login/passkey/answer/", {"answer": text, **form}).json()
    return said


def is_in(visitor: Visitor) -> bool:
    return visitor.get("balance/").status_code == 200


def refused(visitor: Visitor, text: str) -> None:
    said = answer(visitor, text)
    assert said["words"].startswith("このパスキーではログインできませんでした。")
    assert not is_in(visitor)


def test_a_passkey_leads_in_and_back(town: Town, visitor: Visitor, key: Key) -> None:
    wanted = visitor.address("scan/")
    said = answer(visitor, key.answer(challenge(visitor)), next=wanted)
    assert said == {"location": wanted}
    assert is_in(visitor)
    row = Passkey.objects.get(resident=town.resident)
    assert (row.sign_count, row.used_at is not None) == (1, True)
    assert Event.objects.of(town.issuer).get(kind="logged_in").detail["by"] == "passkey"
    assert Mail.objects.of(town.issuer).get().kind == "new_device"


def test_it_leads_to_no_other_site(town: Town, visitor: Visitor, key: Key) -> None:
    said = answer(visitor, key.answer(challenge(visitor)), next="https://evil.example/")
    assert said == {"location": visitor.address("")}


def test_an_answer_serves_once(town: Town, visitor: Visitor, key: Key) -> None:
    text = key.answer(challenge(visitor))
    answer(visitor, text)
    visitor.post("logout/")
    refused(visitor, text)


def test_an_answer_to_another_browsers_challenge_is_refused(
    town: Town, visitor: Visitor, key: Key
) -> None:
    challenge(visitor)
    refused(visitor, key.answer(challenge(Visitor(town.issuer))))


def test_a_late_answer_is_refused(
    town: Town, visitor: Visitor, key: Key, clock_connection: psycopg.Connection
) -> None:
    asked = challenge(visitor)
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=6))
    refused(visitor, key.answer(asked))


def test_a_counter_that_does_not_grow_is_a_copy(town: Town, visitor: Visitor) -> None:
    key = Key()
    key.belongs_to(town.resident, sign_count=7)
    refused(visitor, key.answer(challenge(visitor), count=7))
    assert Passkey.objects.get(credential_id=key.credential_id).sign_count == 7
    assert "location" in answer(visitor, key.answer(challenge(visitor), count=8))


def test_a_counter_that_stays_zero_is_a_cloud(town: Town, visitor: Visitor, key: Key) -> None:
    assert "location" in answer(visitor, key.answer(challenge(visitor), count=0))


def test_without_finger_face_or_pin_it_is_refused(visitor: Visitor, key: Key) -> None:
    refused(visitor, key.answer(challenge(visitor), flags=ONLY_PRESENT))


def test_another_site_cannot_ask_for_it(visitor: Visitor, key: Key) -> None:
    refused(visitor, key.answer(challenge(visitor), origin="https://evil.example"))


def test_an_unknown_passkey_another_issuers_and_one_who_left_are_refused(
    town: Town, visitor: Visitor, key: Key
) -> None:
    refused(visitor, Key().answer(challenge(visitor)))
    elsewhere = Visitor(make_town().issuer)
    refused(elsewhere, key.answer(challenge(elsewhere)))
    Resident.objects.filter(pk=town.resident.pk).update(closed_at=clock.now())
    refused(visitor, key.answer(challenge(visitor)))


def test_another_keys_signature_is_refused(town: Town, visitor: Visitor, key: Key) -> None:
    forged = Key()
    forged.credential_id = key.credential_id
    refused(visitor, forged.answer(challenge(visitor)))


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "null", "{}", '{"id": 3}', '{"id": "²"}', '{"id": "AAAA"}', "{" * 5000]
)
def test_odd_answers_are_refused(visitor: Visitor, key: Key, text: str) -> None:
    challenge(visitor)
    refused(visitor, text)


def test_a_malformed_answer_of_a_known_passkey_is_refused(visitor: Visitor, key: Key) -> None:
    challenge(visitor)
    name = key.answer("x").split('"id": "')[1].split('"')[0]
    refused(visitor, f'{{"id": "{name}", "rawId": "{name}", "type": "public-key", "response": 3}}')


@pytest.mark.parametrize("text", ["[" * 20_000, '{"id":' * 3_000, '{"id": "é"}', "\0"])
def test_an_answer_that_is_nonsense_is_refused(visitor: Visitor, text: str) -> None:
    challenge(visitor)
    refused(visitor, text)
