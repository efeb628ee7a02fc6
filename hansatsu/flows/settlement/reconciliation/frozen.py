"""What a reconciliation keeps of a month: as JSON that never changes its meaning, and its hash.

Version 1. Who would keep other things makes another version; what was signed stays readable.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from hansatsu.flows.settlement.models import Closing, Reconciliation
from hansatsu.flows.settlement.reconciliation.figures import Figure, Found, Pair
from hansatsu.flows.settlement.reconciliation.months import Month
from hansatsu.parties.issuers.models import Issuer

VERSION: Final = 1
TAG: Final = b"hansatsu reconciliation v1\0"
GENESIS: Final = bytes(32)
"""The hash before an issuer's first reconciliation."""

LineOf = Literal["explained", "task"]


@dataclass(frozen=True, slots=True)
class Line:
    """``yen`` of the difference. ``explained``: it is known why, and stays so in later months.
    ``task``: somebody must find out, and the next month shows it again."""

    kind: LineOf
    yen: int
    reason: str


def freeze(issuer: Issuer, month: Month, found: Found) -> dict[str, Any]:
    """The figures of a month as JSON, with the closings until then."""
    closings = Closing.objects.of(issuer).filter(cut_at__lte=month.cut_at).order_by("number")
    return {
        "version": VERSION,
        "bank": found.bank,
        "explained": found.explained,
        "figures": [[each.part, each.code, each.yen] for each in found.figures],
        "pairs": [[each.code, each.gap] for each in found.pairs],
        "closings": [
            [number, last_day.isoformat(), bytes(hashed).hex()]
            for number, last_day, hashed in closings.values_list("number", "last_day", "hash")
        ],
    }


def thaw(figures: dict[str, Any]) -> Found:
    """What ``freeze`` made JSON of."""
    return Found(
        figures["bank"],
        [Figure(*each) for each in figures["figures"]],
        [Pair(*each) for each in figures["pairs"]],
        figures["explained"],
    )


def as_json(lines: Iterable[Line]) -> list[list[Any]]:
    """Lines as they are kept."""
    return [[line.kind, line.yen, line.reason] for line in lines]


def lines_of(row: Reconciliation) -> list[Line]:
    """What ``as_json`` made of them."""
    return [Line(*each) for each in row.lines]


def hash_of(issuer: Issuer, row: Reconciliation) -> bytes:
    """sha256 over the issuer's code, the month, the figures, the lines, who prepared it and the
    hash before: what a second person signs."""
    said = {
        "issuer": issuer.code,
        "last_day": row.last_day.isoformat(),
        "figures": row.figures,
        "lines": row.lines,
        "difference": row.difference,
        "prepared_by": row.prepared_name,
        "prepared_at": row.prepared_at.isoformat(),
        "previous": bytes(row.previous_hash).hex(),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(TAG + text.encode()).digest()
