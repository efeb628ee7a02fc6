"""A closing as a table for Excel: all its statements, a row each, and their sums."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.amounts import signed_amounts
from hansatsu.flows.settlement.models import Closing, Statement
from hansatsu.formats.sheets.writing import Cell, workbook

WIDTHS: Final = (16, 12, 28, 12, 14, 8, 14, 8, 12, 12, 12, 14, 14, 34)
"""Of the columns, in characters."""


def closing_sheet(closing: Closing) -> bytes:
    """An xlsx file of a closing; amounts are numbers, in yen, signed as they add up."""
    title = f"{closing.number:04}"
    return workbook(title, _head(), _rows(closing), WIDTHS)


def _head() -> Sequence[str]:
    return [
        _("精算書番号"),
        _("加盟店番号"),
        _("店名"),
        _("前回繰越"),
        _("決済"),
        _("決済件数"),
        _("返金"),
        _("返金件数"),
        _("調整"),
        _("手数料"),
        _("消費税"),
        _("支払"),
        _("次回繰越"),
        _("振込先の口座"),
    ]


def _rows(closing: Closing) -> Iterator[Sequence[Cell]]:
    statements = Statement.objects.of(closing.issuer).filter(closing=closing)
    for each in statements.select_related("shop", "closing").order_by("shop__code"):
        names = (each.number, each.shop.code, each.shop.local_name)
        yield (*names, *signed_amounts(each), each.account)
    yield (_("合計"), "", "", *signed_amounts(closing), "")
