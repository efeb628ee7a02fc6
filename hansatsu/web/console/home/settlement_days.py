"""The days of settling that must not be missed, in words, with the days left."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansatsu.flows.settlement.deadlines import Deadline, deadlines
from hansatsu.parties.wallets.expiry_words import weekday
from hansatsu.web.console.frame.access import Clerk, console_url

SOON = 3
"""Days left from which a day is near."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A deadline. ``tone`` is ``missed``, ``soon`` or empty; ``left`` says the same in words."""

    name: str
    of: str
    day: str
    left: str
    tone: str
    href: str


def days_shown(clerk: Clerk) -> list[Shown]:
    """What is to come and what was missed, the earliest first."""
    return [_shown(clerk, each) for each in deadlines(clerk.issuer)]


def days_left_words(days: int) -> str:
    """How far away a day is, from today."""
    if days < 0:
        said = ngettext("%(days)d日過ぎています", "%(days)d日過ぎています", -days)
        return said % {"days": -days}
    if days == 0:
        return _("今日")
    return ngettext("あと%(days)d日", "あと%(days)d日", days) % {"days": days}


def _shown(clerk: Clerk, each: Deadline) -> Shown:
    is_soon = each.kind != "closing" and each.days_left <= SOON
    return Shown(
        _name(each),
        _of(each),
        f"{each.day:%Y/%m/%d}({weekday(each.day)})",
        days_left_words(each.days_left),
        "missed" if each.is_missed else "soon" if is_soon else "",
        _where(clerk, each),
    )


def _name(each: Deadline) -> str:
    match each.kind:
        case "closing":
            return _("次の締め日")
        case "hand_in":
            return (
                _("ファイルの提出期限を過ぎています") if each.is_missed else _("ファイルの提出期限")
            )
        case "payout":
            return _("支払日")


def _of(each: Deadline) -> str:
    if each.run is not None:
        return _("第%(number)s回の振込") % {"number": each.run.number}
    if each.closing is not None:
        return _("第%(number)s回の締め") % {"number": each.closing.number}
    return ""


def _where(clerk: Clerk, each: Deadline) -> str:
    page, pk = "settlement", None
    if each.run is not None:
        page, pk = "settlement_payoutrun_change", each.run.pk
    elif each.closing is not None:
        page, pk = "settlement_closing_change", each.closing.pk
    if not clerk.may_open(page):
        return ""
    return console_url(page) if pk is None else console_url(page, pk)
