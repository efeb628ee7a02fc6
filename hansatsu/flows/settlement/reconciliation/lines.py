"""Keeping the bank's statement: lines are added, and taken back by a line that turns them round.

What stands in a month that two people signed stays as it was: a mistake there is mended by a line
of a later day, and explained in that month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db import transaction

from hansatsu.flows.settlement.models import (
    COMING_IN,
    GOING_OUT,
    BankLine,
    BankLineKind,
    LineSource,
    Reconciliation,
    ReconciliationState,
)
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer

MOST: Final = 100_000_000_000
"""The largest amount of a line, in yen: a hundred thousand million."""

Refusal = Literal[
    "",
    "no_opening",  # the first line is what the account held
    "second_opening",
    "before_opening",
    "signed",  # its month was signed
    "to_come",  # its day is not today or before
    "amount",  # nothing, or the wrong way for its kind
    "withheld",  # only providers withhold
    "reversed",  # it was taken back, or takes another back
    "needed",  # other lines stand on it
    "known",  # a line of a file stands there already: another file had it
]
"""Why nothing was kept; empty when it was."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of the bank's statement; as ``BankLine`` has it."""

    day: date
    kind: BankLineKind
    yen: int
    text: str = ""
    withheld: int = 0


def signed_until(issuer: Issuer) -> date | None:
    """The last day of the last month that was signed."""
    signed = Reconciliation.objects.of(issuer).filter(state=ReconciliationState.SIGNED)
    return signed.order_by("-last_day").values_list("last_day", flat=True).first()


def opening_of(issuer: Issuer) -> BankLine | None:
    """What the account held at first, as it stands."""
    lines = BankLine.objects.of(issuer).filter(kind=BankLineKind.OPENING, reverses=None)
    return lines.filter(reversed_by=None).first()


def why_not_kept(issuer: Issuer, line: NewLine) -> Refusal:
    """Why a line would not be kept; empty when it would."""
    return _why_not(line, opening_of(issuer), signed_until(issuer))


def _why_not(line: NewLine, opening: BankLine | None, signed: date | None) -> Refusal:
    if line.kind != BankLineKind.OPENING and opening is None:
        return "no_opening"
    if line.kind == BankLineKind.OPENING and opening is not None:
        return "second_opening"
    if opening is not None and line.day < opening.day:
        return "before_opening"
    if signed is not None and line.day <= signed:
        return "signed"
    if line.day > in_japan(clock.now()).date():
        return "to_come"
    return _wrong_amount(line)


def _wrong_amount(line: NewLine) -> Refusal:
    goes_wrong = (line.kind in COMING_IN and line.yen <= 0) or (
        line.kind in GOING_OUT and line.yen >= 0
    )
    is_nothing = line.yen == 0 and line.kind != BankLineKind.OPENING
    if goes_wrong or is_nothing or abs(line.yen) > MOST:
        return "amount"
    may_withhold = line.kind == BankLineKind.PROVIDER_PAYOUT
    is_withheld = 0 <= line.withheld <= MOST and (may_withhold or not line.withheld)
    return "" if is_withheld else "withheld"


def add(deed: Deed, by: Staff, line: NewLine, *, key: str) -> Refusal:
    """Keep a line that was typed, once for the form's key."""
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)
        if BankLine.objects.of(issuer).filter(key=key).exists():
            return ""
        refusal = why_not_kept(issuer, line)
        if refusal:
            return refusal
        made = _make(issuer, by, line, LineSource.TYPED, key)
        deed.record(
            "bank_line_added",
            made.subject,
            after={"kind": line.kind.label, "yen": line.yen, "on": line.day.isoformat()},
        )
    return ""


def add_all(deed: Deed, by: Staff, lines: Sequence[NewLine], *, file: str) -> Refusal:
    """Keep all lines of a file, or none of them; a file that was kept before adds nothing.

    Args:
        deed: who does it, and why.
        by: the same person.
        lines: in the order of the file.
        file: its sha256, in hexadecimal digits.
    """
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)
        if BankLine.objects.of(issuer).filter(key=_key(file, 0)).exists():
            return ""
        opening, signed = opening_of(issuer), signed_until(issuer)
        for line in lines:
            refusal = _why_not(line, opening, signed)
            if refusal:
                return refusal
        if _has_known(issuer, lines):
            return "known"
        for place, line in enumerate(lines):
            _make(issuer, by, line, LineSource.IMPORTED, _key(file, place))
        deed.record(
            "bank_lines_imported",
            f"bank_lines:{file[:16]}",
            after={"count": len(lines), "yen": sum(line.yen for line in lines)},
        )
    return ""


def reverse(deed: Deed, by: Staff, line: BankLine) -> Refusal:
    """Take a line back by one of the same yen turned round: of the same day, or, where that month
    is signed, of the first day after what is."""
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)
        refusal = why_not_reversed(line)
        if refusal:
            return refusal
        signed = signed_until(issuer)
        day = line.day if signed is None else max(line.day, signed + timedelta(days=1))
        made = BankLine.objects.create(
            issuer=issuer,
            day=day,
            kind=line.kind,
            yen=-line.yen,
            withheld=-line.withheld,
            text=line.text,
            source=LineSource.TYPED,
            reverses=line,
            key=f"reverses:{line.pk}",
            added_by=by,
            added_at=clock.now(),
        )
        deed.record(
            "bank_line_reversed",
            made.subject,
            things=[line.subject],
            after={"kind": BankLineKind(line.kind).label, "yen": -line.yen, "on": day.isoformat()},
        )
    return ""


def why_not_reversed(line: BankLine) -> Refusal:
    """Why a line would not be taken back; empty when it would."""
    lines = BankLine.objects.of(line.issuer)
    if line.reverses_id is not None or lines.filter(reverses=line).exists():
        return "reversed"
    if line.kind != BankLineKind.OPENING:
        return ""
    signed = signed_until(line.issuer)
    standing = lines.filter(reverses=None, reversed_by=None).exclude(pk=line.pk)
    return "needed" if signed is not None or standing.exists() else ""


def known_lines(issuer: Issuer, since: date) -> Iterable[tuple[date, int, str]]:
    """Day, yen and text of lines that stand, from a day on."""
    lines = BankLine.objects.of(issuer).filter(day__gte=since, reverses=None, reversed_by=None)
    return lines.values_list("day", "yen", "text")


def _has_known(issuer: Issuer, lines: Sequence[NewLine]) -> bool:
    """True when one of the lines came meanwhile, with another file."""
    known = set(known_lines(issuer, min((line.day for line in lines), default=date.max)))
    return any((line.day, line.yen, line.text) in known for line in lines)


def _key(file: str, place: int) -> str:
    return f"{file}:{place}"


def _make(issuer: Issuer, by: Staff, line: NewLine, source: LineSource, key: str) -> BankLine:
    return BankLine.objects.create(
        issuer=issuer,
        day=line.day,
        kind=line.kind,
        yen=line.yen,
        withheld=line.withheld,
        text=line.text,
        source=source,
        key=key,
        added_by=by,
        added_at=clock.now(),
    )
