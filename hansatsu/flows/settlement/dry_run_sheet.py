"""A dry run as a table for Excel: what each shop would be paid, and what is in the way."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.amounts import signed_amounts
from hansatsu.flows.settlement.dry_run import DryRun, Line
from hansatsu.formats.sheets.writing import Cell, workbook

WIDTHS: Final = (12, 28, 12, 14, 8, 14, 8, 12, 12, 12, 14, 14, 16, 34, 40)
"""Of the columns, in characters."""


def dry_run_sheet(run: DryRun, obstacle_words: Callable[[Line], str]) -> bytes:
    """An xlsx file; amounts are numbers, in yen, signed as they add up. Its sheet says when the
    figures may still change.

    Args:
        run: what is written.
        obstacle_words: why a shop would not be paid; empty when it would.
    """
    title = f"{run.last_day:%Y-%m-%d}" + ("" if run.is_final else f" {_('速報')}")
    return workbook(title, _head(), _rows(run, obstacle_words), WIDTHS)


def _head() -> Sequence[str]:
    return [
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
        _("支払えないわけ"),
        _("振込先の口座"),
        _("名義の不備"),
    ]


def _rows(run: DryRun, obstacle_words: Callable[[Line], str]) -> Iterator[Sequence[Cell]]:
    for line in run.lines:
        shop = line.draft.shop
        said = (obstacle_words(line), line.account, line.unfit)
        yield (shop.code, shop.local_name, *signed_amounts(line.draft), *said)
    yield (_("合計"), "", *signed_amounts(run), "", "", "")
