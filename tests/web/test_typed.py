"""Amounts as people type them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hansatsu.formats.typed import identifier, narrowed, seen, seen_lines
from hansatsu.parties.identity.fields.login_id import clean_login_id
from hansatsu.web.shared.typed import plain, read_amount

EXAMPLES = json.loads((Path(__file__).parent / "typed_amounts.json").read_text())
"""What amounts are made of; the till's script reads the same table (tests/browser/test_amounts)."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: repr(example["text"]))
def test_amounts_are_understood_or_get_a_sentence(example: dict[str, Any]) -> None:
    amount = read_amount(example["text"])
    assert amount.yen == example["yen"]
    assert (amount.error == "") is (amount.yen is not None)


@pytest.mark.parametrize("text", ["9" * 5000, "\0", "5\0"])
def test_what_no_keyboard_types_gets_a_sentence(text: str) -> None:
    amount = read_amount(text)
    assert amount.yen is None
    assert amount.error.endswith("。")


@pytest.mark.parametrize("clean", [plain, narrowed, seen, seen_lines])
def test_what_nobody_sees_is_not_kept(clean: Callable[[str], str]) -> None:
    unseen = [*range(9), *range(14, 28), *range(0x7F, 0x85), 0x9F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]
    unseen += [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    for sign in map(chr, unseen):
        assert clean(f"秋{sign}販売") == "秋販売", ascii(sign)


@pytest.mark.parametrize("clean", [plain, narrowed, seen])
def test_one_line_has_no_breaks(clean: Callable[[str], str]) -> None:
    for sign in ("\t", "\n", "\x0b", "\r\n", "\x1f", "\x85", "\u2028"):
        assert clean(f"秋{sign}販売") == "秋 販売", ascii(sign)


def test_lines_stay_lines() -> None:
    assert seen_lines("春\r\n夏\r秋\n\n冬\tの\x0b街\x00") == "春\n夏\n秋\n\n冬 の 街"


def test_plain_text_has_no_nul_and_no_full_width() -> None:
    assert plain(" Ｓ０００\0１ ") == "S0001"


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e", "\ufe0f"])
def test_an_identifier_has_nothing_that_nobody_sees(unseen: str) -> None:
    assert identifier(f"{unseen}Ｓ0{unseen}001 {unseen}") == "S0001"
    assert clean_login_id(f"hana{unseen}ko").value == "hanako"


def test_a_name_keeps_its_variation_selectors() -> None:
    assert plain("邉\U000e0101") == narrowed("邉\U000e0101") == "邉\U000e0101"
