"""Small xlsx files that unpack to more than anybody can read are refused while they stream by."""

import tracemalloc
from collections.abc import Callable

import pytest

from hansatsu.formats.sheets.reading import Table, read_table
from tests.support.sheets import SHEET, replaced, xlsx

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MAIN_X = MAIN.replace(b"xmlns", b"xmlns:x", 1)
HEAD = b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row>'
LINE = HEAD.replace(b'"1"', b'"2"')


def sheet(more: bytes, after: bytes = b"") -> bytes:
    """A file whose sheet holds a heading, a line and ``more``."""
    lines = b"<sheetData>" + HEAD + LINE + more + b"</sheetData>" + after
    content = b"<worksheet " + MAIN + b">" + lines + b"</worksheet>"
    return replaced(xlsx([["x"]]), SHEET, content)


def wide(cells: int) -> bytes:
    return sheet(b'<row r="3">' + b"<c/>" * cells + b"</row>")


def long(rows: int, cells: int) -> bytes:
    return sheet((b"<row>" + b"<c/>" * cells + b"</row>") * rows)


def prefixed(cells: int) -> bytes:
    lines = b"<x:sheetData><x:row>" + b"<x:c/>" * cells + b"</x:row></x:sheetData>"
    content = b"<x:worksheet " + MAIN_X + b">" + lines + b"</x:worksheet>"
    return replaced(xlsx([["x"]]), SHEET, content)


def beside(merged: int) -> bytes:
    return sheet(b"", b"<mergeCells>" + b'<mergeCell ref="A1:A1"/>' * merged + b"</mergeCells>")


def texts(count: int) -> bytes:
    """Of texts that cells share: a part that the reader takes in as a whole."""
    content = b"<sst " + MAIN + b">" + b"<si><t>a</t></si>" * count + b"</sst>"
    return replaced(sheet(b""), "docProps/app.xml", content)


@pytest.mark.parametrize(
    ("write", "size"),
    [
        (wide, 10_000_000),  # 40 MB unpacked
        (wide, 7_000_000),
        (wide, 50_001),
        (prefixed, 50_001),
        (lambda cells: long(20, cells), 25_001),
        (beside, 50_001),
        (texts, 500_001),
    ],
)
def test_it_is_refused_while_little_is_built(write: Callable[[int], bytes], size: int) -> None:
    content = write(size)
    tracemalloc.start()
    table = read_table(content, ["x"], ["x"])
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "中身が大きすぎます" in table.error
    assert table == Table(error=table.error)
    assert most < 5 * 1024 * 1024


@pytest.mark.parametrize("content", [wide(16_384), long(1_000, 40), beside(10_000), texts(70_000)])
def test_what_excel_may_write_is_read(content: bytes) -> None:
    table = read_table(content, ["x"], ["x"])
    assert (table.error, [row.cells for row in table.rows]) == ("", [{"x": "x"}])


def test_a_picture_is_no_table_and_weighs_nothing() -> None:
    picture = replaced(sheet(b""), "docProps/app.xml", b"\x89PNG\r\n" + bytes(10_000))
    assert len(read_table(picture, ["x"], ["x"]).rows) == 1
