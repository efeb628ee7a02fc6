"""Codes of cards and gifts: unguessable, checked, and kind to those who type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.qr.bearer_code import (
    ALPHABET,
    CARD,
    KINDS,
    digest,
    grouped,
    new_code,
    read_code,
    seal_code,
)

codes = st.builds(seal_code, st.sampled_from(KINDS), st.text(ALPHABET, min_size=15, max_size=15))


def test_a_code_is_new_each_time() -> None:
    made = {new_code(CARD) for _ in range(100)}
    assert len(made) == 100
    assert all(len(code) == 17 and code[0] == "C" and read_code(code) == code for code in made)


@given(codes)
def test_typed_codes_are_put_right(code: str) -> None:
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    mistaken = code.replace("0", "o").replace("1", "l")
    for typed in (grouped(code), code.lower(), full_width, mistaken, f" {code}\n"):
        assert read_code(typed) == code
    assert read_code(code.replace("1", "I").replace("0", "O")) == code


@given(codes, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert read_code(wrong) == (code if wrong == code else None)


def test_groups_for_print() -> None:
    assert grouped(seal_code(CARD, "0123456789ABCDE"))[:15] == "C012-3456-789A-"


@pytest.mark.parametrize("text", ["", "C", "X" * 17, "U" * 17, "90011234567461192464", "C" * 18])
def test_anything_else_is_none(text: str) -> None:
    assert read_code(text) is None


def test_only_fifteen_characters_of_the_alphabet_are_sealed() -> None:
    for wrong in ("0" * 14, "O" * 15):
        with pytest.raises(ValueError, match="15"):
            seal_code(CARD, wrong)


def test_a_digest_needs_the_key() -> None:
    code = seal_code(CARD, "0" * 15)
    assert digest(code, b"one") != digest(code, b"another")
    assert digest(code, b"one") == digest(code, b"one")
    assert len(digest(code, b"one")) == 64
