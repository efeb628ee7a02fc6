"""Amounts as people type them."""

from collections.abc import Callable

import pytest

from hansatsu.identity.fields.typed import narrowed, seen, seen_lines
from hansatsu.web.wallet.typed import plain, read_amount


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("500", 500),
        ("５００", 500),
        (" 1,280円 ", 1280),
        ("¥１，２８０", 1280),
        ("0500", 500),
        ("9999999", 9_999_999),
    ],
)
def test_amounts_are_understood(text: str, yen: int) -> None:
    assert read_amount(text).yen == yen


@pytest.mark.parametrize(
    "text", ["", "0", "-5", "1.5", "五百", "12a", "10000000", "9" * 5000, "²", "\0"]
)
def test_what_is_no_amount_gets_a_sentence(text: str) -> None:
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
