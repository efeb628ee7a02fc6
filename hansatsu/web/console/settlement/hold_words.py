"""支払保留 in words."""

from datetime import date

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import Hold
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.staff.two_people import ProposalState
from hansatsu.web.console.settlement.words import Tone, day_words, proposal_tone, proposal_words


def is_going(hold: Hold) -> bool:
    """True when it was approved and has not been released; its day may have come all the same."""
    return hold.state == ProposalState.APPROVED and hold.released_at is None


def _is_over(hold: Hold) -> bool:
    return hold.until_day is not None and hold.until_day <= in_japan(clock.now()).date()


def hold_words(hold: Hold) -> str:
    """Where it is."""
    if hold.released_at is not None:
        return _("解除済み")
    if is_going(hold):
        return _("期間終了") if _is_over(hold) else _("保留中")
    return proposal_words(hold)


def hold_tone(hold: Hold) -> Tone:
    """The colour of it."""
    if is_going(hold):
        return "" if _is_over(hold) else "danger"
    return "" if hold.released_at is not None else proposal_tone(hold)


def hold_ends_words(until_day: date | None) -> str:
    """Until when; that day is paid again."""
    if until_day is None:
        return _("解除するまで")
    return _("%(day)sの前日まで") % {"day": day_words(until_day)}
