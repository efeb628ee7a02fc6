"""Codes as a table, for those who print letters or cards of their own."""

from collections.abc import Mapping, Sequence

from hansatsu.formats.qr.bearer_code import grouped
from hansatsu.formats.sheets.writing import Cell, workbook


def table_of(
    first: int, codes: Sequence[str], facts: Mapping[str, Cell], links: Sequence[str] = ()
) -> bytes:
    """An xlsx file with a line for each code.

    Args:
        first: the number of the first one.
        codes: as they are scanned.
        facts: what all of them have in common, by the names of columns.
        links: what each one's QR code says, when it is not the code itself.
    """
    scanned = links or codes
    rows = [
        [first + place, grouped(code), scanned[place], *facts.values()]
        for place, code in enumerate(codes)
    ]
    head = ["番号", "コード", "QRコードの内容", *facts]
    return workbook("コード", head, rows, [8, 24, 60 if links else 24])
