"""Banks and branches by their numbers, from the data of the package ``zengin-code``.

Its files are read one by one as they are asked for: importing the package would load all of them
(ADR 0080).
"""

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from hansatsu.formats.zengin.names import read_name

KEPT = 64
"""Banks whose branches stay in memory; a town's shops have few."""


class Place(NamedTuple):
    """A bank and its branch; ``branch`` is empty when only the bank is known."""

    bank: str
    branch: str


def bank_name(bank: str) -> str:
    """足利銀行 for ``0129``; empty when there is no such bank."""
    return _name(_banks().get(bank))


def branch_name(bank: str, branch: str) -> str:
    """宇都宮営業部 for ``0129`` and ``101``; empty when there is no such branch."""
    return _name(_branches(bank).get(branch)) if bank in _banks() else ""


def find_place(bank: str, branch: str) -> Place:
    """Both names, each empty when no bank or branch has that number."""
    return Place(bank_name(bank), branch_name(bank, branch))


def find_kana(bank: str, branch: str) -> Place:
    """Both names as they stand in a transfer, ``ｱｼｶｶﾞ``; each empty when no bank or branch has that
    number. The banks keep theirs within the 15 bytes that they have there."""
    branches = _branches(bank) if bank in _banks() else {}
    return Place(_kana(_banks().get(bank)), _kana(branches.get(branch)))


def _kana(found: Any) -> str:
    return read_name(str(found["kana"])).text if found else ""


def _name(found: Any) -> str:
    return str(found["name"]) if found else ""


@lru_cache(maxsize=1)
def _banks() -> dict[str, Any]:
    return _read("banks.json")


@lru_cache(maxsize=KEPT)
def _branches(bank: str) -> dict[str, Any]:
    return _read(f"branches/{bank}.json")


def _read(name: str) -> dict[str, Any]:
    path = _folder() / name
    if not path.is_file():
        return {}
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("zengin_code")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package zengin-code is not installed")
    return Path(spec.submodule_search_locations[0]) / "source-data" / "data"
