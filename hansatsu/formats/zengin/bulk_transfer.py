"""The file of a bulk transfer (総合振込) as banks take it (domain.md §2): header, a record for each
payee, trailer, end."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from hansatsu.formats.zengin.records import (
    LENGTH,
    Field,
    UnfitError,
    read_record,
    write_record,
)

type LineEnding = Literal["crlf", "none"]

ORIGINATOR_NAME: Final = 40
"""Bytes of the name of who pays."""
MOST_YEN: Final = 9_999_999_999
"""Yen that one transfer can be of."""
MOST_ROWS: Final = 999_999
"""Payees that one file can have."""
BY_WIRE: Final = "7"
"""電信振込, the only method there is left."""

HEADER: Final = (
    Field("C", 1, "record"),
    Field("N", 2, "sort"),
    Field("N", 1, "code"),
    Field("N", 10, "originator_code"),
    Field("C", 40, "name"),
    Field("N", 4, "month_and_day"),
    Field("N", 4, "bank"),
    Field("C", 15, "bank_name"),
    Field("N", 3, "branch"),
    Field("C", 15, "branch_name"),
    Field("N", 1, "type"),
    Field("N", 7, "number"),
    Field("C", 17),
)
DATA: Final = (
    Field("C", 1, "record"),
    Field("N", 4, "bank"),
    Field("C", 15, "bank_name"),
    Field("N", 3, "branch"),
    Field("C", 15, "branch_name"),
    Field("C", 4, "clearing_house"),
    Field("N", 1, "type"),
    Field("N", 7, "number"),
    Field("C", 30, "payee"),
    Field("N", 10, "yen"),
    Field("N", 1, "new_code"),
    Field("N", 10, "customer_1"),
    Field("N", 10, "customer_2"),
    Field("N", 1, "method"),
    Field("C", 1),
    Field("C", 7),
)
TRAILER: Final = (
    Field("C", 1, "record"),
    Field("N", 6, "count"),
    Field("N", 12, "total"),
    Field("C", 101),
)
END: Final = (Field("C", 1, "record"), Field("C", 119))


@dataclass(frozen=True, slots=True)
class Originator:
    """Who pays, as agreed with their bank, and from which account.

    ``originator_code`` has 10 digits, ``name`` up to 40 letters of transfers; ``type`` is 1 普通,
    2 当座 or 9 another; names of bank and branch may be empty.
    """

    originator_code: str
    name: str
    bank: str
    bank_name: str
    branch: str
    branch_name: str
    type: str
    number: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One payee.

    Attributes:
        type: 1 普通, 2 当座, 4 貯蓄, 9 another.
        payee: up to 30 letters of transfers (``names.read_name``).
        yen: at least 1.
        new_code: 1 for an account that is paid the first time, 2 for a changed one, 0 otherwise.
        customer_1: a number of ours that the payee's bank may show, up to 10 digits; so is
            ``customer_2``.
    """

    bank: str
    bank_name: str
    branch: str
    branch_name: str
    type: str
    number: str
    payee: str
    yen: int
    new_code: str = "0"
    customer_1: int = 0
    customer_2: int = 0


@dataclass(frozen=True, slots=True)
class BulkTransfer:
    """A file of ours, read back. ``month_and_day`` as ``0131``: the file knows no year."""

    originator: Originator
    month_and_day: str
    rows: tuple[TransferRow, ...]

    @property
    def total(self) -> int:
        """Yen of all rows."""
        return sum(row.yen for row in self.rows)


class NotOurFileError(ValueError):
    """What was to be read is no bulk transfer, or contradicts itself."""


def bulk_transfer(
    originator: Originator,
    pay_on: date,
    rows: Sequence[TransferRow],
    line_ending: LineEnding = "crlf",
    clearing_fill: str = "0000",
) -> bytes:
    """The file that a bank is given.

    Args:
        pay_on: the day on which the payees get the money.
        line_ending: what stands after each record; banks differ.
        clearing_fill: four characters for the clearing house, of which there is none any more;
            banks differ.

    Raises:
        UnfitError: a row is of no yen, there is no row, or a value does not fit its field.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise UnfitError(f"a file of {len(rows)} rows")
    if len(clearing_fill) != 4:
        raise UnfitError(f"a clearing house of {clearing_fill!r}")
    head = asdict(originator) | {"record": "1", "sort": "21", "code": "0"}
    records = [write_record(HEADER, head | {"month_and_day": f"{pay_on:%m%d}"})]
    records += [_data(row, clearing_fill) for row in rows]
    total = sum(row.yen for row in rows)
    records.append(write_record(TRAILER, {"record": "8", "count": len(rows), "total": total}))
    records.append(write_record(END, {"record": "9"}))
    after = b"\r\n" if line_ending == "crlf" else b""
    return b"".join(record + after for record in records)


def read_bulk_transfer(content: bytes) -> BulkTransfer:
    """The file ``content``, to be shown and to be held against what it was made of.

    Raises:
        NotOurFileError: a record has another length or place, or the trailer's sums are wrong.
    """
    try:
        return _read(_records(content))
    except ValueError as wrong:
        raise NotOurFileError(str(wrong)) from wrong


def _read(records: list[bytes]) -> BulkTransfer:
    if [record[:1] for record in records] != [b"1", *[b"2"] * (len(records) - 3), b"8", b"9"]:
        raise ValueError("records out of order")
    head = read_record(HEADER, records[0])
    if (head.pop("record"), head.pop("sort"), head.pop("code")) != ("1", "21", "0"):
        raise ValueError("not a bulk transfer")
    month_and_day = head.pop("month_and_day")
    rows = tuple(_row(record) for record in records[1:-2])
    sums = read_record(TRAILER, records[-2])
    found = BulkTransfer(Originator(**head), month_and_day, rows)
    if (int(sums["count"]), int(sums["total"])) != (len(rows), found.total):
        raise ValueError("the trailer's sums are not those of the rows")
    return found


def _data(row: TransferRow, clearing_fill: str) -> bytes:
    if not 1 <= row.yen <= MOST_YEN:
        raise UnfitError(f"a transfer of {row.yen} yen")
    if not row.payee.strip():
        raise UnfitError("a transfer to nobody")
    own = {"record": "2", "clearing_house": clearing_fill, "method": BY_WIRE}
    return write_record(DATA, asdict(row) | own)


def _row(record: bytes) -> TransferRow:
    texts = read_record(DATA, record)
    for name in ("record", "clearing_house", "method"):
        del texts[name]
    found: dict[str, Any] = dict(texts)
    for name in ("yen", "customer_1", "customer_2"):
        found[name] = int(texts[name])
    return TransferRow(**found)


def _records(content: bytes) -> list[bytes]:
    lines = content.replace(b"\r\n", b"")
    records = [lines[at : at + LENGTH] for at in range(0, len(lines), LENGTH)]
    if len(records) < 4 or len(records[-1]) != LENGTH:
        raise ValueError("not in records of 120 bytes")
    return records
