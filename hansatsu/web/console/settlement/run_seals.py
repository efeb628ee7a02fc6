"""The state of a run as a 捺印欄, as on paper in every town hall: who has sealed, who is next, and
until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hansatsu.flows.settlement.models import PayoutRun, RunState
from hansatsu.formats.japan import in_japan
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.wallets.expiry_words import weekday

LONGEST = 4
"""Letters in a seal."""
ORDER = (RunState.PREPARED, RunState.APPROVED, RunState.HANDED_OVER, RunState.PAID)


@dataclass(frozen=True, slots=True)
class Seal:
    """One box: ``done`` with the name of who sealed, ``now`` for the next, ``later``, or ``never``
    of a run that was dropped."""

    label: str
    stands: Literal["done", "now", "later", "never"]
    stamp: str
    who: str
    when: str


def seals_of(run: PayoutRun) -> list[Seal]:
    """作成, 承認, 引き渡し, 支払済."""
    return [
        _seal(run, 0, _("作成"), run.prepared_by, run.prepared_at, ""),
        _seal(run, 1, _("承認"), run.approved_by, run.approved_at, _short(run.hand_in_by)),
        _seal(
            run,
            2,
            _("引き渡し"),
            run.handed_over_by,
            run.handed_over_at,
            _short(run.hand_in_by),
        ),
        _seal(run, 3, _("支払済"), run.marked_by, run.marked_at, _short(run.pay_on)),
    ]


def family_name(staff: Staff) -> str:
    """What a seal says: 鈴木 of 鈴木 一郎."""
    return staff.display_name.replace("\u3000", " ").split(" ")[0][:LONGEST]


def _short(day: date) -> str:
    """12/10(木): boxes are narrow on a phone, and a run is a matter of days."""
    return f"{day:%m/%d}({weekday(day)})"


def _seal(
    run: PayoutRun, place: int, label: str, by: Staff | None, at: datetime | None, until: str
) -> Seal:
    if by is not None and at is not None:
        return Seal(label, "done", family_name(by), by.display_name, f"{in_japan(at):%m/%d %H:%M}")
    if run.state == RunState.DROPPED:
        return Seal(label, "never", "—", "", "")
    is_next = ORDER.index(RunState(run.state)) == place - 1
    due = _("%(day)sから") if place == len(ORDER) - 1 else _("%(day)sまで")
    stamp = pgettext("seal", "待ち") if is_next else pgettext("seal", "印")
    return Seal(label, "now" if is_next else "later", stamp, "", due % {"day": until})
