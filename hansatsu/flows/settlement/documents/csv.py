"""精算書 for other programs: a line a figure, under headings that never move."""

import csv
import io
from collections.abc import Iterator

from django.utils import translation

from hansatsu.flows.settlement.documents.content import Figure, StatementContent, content_of
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.sheets.writing import harmless

HEAD = (
    "精算書番号",
    "加盟店番号",
    "加盟店名",
    "対象期間はじめ",
    "対象期間おわり",
    "お支払日",
    "区分",
    "項目",
    "説明",
    "決済ID",
    "件数",
    "金額",
)
KINDS = {
    "opening": "前回繰越",
    "payment": "決済",
    "refund": "返金",
    "adjustment": "調整",
    "fee": "手数料",
    "on_demand": "随時払いの手数料",
    "tax": "消費税",
}
PAYOUT, CARRY = "お支払額", "次回繰越"
"""The last two lines: the figures above them add up to their sum."""


def statement_csv(statement: Statement) -> bytes:
    """The statement, in UTF-8 with a byte order mark, in Japanese."""
    text = io.StringIO(newline="")
    with translation.override("ja"):
        csv.writer(text, lineterminator="\r\n").writerows(_rows(content_of(statement)))
    return text.getvalue().encode("utf-8-sig")


def _rows(content: StatementContent) -> Iterator[list[str | int]]:
    yield list(HEAD)
    whole: list[str | int] = [
        content.number,
        content.shop_code,
        harmless(content.shop_name),
        "" if content.first_day is None else f"{content.first_day:%Y/%m/%d}",
        f"{content.last_day:%Y/%m/%d}",
        f"{content.pay_on:%Y/%m/%d}" if content.payout else "",
    ]
    for each in content.figures:
        yield [*whole, *_figure(each)]
    yield [*whole, PAYOUT, PAYOUT, "", "", "", content.payout]
    yield [*whole, CARRY, CARRY, "", "", "", content.carry]


def _figure(each: Figure) -> list[str | int]:
    texts = [harmless(text) for text in (each.label, each.detail, each.payment_number)]
    return [KINDS[each.kind], *texts, "" if each.count is None else each.count, each.amount]
