"""The file of a bulk transfer: to the byte as banks take it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.zengin.banks import find_kana
from hansatsu.formats.zengin.bulk_transfer import (
    DATA,
    END,
    HEADER,
    MOST_YEN,
    TRAILER,
    BulkTransfer,
    NotOurFileError,
    Originator,
    TransferRow,
    bulk_transfer,
    read_bulk_transfer,
)
from hansatsu.formats.zengin.names import LETTERS
from hansatsu.formats.zengin.records import LENGTH, UnfitError

ORIGINATOR = Originator(
    "1234567890", "ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝｼﾞﾂｺｳｲｲﾝｶｲ", "0129", "ｱｼｶｶﾞ", "101", "ｵﾔﾏ", "1", "1234567"
)
ROW = TransferRow(
    "0517", "ﾄﾁｷﾞ", "001", "ﾎﾝﾃﾝ", "1", "7654321", "ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", 152_300, "0", 1_001, 202_510
)
PAY_ON = date(2026, 1, 31)


def test_the_file_of_the_standard_byte_for_byte() -> None:
    with_breaks = bulk_transfer(ORIGINATOR, PAY_ON, [ROW])
    assert len(with_breaks) == 488
    assert sha256(with_breaks).hexdigest() == (
        "192f1005bab2f8bf058736829d03b57b5ff02049116fc48f557b6428f047f103"
    )
    without = bulk_transfer(ORIGINATOR, PAY_ON, [ROW], "none")
    assert len(without) == 480
    assert sha256(without).hexdigest() == (
        "c18074229e459d6fcceb0b26da2803afa136f8b339814db80041595830d118b4"
    )
    assert with_breaks.replace(b"\r\n", b"") == without


@pytest.mark.parametrize("fields", [HEADER, DATA, TRAILER, END])
def test_every_record_has_its_length(fields: tuple[tuple[str, int, str], ...]) -> None:
    assert sum(width for _, width, _ in fields) == LENGTH


def test_the_clearing_house_is_filled_as_the_bank_wants_it() -> None:
    assert bulk_transfer(ORIGINATOR, PAY_ON, [ROW])[122 + 38 : 122 + 42] == b"0000"
    assert bulk_transfer(ORIGINATOR, PAY_ON, [ROW], "crlf", "    ")[160:164] == b"    "


DIGITS = "0123456789"


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def _name(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    return st.text(sorted(LETTERS - {" "}), min_size=shortest, max_size=longest)


ROWS = st.builds(
    TransferRow,
    bank=_digits(4),
    bank_name=_name(15),
    branch=_digits(3),
    branch_name=_name(15),
    type=st.sampled_from("1249"),
    number=_digits(7),
    payee=_name(30, 1),
    yen=st.integers(1, MOST_YEN),
    new_code=st.sampled_from("012"),
    customer_1=st.integers(0, 9_999_999_999),
    customer_2=st.integers(0, 9_999_999_999),
)


@given(
    st.builds(
        Originator,
        originator_code=_digits(10),
        name=_name(40),
        bank=_digits(4),
        bank_name=_name(15),
        branch=_digits(3),
        branch_name=_name(15),
        type=st.sampled_from("129"),
        number=_digits(7),
    ),
    st.dates(),
    st.lists(ROWS, min_size=1, max_size=5),
    st.sampled_from(["crlf", "none"]),
)
def test_what_was_written_is_read_back(
    originator: Originator, day: date, rows: list[TransferRow], ending: str
) -> None:
    content = bulk_transfer(originator, day, rows, ending)  # type: ignore[arg-type]
    lines = content.decode("cp932").replace("\r\n", "")
    assert len(lines) == len(lines.encode("cp932")) == LENGTH * (len(rows) + 3)
    assert set(lines) <= LETTERS
    trailer = lines[-2 * LENGTH : -LENGTH]
    assert int(trailer[1:7]) == len(rows)
    assert int(trailer[7:19]) == sum(row.yen for row in rows)
    found = read_bulk_transfer(content)
    assert found == BulkTransfer(originator, f"{day:%m%d}", tuple(rows))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (replace(ROW, payee="ｱ" * 31), "payee"),
        (replace(ROW, payee="ｼｮｸﾄﾞｳ"), "payee"),
        (replace(ROW, payee="ｺﾔﾏｰ"), "payee"),
        (replace(ROW, payee="コヤマ"), "payee"),
        (replace(ROW, payee="ｦﾄﾒ"), "payee"),
        (replace(ROW, payee=" "), "nobody"),
        (replace(ROW, bank_name="ｱ" * 16), "bank_name"),
        (replace(ROW, number="12345678"), "number"),
        (replace(ROW, number=""), "number"),
        (replace(ROW, branch="1²3"), "branch"),
        (replace(ROW, yen=0), "0 yen"),
        (replace(ROW, yen=-1), "-1 yen"),
        (replace(ROW, yen=MOST_YEN + 1), "yen"),
        (replace(ROW, customer_1=-1), "customer_1"),
        (replace(ROW, customer_2=10_000_000_000), "customer_2"),
    ],
)
def test_nothing_is_cut_to_fit(row: TransferRow, said: str) -> None:
    with pytest.raises(UnfitError, match=said):
        bulk_transfer(ORIGINATOR, PAY_ON, [ROW, row])


def test_no_file_without_rows_or_with_a_wrong_fill() -> None:
    with pytest.raises(UnfitError, match="0 rows"):
        bulk_transfer(ORIGINATOR, PAY_ON, [])
    with pytest.raises(UnfitError, match="clearing"):
        bulk_transfer(ORIGINATOR, PAY_ON, [ROW], "crlf", "00000")
    with pytest.raises(UnfitError, match="name"):
        bulk_transfer(replace(ORIGINATOR, name="ｱ" * 41), PAY_ON, [ROW])


def test_a_payees_name_may_fill_its_field() -> None:
    whole = replace(ROW, payee="ｶﾞ" * 15)
    assert read_bulk_transfer(bulk_transfer(ORIGINATOR, PAY_ON, [whole])).rows == (whole,)


@pytest.mark.parametrize(
    "broken",
    [
        lambda content: b"",
        lambda content: content[:-3],
        lambda content: content.replace(b"0000152300", b"0000152301", 1),
        lambda content: content.replace(b"8000001", b"8000002"),
        lambda content: content.replace(b"1210", b"1110"),
        lambda content: content[122:244] + content[:122] + content[244:],
        lambda content: content.replace(b"0000152300", b"000015230\x81", 1),
        lambda content: content.replace(b"8000001", b"8      "),
    ],
)
def test_a_file_that_contradicts_itself_is_not_read(broken: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotOurFileError):
        read_bulk_transfer(broken(bulk_transfer(ORIGINATOR, PAY_ON, [ROW])))


def test_banks_and_branches_in_the_letters_of_transfers() -> None:
    assert find_kana("0129", "101") == ("ｱｼｶｶﾞ", "ｳﾂﾉﾐﾔ")
    assert find_kana("0517", "001") == ("ﾄﾁｷﾞ", "ﾎﾝﾃﾝ")
    assert find_kana("9900", "418") == ("ﾕｳﾁﾖ", "ﾖﾝｲﾁﾊﾁ")
    assert find_kana("0000", "001") == ("", "")
    assert find_kana("0129", "000") == ("ｱｼｶｶﾞ", "")
