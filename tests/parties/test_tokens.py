"""Texts that come back as they went out: of one kind, whole, and by the ledger's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import signing
from django.test import override_settings

from hansatsu.parties.seals.tokens import SealedToken

LIFETIME = timedelta(minutes=15)
SEALED_AT = datetime(2031, 5, 1, 12, 0, 7, tzinfo=UTC)
"""Far from what this machine's clock shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to seal."""

    person: int
    words: str
    yen: int | None = None


@dataclass(frozen=True, slots=True)
class Longer:
    """As a later version may have it."""

    person: int
    words: str
    yen: int | None
    more: int


WISHES = SealedToken(Wish, "tests.wish", LIFETIME)
SHORT = SealedToken(Wish, "tests.wish.short", None, short=True)
DEFLATED = SealedToken(Wish, "tests.wish.deflated", LIFETIME, compress=True)
WISH = Wish(7, "おねがい", 300)


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> "Time":
    shown = Time()
    monkeypatch.setattr("hansatsu.parties.seals.tokens.now", lambda: shown.now)
    return shown


class Time:
    """What the tokens' clock shows."""

    now = SEALED_AT


@pytest.mark.parametrize("kind", [WISHES, SHORT, DEFLATED])
def test_what_was_sealed_is_opened(kind: SealedToken[Wish]) -> None:
    text = kind.seal(WISH)
    opened = kind.open(text)
    assert opened is not None
    assert (opened.text, opened.value, opened.sealed_at) == (text, WISH, SEALED_AT)
    assert opened.is_fresh()


def test_it_is_what_django_signs() -> None:
    """So it opens what Django's own call sealed, and the other way round."""
    fields = {"person": 7, "words": "おねがい", "yen": 300}
    assert signing.loads(WISHES.seal(WISH), salt="tests.wish") == fields
    assert signing.loads(SHORT.seal(WISH), salt="tests.wish.short") == [7, "おねがい", 300]
    by_django = signing.dumps(fields, salt="tests.wish", compress=True)
    opened = WISHES.open(by_django)
    assert opened is not None
    assert opened.value == WISH
    assert abs(opened.sealed_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_it_is_fresh_until_its_lifetime_is_over(time: "Time") -> None:
    opened, for_ever = WISHES.open(WISHES.seal(WISH)), SHORT.open(SHORT.seal(WISH))
    assert opened is not None
    assert for_ever is not None
    time.now = SEALED_AT + LIFETIME
    assert opened.is_fresh()
    time.now += timedelta(seconds=1)
    assert not opened.is_fresh()
    assert for_ever.is_fresh()
    again = WISHES.open(opened.text)
    assert again == opened


def test_a_lifetime_may_depend_on_what_was_sealed(time: "Time") -> None:
    kind = SealedToken(Wish, "tests.wish", lambda wish: timedelta(minutes=wish.yen or 1))
    long, short = kind.open(kind.seal(Wish(1, "", 2))), kind.open(kind.seal(Wish(1, "")))
    assert long is not None
    assert short is not None
    time.now = SEALED_AT + timedelta(minutes=2)
    assert (long.is_fresh(), short.is_fresh()) == (True, False)


@pytest.mark.parametrize("text", ["", "nonsense", "a:b:c", ":::", ".:.:.", "é:1:2", "." * 500])
def test_nonsense_is_not_opened(text: str) -> None:
    assert WISHES.open(text) is None


def test_what_was_changed_is_not_opened() -> None:
    content, sealed_at, signature = WISHES.seal(WISH).split(":")
    other = WISHES.seal(Wish(7, "おねがい", 301)).split(":")[0]
    later = signing.b62_encode(signing.b62_decode(sealed_at) + 1)
    assert WISHES.open(f"{content}:{sealed_at}:{signature}") is not None
    for text in [
        f"{other}:{sealed_at}:{signature}",
        f"{content}:{later}:{signature}",
        f"{content}:{sealed_at}:{signature[:-1]}",
        f"{content}:{signature}",
    ]:
        assert WISHES.open(text) is None


def test_another_kind_of_text_is_not_opened() -> None:
    assert SealedToken(Wish, "tests.another", LIFETIME).open(WISHES.seal(WISH)) is None


def test_another_shape_under_the_same_salt_is_not_opened() -> None:
    for short in (False, True):
        before = SealedToken(Wish, "tests.wish", LIFETIME, short=short)
        after = SealedToken(Longer, "tests.wish", LIFETIME, short=short)
        assert after.open(before.seal(WISH)) is None
        assert before.open(after.seal(Longer(7, "", 1, 2))) is None
    assert WISHES.open(signing.dumps(7, salt="tests.wish")) is None


def test_an_older_key_still_opens_until_it_is_taken_out() -> None:
    text = WISHES.seal(WISH)
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert WISHES.open(text) is not None
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[]):
        assert WISHES.open(text) is None
