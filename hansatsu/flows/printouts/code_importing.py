"""Purchase codes that another system has made, from a file: all of its lines, or none.

They stand together as a making without files, so that they are listed and made void as those that
are made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hansatsu.flows.printouts.batches import subject_of
from hansatsu.flows.printouts.models import Making, MakingState, PrintKind
from hansatsu.flows.printouts.records import right_facts
from hansatsu.formats.japan import expires_at_after, in_japan, last_day, start_of
from hansatsu.formats.sheets.reading import Fault, Row, Table, read_table
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.code_rules import FIRST_DAY, LAST_DAY, UNITS, code_faults
from hansatsu.parties.programs.foreign_codes import (
    LONGEST,
    SHORTEST,
    read_foreign,
    too_alike,
    weakness,
)
from hansatsu.parties.programs.models import PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import LAST
from hansatsu.parties.seals.code_digests import digest_of, digests_of

CODE, NOTE = "code", "note"
HEADINGS: Final = {
    CODE: "購入コード",
    UNITS: "口数",
    FIRST_DAY: "購入開始日",
    LAST_DAY: "購入期限",
    NOTE: "備考",
}
"""The file's own words, in whatever language the page is."""
REQUIRED: Final = (CODE, UNITS)
LONGEST_NOTE: Final = 100
MOST_UNITS: Final = 1000
AT_ONCE: Final = 1_000
"""Rows in one statement."""


@dataclass(slots=True)
class CodeImport:
    """How it ended. ``count`` codes for ``units`` in all are there (as ``making``), or would be; or
    nothing is, because of ``error`` (the file as a whole) or ``faults`` (single cells)."""

    count: int = 0
    units: int = 0
    making: Making | None = None
    error: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """True when nothing was imported."""
        return bool(self.error or self.faults)


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    code: str
    units: int
    start: datetime
    end: datetime | None
    note: str


def import_codes(
    by: Actor, sale: Sale, content: bytes, *, reason: str, key: str, only_check: bool = False
) -> CodeImport:
    """Make the codes of an xlsx or CSV file usable in ``sale``; nothing is made when
    ``only_check``, or when anything is wrong with any line. Asked again with the same ``key``, it
    is the same import."""
    known = _made_before(by, key)
    if known is not None:
        return CodeImport(known.count, making=known)
    table = read_table(content, list(HEADINGS.values()), [HEADINGS[name] for name in REQUIRED])
    if table.error:
        return CodeImport(error=table.error)
    lines, faults = _read(sale, table)
    if faults:
        return _refused(by, key, faults)
    done = CodeImport(len(lines), sum(line.units for line in lines))
    if not only_check:
        try:
            done.making = _keep(by, sale, lines, reason, key)
        except IntegrityError:  # the same form, or another file with one of them, was faster
            return _refused(by, key, _taken(by.issuer, lines))
    return done


def _refused(by: Actor, key: str, faults: Sequence[Fault]) -> CodeImport:
    """Unless the same form was faster: then it has taken them itself."""
    known = _made_before(by, key)
    if known is not None:
        return CodeImport(known.count, making=known)
    return CodeImport(faults=sorted(faults, key=lambda fault: fault.row))


def has_imported(issuer: Issuer) -> bool:
    """True when some of the issuer's purchase codes look otherwise than ours."""
    makings = Making.objects.of(issuer).filter(kind=PrintKind.WINNERS)
    return makings.filter(settings__imported=True).exists()


def _made_before(by: Actor, key: str) -> Making | None:
    return Making.objects.of(by.issuer).filter(made_by=by.actor, key=key).first()


def _read(sale: Sale, table: Table) -> tuple[list[_Line], list[Fault]]:
    faults = list(table.faults)
    reader = _Reader(sale)
    lines: list[_Line] = []
    for row in table.rows:
        found, errors = reader.read(row)
        faults += [Fault(row.number, HEADINGS[name], said) for name, said in errors.items()]
        if found is not None:
            lines.append(found)
    alike = too_alike([line.code for line in lines])
    said = _("ほかの行のコードとほとんど同じです。続き番号のコードは、推測されるため使えません。")
    faults += [Fault(line.row, HEADINGS[CODE], said) for line in lines if line.code in alike]
    return lines, faults + _taken(sale.issuer, lines)


class _Reader:
    """Reads lines for one sale, and remembers what it has looked up."""

    def __init__(self, sale: Sale) -> None:
        self._sale = sale
        self._now = clock.now()
        self._seen: dict[str, int] = {}
        self._rules: dict[tuple[int | None, date | None, date | None], dict[str, str]] = {}

    def read(self, row: Row) -> tuple[_Line | None, dict[str, str]]:
        """The code of a line, or what is wrong with it."""
        cells = {name: row.cells.get(heading, "") for name, heading in HEADINGS.items()}
        errors: dict[str, str] = {}
        code = self._code(cells[CODE], row.number, errors)
        units = self._units(cells[UNITS], errors)
        first, last = (self._day(cells[name], name, errors) for name in (FIRST_DAY, LAST_DAY))
        if len(cells[NOTE]) > LONGEST_NOTE:
            errors[NOTE] = _("%(longest)d文字以内で入力してください。") % {"longest": LONGEST_NOTE}
        errors |= {n: said for n, said in self._rule(units, first, last).items() if n not in errors}
        if errors or code is None or units is None:
            return None, errors
        start = self._sale.opens_at if first is None else max(self._sale.opens_at, start_of(first))
        closes, ends = self._sale.closes_at, expires_at_after(last)
        end = min((each for each in (closes, ends) if each is not None), default=None)
        return _Line(row.number, code, units, start, end, cells[NOTE]), {}

    def _code(self, text: str, number: int, errors: dict[str, str]) -> str | None:
        code = read_foreign(text)
        if code is None:
            errors[CODE] = _(
                "英字と数字で%(least)d文字から%(most)d文字のコードにしてください。"
            ) % {
                "least": SHORTEST,
                "most": LONGEST,
            }
            return None
        said = weakness(code)
        if code in self._seen:
            said = _("%(row)d行目と同じコードです。") % {"row": self._seen[code]}
        self._seen.setdefault(code, number)
        if said:
            errors[CODE] = said
        return code

    def _units(self, text: str, errors: dict[str, str]) -> int | None:
        if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_UNITS:
            return int(text)
        errors[UNITS] = _("1以上の整数を入力してください。")
        return None

    def _day(self, text: str, name: str, errors: dict[str, str]) -> date | None:
        if not text:
            return None
        for form in ("%Y-%m-%d", "%Y/%m/%d"):
            try:
                return datetime.strptime(text, form).date()  # a day in Japan
            except ValueError:
                continue
        errors[name] = _("2026/12/01 のように入力してください。")
        return None

    def _rule(self, units: int | None, first: date | None, last: date | None) -> dict[str, str]:
        """As ``code_rules``; many lines are alike. Without days it is the sale's own window."""
        asked = (units, first, last)
        if asked not in self._rules:
            end = last or last_day(self._sale.closes_at)
            begin = first or in_japan(self._sale.opens_at).date()
            self._rules[asked] = code_faults(self._sale, units, begin, end, self._now)
        return self._rules[asked]


def _taken(issuer: Issuer, lines: Sequence[_Line]) -> list[Fault]:
    """Those that the issuer has already, under whatever key."""
    rows = {digest: line.row for line in lines for digest in digests_of(line.code)}
    wanted, found = list(rows), set[str]()
    for first in range(0, len(wanted), AT_ONCE):
        known = PurchaseCode.objects.of(issuer).filter(digest__in=wanted[first : first + AT_ONCE])
        found |= set(known.values_list("digest", flat=True))
    said = _("このコードはすでに登録されています。")
    return [Fault(rows[digest], HEADINGS[CODE], said) for digest in sorted(found)]


def _keep(by: Actor, sale: Sale, lines: Sequence[_Line], reason: str, key: str) -> Making:
    now, name = clock.now(), _("%(sale)s 取り込み") % {"sale": sale.name}
    with transaction.atomic():
        making = Making.objects.create(
            issuer=by.issuer,
            kind=PrintKind.WINNERS,
            name=name[:60],
            settings={"sale": sale.pk, "imported": True},
            count=len(lines),
            done=len(lines),
            forms=[],
            state=MakingState.FINISHED,
            made_at=now,
            finished_at=now,
            made_by=by.actor,
            key=key,
        )
        PurchaseCode.objects.bulk_create(
            [
                PurchaseCode(
                    issuer=by.issuer,
                    sale=sale,
                    digest=digest_of(line.code),
                    last_four=line.code[-LAST:],
                    units=line.units,
                    valid_from=line.start,
                    valid_until=line.end,
                    made_at=now,
                    batch=making.pk,
                    note=line.note,
                )
                for line in lines
            ],
            batch_size=AT_ONCE,
        )
        facts = right_facts(making.name, sale.name, 0, len(lines))
        facts |= {"total_units": sum(line.units for line in lines)}
        facts.pop("units")
        audit(by, "codes_imported", subject_of(making), reason=reason, after=facts)
    return making
