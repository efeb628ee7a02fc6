"""What an idempotency key stands for: the content of its request, as it is kept for ever."""

import hashlib

import pytest

from hansatsu.ledger.values import Request

FIELDS = ("pos payment", "90012345678123456783", 1250)


def as_it_always_was(*fields: object) -> bytes:
    """The content as rows of before the text ``None`` was told from nothing have it."""
    digest = hashlib.sha256()
    for field in fields:
        data = str(field).encode()
        digest.update(len(data).to_bytes(4) + data)
    return digest.digest()


@pytest.mark.parametrize("last", [None, "till-7-000123", "", 300, "none", "None "])
def test_what_is_stored_is_found_again(last: object) -> None:
    assert Request.of("a", "k", *FIELDS, last).content == as_it_always_was(*FIELDS, last)


def test_the_stored_bytes_of_nothing() -> None:
    told = Request.of("a", "k", *FIELDS, None).content.hex()
    assert told == "6fc092aa52a53aa872b33dc4ee843b5af8f60a8b52987745829ede642af70054"


@pytest.mark.parametrize("place", range(3))
def test_nothing_is_not_the_text_none(place: int) -> None:
    nothing: list[object] = [1, 2, 3]
    text = list(nothing)
    nothing[place], text[place] = None, "None"
    assert Request.of("a", "k", *nothing).content != Request.of("a", "k", *text).content
