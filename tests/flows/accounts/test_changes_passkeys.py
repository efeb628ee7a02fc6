"""Passkeys are kept only when everything about them holds."""

import pytest

from hansatsu.flows.accounts.passkeys import add_passkey, remove_passkey
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.models import Event, Passkey
from hansatsu.parties.identity.passkey_registration import (
    MOST,
    registration_options,
    rename_passkey,
)
from hansatsu.parties.identity.passkeys import passkeys_of, site_id, site_origin
from tests.support.authenticator import Authenticator
from tests.town import Town, make_town

HOME = "192.0.2.7"
CHALLENGE = b"c" * 32


def key(**fields: bool | str) -> Authenticator:
    return Authenticator(**({"site_id": site_id(), "origin": site_origin()} | fields))  # type: ignore[arg-type]


def add(town: Town, answer: str, challenge: bytes = CHALLENGE) -> Passkey | None:
    return add_passkey(town.resident, answer, challenge, name="Android · Chrome", address=HOME)


def test_a_passkey_is_kept_mailed_and_recorded(town: Town) -> None:
    made = key()
    passkey = add(town, made.register(CHALLENGE))
    assert passkey is not None
    kept = Passkey.objects.get(pk=passkey.pk)
    assert bytes(kept.credential_id) == made.credential_id
    assert kept.transports == ["internal"]
    assert kept.resident == town.resident
    mail = Mail.objects.get(resident=town.resident)
    assert "パスキーの名前: Android · Chrome" in mail.text
    assert [event.kind for event in Event.objects.filter(resident=town.resident)] == [
        "passkey_added"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"id": 1}',
        '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
        '{"id": "x", "rawId": "x", "type": "public-key", "response": "x"}',
        "{" * 5000,
    ],
)
def test_a_malformed_answer_is_refused(town: Town, answer: str) -> None:
    assert add(town, answer) is None
    assert_nothing(town)


def test_another_challenge_origin_or_site_is_refused(town: Town) -> None:
    assert add(town, key().register(b"d" * 32)) is None
    assert add(town, key(origin="https://evil.example").register(CHALLENGE)) is None
    assert add(town, key(site_id="evil.example").register(CHALLENGE)) is None
    assert_nothing(town)


def test_a_key_that_asks_for_nothing_is_refused(town: Town) -> None:
    assert add(town, key(verifies=False).register(CHALLENGE)) is None
    assert_nothing(town)


def test_one_credential_is_kept_once_for_whomever(town: Town) -> None:
    answer = key().register(CHALLENGE)
    assert add(town, answer) is not None
    assert add(town, answer) is None
    other = make_town()
    assert add(other, answer) is None
    assert_nothing(other)


def test_a_resident_has_no_more_than_ten(town: Town) -> None:
    for _ in range(MOST):
        assert add(town, key().register(CHALLENGE)) is not None
    assert add(town, key().register(CHALLENGE)) is None
    assert len(passkeys_of(town.resident)) == MOST


def test_the_options_ask_for_a_kept_and_verified_key_and_tell_no_number(town: Town) -> None:
    made = key()
    add(town, made.register(CHALLENGE))
    options = registration_options(town.resident, CHALLENGE)
    assert '"residentKey": "required"' in options
    assert '"userVerification": "required"' in options
    assert f'"id": "{site_id()}"' in options
    assert options.count('"type": "public-key"') >= 2  # one of them excludes the key that is there


def test_it_can_be_renamed_and_removed(town: Town) -> None:
    passkey = add(town, key().register(CHALLENGE))
    assert passkey is not None
    rename_passkey(passkey, "x" * 100)
    (kept,) = passkeys_of(town.resident)
    assert kept.name == "x" * 60
    remove_passkey(town.resident, kept, address=HOME)
    remove_passkey(town.resident, kept, address=HOME)
    assert passkeys_of(town.resident) == []
    kinds = (
        Mail.objects.filter(resident=town.resident).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["passkey_added", "passkey_removed"]


def assert_nothing(town: Town) -> None:
    assert not Passkey.objects.filter(resident=town.resident).exists()
    assert not Mail.objects.filter(resident=town.resident).exists()
    assert not Event.objects.filter(resident=town.resident).exists()
