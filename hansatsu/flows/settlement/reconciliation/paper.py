"""監査調書: a month's reconciliation as a PDF file and as a table, from what was frozen."""

from typing import Any

from django.utils import translation

from hansatsu.flows.printouts.letterhead import day_in_words, letterhead, moment_in_words
from hansatsu.flows.settlement.models import Reconciliation
from hansatsu.flows.settlement.reconciliation.figures import Found
from hansatsu.flows.settlement.reconciliation.frozen import lines_of, thaw
from hansatsu.flows.settlement.reconciliation.words import (
    figure_words,
    line_words,
    pair_words,
    part_words,
)
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.sheets.writing import Cell, Sheet, sheets

PARTS = ("owed", "elsewhere", "kept", "account")
"""In the order of the paper."""


def reconciliation_pdf(row: Reconciliation) -> bytes:
    """The reconciliation as a PDF file, A4, in Japanese: figures, hashes of the closings, names."""
    with translation.override("ja"):
        found = thaw(row.figures)
        return typeset("reconciliation", _words(row, found))


def reconciliation_xlsx(row: Reconciliation) -> bytes:
    """The same figures as an xlsx file, in Japanese: figures, pairs, lines, closings."""
    with translation.override("ja"):
        found = thaw(row.figures)
        figures: list[list[Cell]] = [
            [part_words(each.part), figure_words(each.code), each.yen] for each in found.figures
        ]
        figures += [
            ["", "前月までに説明した差額", found.explained],
            ["", "口座にあるはずの金額", row.expected],
            ["", "口座の残高", row.bank],
            ["", "差額", row.difference],
        ]
        pairs: list[list[Cell]] = [[pair_words(each.code), each.gap] for each in found.pairs]
        lines: list[list[Cell]] = [
            [line_words(line.kind), line.yen, line.reason] for line in lines_of(row)
        ]
        return sheets(
            [
                Sheet("照合", ["区分", "項目", "金額"], figures, (28, 44, 18)),
                Sheet("突き合わせ", ["比べたもの", "差"], pairs, (52, 18)),
                Sheet("差額の説明", ["区分", "金額", "理由"], lines, (20, 18, 60)),
                Sheet(
                    "締め", ["番号", "最後の日", "ハッシュ"], row.figures["closings"], (10, 14, 70)
                ),
            ]
        )


def _words(row: Reconciliation, found: Found) -> dict[str, Any]:
    return {
        "issuer": letterhead(row.issuer),
        "is_sample": row.issuer.mode != "live",
        "month": f"{row.last_day.year}年{row.last_day.month}月",
        "last_day": day_in_words(row.last_day),
        "bank": row.bank,
        "expected": row.expected,
        "difference": row.difference,
        "explained": found.explained,
        "parts": [
            {
                "name": part_words(part),
                "figures": [
                    {"name": figure_words(each.code), "yen": each.yen}
                    for each in found.figures
                    if each.part == part and each.yen
                ],
                "yen": sum(each.yen for each in found.figures if each.part == part),
            }
            for part in PARTS
        ],
        "pairs": [{"name": pair_words(each.code), "gap": each.gap} for each in found.pairs],
        "lines": [
            {"kind": line_words(line.kind), "yen": line.yen, "reason": line.reason}
            for line in lines_of(row)
        ],
        "closings": [
            {"number": number, "last_day": last_day, "hash": hashed}
            for number, last_day, hashed in row.figures["closings"]
        ],
        "prepared": {"name": row.prepared_name, "at": moment_in_words(row.prepared_at)},
        "signed": {
            "name": row.signed_name,
            "at": moment_in_words(row.signed_at) if row.signed_at else "",
        },
        "hash": bytes(row.hash).hex(),
        "previous": bytes(row.previous_hash).hex(),
    }
