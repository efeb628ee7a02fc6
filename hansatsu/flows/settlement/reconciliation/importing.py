"""The bank's statement from a file: its lines, or what is wrong with them. Nothing is kept here."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import (
    COMING_IN,
    GOING_OUT,
    BankLine,
    BankLineKind,
)
from hansatsu.flows.settlement.reconciliation.lines import MOST, NewLine, known_lines, why_not_kept
from hansatsu.formats.sheets.reading import Fault, Row, read_table
from hansatsu.formats.typed import plain, seen
from hansatsu.parties.issuers.models import Issuer

DAY, COMES, GOES, KIND, TEXT, WITHHELD = (
    "日付",
    "入金",
    "出金",
    "種類",
    "摘要",
    "決済代行の手数料",
)
"""The file's own words, in whatever language the page is."""
HEADINGS: Final = (DAY, COMES, GOES, KIND, TEXT, WITHHELD)
REQUIRED: Final = (DAY, COMES, GOES, KIND)
KINDS: Final[Mapping[str, BankLineKind]] = {
    "プレミアム": BankLineKind.PREMIUM,
    "決済代行": BankLineKind.PROVIDER_PAYOUT,
    "決済代行の手数料": BankLineKind.PROVIDER_FEE,
    "加盟店への振込": BankLineKind.SHOP_PAYOUT,
    "振込手数料": BankLineKind.TRANSFER_FEE,
    "返金の振込": BankLineKind.RESIDENT_TRANSFER,
    "組戻し": BankLineKind.RETURNED,
    "未収の回収": BankLineKind.COLLECTED,
    "利息": BankLineKind.INTEREST,
    "その他": BankLineKind.OTHER,
}
"""The words that the file knows kinds by."""
DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
YEN = re.compile(r"[0-9]{1,12}")
LONGEST: Final = 100


@dataclass(slots=True)
class Import:
    """``lines`` to be kept, or why nothing is: ``error`` of the file, ``faults`` of its cells.
    ``file`` is its sha256, in hexadecimal digits."""

    file: str = ""
    lines: list[NewLine] = field(default_factory=list)
    error: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """True when nothing can be kept of it."""
        return bool(self.error or self.faults)


def read_lines(issuer: Issuer, content: bytes) -> Import:
    """The lines of an xlsx or CSV file. One that is there already (day, yen and words) is a fault,
    as often as it is there: a statement that is fetched twice overlaps."""
    table = read_table(content, HEADINGS, REQUIRED)
    if table.error:
        return Import(error=table.error)
    file = hashlib.sha256(content).hexdigest()
    if BankLine.objects.of(issuer).filter(key=f"{file}:0").exists():
        return Import(error=_("このファイルは、もう読み込んであります。"))
    found = Import(file, faults=[*table.faults])
    broken = {fault.row for fault in table.faults}
    numbered = [(row, _line(row, found.faults)) for row in table.rows if row.number not in broken]
    whole = [(row, line) for row, line in numbered if line is not None]
    found.lines = [line for _row, line in whole]
    known = Counter(known_lines(issuer, min((line.day for line in found.lines), default=date.max)))
    for row, line in whole:
        same = (line.day, line.yen, line.text)
        if known[same]:
            known[same] -= 1
            found.faults.append(Fault(row.number, DAY, _("同じ明細がもうあります。")))
        elif refusal := why_not_kept(issuer, line):
            found.faults.append(Fault(row.number, *_said(refusal)))
    found.faults.sort(key=lambda fault: fault.row)
    return found


def _line(row: Row, faults: list[Fault]) -> NewLine | None:
    """A row as a line; None, with its faults, when it is none."""
    before = len(faults)
    day = _day(row, faults)
    kind = KINDS.get(row.cells.get(KIND, "").strip())
    if kind is None:
        words = "、".join(KINDS)
        faults.append(
            Fault(row.number, KIND, _("%(words)sのどれかにしてください。") % {"words": words})
        )
    comes, goes = _yen(row, COMES, faults), _yen(row, GOES, faults)
    withheld = _yen(row, WITHHELD, faults)
    text = seen(row.cells.get(TEXT, ""))
    if len(text) > LONGEST:
        said = _("%(longest)d文字以内で入力してください。") % {"longest": LONGEST}
        faults.append(Fault(row.number, TEXT, said))
    if bool(comes) == bool(goes) and len(faults) == before:
        faults.append(
            Fault(row.number, COMES, _("入金か出金の、どちらか一方に金額を書いてください。"))
        )
    if len(faults) > before or day is None or kind is None:
        return None
    if (kind in COMING_IN and goes) or (kind in GOING_OUT and comes):
        faults.append(Fault(row.number, KIND, _("入金と出金が、種類と逆です。")))
        return None
    return NewLine(day, kind, comes or -goes, text, withheld)


def _day(row: Row, faults: list[Fault]) -> date | None:
    text = plain(row.cells.get(DAY, ""))
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    faults.append(Fault(row.number, DAY, _("日付を、2026-12-31のように入力してください。")))
    return None


def _yen(row: Row, heading: str, faults: list[Fault]) -> int:
    text = plain(row.cells.get(heading, "")).replace(",", "").removeprefix("¥").removesuffix("円")
    if not text:
        return 0
    if not YEN.fullmatch(text) or int(text) > MOST:
        faults.append(
            Fault(row.number, heading, _("数字だけで、小数点を付けずに入力してください。"))
        )
        return 0
    return int(text)


def _said(refusal: str) -> tuple[str, str]:
    """The column and what is wrong with it."""
    said = {
        "no_opening": (DAY, _("はじめに、口座の残高を入力してください。")),
        "before_opening": (DAY, _("はじめの残高の日より前です。")),
        "signed": (DAY, _("署名の済んだ月です。")),
        "to_come": (DAY, _("まだ来ていない日です。")),
        "withheld": (WITHHELD, _("種類が「決済代行」の行だけに書けます。")),
    }
    return said.get(refusal, (COMES, _("もう一度、確かめて入力してください。")))
