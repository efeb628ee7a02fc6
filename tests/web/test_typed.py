"""Amounts as people type them."""

import pytest

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


def test_plain_text_has_no_nul_and_no_full_width() -> None:
    assert plain(" Ｓ０００\0１ ") == "S0001"
