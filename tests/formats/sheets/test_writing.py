"""Other people's words in our tables: they arrive, as text, whatever is in them."""

import io

import pytest
from openpyxl import load_workbook

from hansatsu.formats.sheets.writing import harmless, workbook

FORBIDDEN = [chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"]
FORBIDDEN += ["\ufffe", "\uffff", "\ud800", "\udfff"]


def read_back(text: str) -> tuple[object, str]:
    """The cell that ``text`` became, and its kind as Excel tells them apart."""
    sheet = load_workbook(io.BytesIO(workbook("一覧", [text], [[text, 1]]))).worksheets[0]
    assert sheet["A1"].value == sheet["A2"].value
    return sheet["A2"].value, sheet["A2"].data_type


@pytest.mark.parametrize("character", FORBIDDEN, ids=ascii)
def test_what_xml_forbids_is_left_out(character: str) -> None:
    assert read_back(f"間{character}違い") == ("間違い", "s")


@pytest.mark.parametrize("text", ["髙﨑 𠮷", "一行\n二行", "a\tb", "5-3", "\x7f\x85", "�", "🍣"])
def test_everything_else_arrives(text: str) -> None:
    assert read_back(text) == (text, "s")


@pytest.mark.parametrize("start", list("=+-@＝＋－＠\t\r\n"), ids=ascii)
@pytest.mark.parametrize("before", ["", "\0"], ids=ascii)
def test_nothing_becomes_a_formula(start: str, before: str) -> None:
    assert harmless(f"{before}{start}1+1") == f"'{start}1+1"
    value, kind = read_back(f"{before}{start}1+1")
    assert str(value).startswith("'")
    assert kind == "s"
