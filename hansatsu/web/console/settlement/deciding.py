"""Approving and declining what somebody else proposed: the same for adjustments and holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hansatsu.flows.settlement.adjustments import Decision
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.staff.two_people import ProposalState, Proposed, has_lapsed
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.frame.lists import Link

Subject = Literal["adjustment", "hold"]
PAGES: dict[Subject, tuple[str, str]] = {
    "adjustment": ("adjustment_approve", "adjustment_decline"),
    "hold": ("hold_approve", "hold_decline"),
}
"""Where each is approved and declined."""


@dataclass(frozen=True, slots=True)
class Words:
    """Of a page that decides: what is done, the word on its button, what will happen, and what is
    said when it has."""

    title: str
    submit: str
    lead: str
    done: str


def decision_links(clerk: Clerk, row: Proposed, subject: Subject) -> list[Link]:
    """To approve it, unless it is one's own or too old, and to decline it."""
    if row.state != ProposalState.PROPOSED:
        return []
    approve, decline = PAGES[subject]
    is_own = row.proposed_by_id == clerk.staff.pk
    words = _("取り下げる") if is_own else _("却下する")
    found = [(decline, Link(words, console_url(decline, row.pk), danger=True))]
    if not is_own and not has_lapsed(row):
        found.insert(0, (approve, Link(_("承認する"), console_url(approve, row.pk), "check")))
    return clerk.only_open(*found)


def decide_on_page(
    request: HttpRequest,
    clerk: Clerk,
    act: Callable[[Deed], Decision],
    words: Words,
    *,
    facts: Sequence[tuple[str, Any]],
    back: str,
) -> HttpResponse:
    """Ask why, decide, and say what came of it."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        why = act(Deed(clerk.actor, form.cleaned_data["reason"]))
        if not why:
            return done(request, words.done, back)
        form.add_error(None, decision_refusal(why))
    question = Question(words.title, form, words.submit, back, words.lead, facts, danger=True)
    return ask(request, question)


def decision_refusal(why: Decision) -> str:
    """Why nothing was decided; empty when it was."""
    match why:
        case "":
            return ""
        case "oneself":
            return _("ご自分の申請は承認できません。ほかの担当者にご依頼ください。")
        case "decided":
            return _("この申請は、すでに承認または却下されています。")
        case "lapsed":
            return _("申請から7日がたったため、承認できません。もう一度申請してください。")
        case "too_much":
            return _(
                "申請のあとに返金・移動・回収があり、残りの金額が申請より少なくなりました。"
                "却下して、もう一度申請してください。"
            )
        case never:
            assert_never(never)
