"""登録番号 against an independent reading of 法人番号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.jp import cn

from hansatsu.formats.registration_number import is_registration_number


@given(st.from_regex("[0-9]{13}", fullmatch=True))
def test_it_is_right_when_the_number_of_a_corporation_is(digits: str) -> None:
    assert is_registration_number(f"T{digits}") == cn.is_valid(digits)


@given(st.from_regex("[0-9]{12}", fullmatch=True))
def test_exactly_one_first_digit_is_right(digits: str) -> None:
    right = [first for first in "0123456789" if is_registration_number(f"T{first}{digits}")]
    assert right == [cn.calc_check_digit(digits)]


@pytest.mark.parametrize("text", ["", "T", "7000012050002", "t7000012050002", "T70000120500022"])
def test_anything_else_is_none(text: str) -> None:
    assert is_registration_number("T7000012050002")
    assert not is_registration_number(text)
