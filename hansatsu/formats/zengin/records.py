"""Records of 120 bytes, a byte a character (cp932), as banks take them: fields of fixed width,
numbers to the right with zeros before them, text to the left with blanks behind it."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from hansatsu.formats.zengin.names import LETTERS

LENGTH: Final = 120
"""Bytes of a record."""

ENCODING: Final = "cp932"

type Values = Mapping[str, str | int]


class UnfitError(ValueError):
    """A value that its field cannot hold. Whoever makes a file looks before, so this is a fault
    of ours; nothing is written."""


class Field(NamedTuple):
    """``kind`` N is digits, C text; ``name`` is empty for what is always blank."""

    kind: str
    width: int
    name: str = ""


def write_record(fields: Sequence[Field], values: Values) -> bytes:
    """One record.

    Raises:
        UnfitError: a value is too long, negative, or has a character that banks do not take.
    """
    return b"".join(_written(field, values.get(field.name, "")) for field in fields)


def read_record(fields: Sequence[Field], record: bytes) -> dict[str, str]:
    """The texts in ``record`` by the names of their fields, blanks behind them taken off."""
    found: dict[str, str] = {}
    at = 0
    for field in fields:
        if field.name:
            found[field.name] = record[at : at + field.width].decode(ENCODING).rstrip(" ")
        at += field.width
    return found


def _written(field: Field, value: str | int) -> bytes:
    text = str(value)
    if field.kind == "N" and not (text.isascii() and text.isdigit()):
        raise UnfitError(f"{field.name}: {text!r} is no number")
    if not set(text) <= LETTERS:
        raise UnfitError(f"{field.name}: {text!r} has letters that banks do not take")
    if len(text) > field.width:
        raise UnfitError(f"{field.name}: {text!r} is longer than {field.width}")
    padded = text.zfill(field.width) if field.kind == "N" else text.ljust(field.width)
    return padded.encode(ENCODING)
