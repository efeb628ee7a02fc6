"""記号 and 番号 of ゆうちょ銀行 as other banks need them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.zengin.yucho import is_symbol, transfer_account


@pytest.mark.parametrize(
    ("symbol", "number", "found"),
    [
        ("10530", "12345671", ("058", "1", "1234567")),
        ("14140", "11", ("418", "1", "0000001")),
        ("17300", "1992761", ("738", "1", "0199276")),
        ("00160", "12345", ("019", "2", "0012345")),
        ("02210", "123451", ("229", "2", "0123451")),
    ],
)
def test_both_kinds_are_converted(symbol: str, number: str, found: tuple[str, str, str]) -> None:
    assert transfer_account(symbol, number) == found


@pytest.mark.parametrize(
    ("symbol", "number", "wrong"),
    [
        ("24140", "12345671", "symbol"),
        ("14141", "12345671", "symbol"),
        ("1414", "12345671", "symbol"),
        ("1414O", "12345671", "symbol"),
        ("14140", "1234567", "number"),
        ("14140", "123456781", "number"),
        ("14140", "1", "number"),
        ("14140", "", "number"),
        ("14140", "１２３１", "number"),
        ("00160", "1234567", "number"),
        ("00160", "", "number"),
    ],
)
def test_what_is_none_is_told(symbol: str, number: str, wrong: str) -> None:
    assert transfer_account(symbol, number) == wrong


@given(st.from_regex(r"1[0-9]{3}0", fullmatch=True), st.integers(0, 9_999_999))
def test_no_digit_of_a_savings_number_is_lost(symbol: str, account: int) -> None:
    found = transfer_account(symbol, f"{account}1")
    assert not isinstance(found, str)
    assert found.branch == symbol[1:3] + "8"
    assert int(found.number) == account
    assert len(found.number) == 7
    assert is_symbol(symbol)
    assert not is_symbol(found.branch)
