"""What a run's page says to the person who is logged in: what is theirs to do, or why it is not and
whose it is."""

from dataclasses import dataclass
from typing import assert_never

from django.utils.translation import gettext as _

from hansatsu.flows.settlement.models import PayoutRun, RunState
from hansatsu.flows.settlement.payouts import approving, handing_over
from hansatsu.flows.settlement.payouts.approving import NotApproved, is_missed
from hansatsu.flows.settlement.payouts.reading import Sums
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.lists import Link
from hansatsu.web.console.frame.permissions import Act, may
from hansatsu.web.console.settlement.run_words import (
    not_approved,
    not_handed_over,
    transfers_words,
)
from hansatsu.web.console.settlement.words import day_words


@dataclass(frozen=True, slots=True)
class Box:
    """``is_mine``: it is this clerk's turn. ``link`` leads to what is to be done."""

    title: str
    text: str
    link: Link | None = None
    is_mine: bool = False


def box_of(clerk: Clerk, run: PayoutRun, sums: Sums) -> Box:
    """For this clerk, now."""
    match RunState(run.state):
        case RunState.PREPARED:
            return _to_approve(clerk, run)
        case RunState.APPROVED:
            return _to_hand_over(clerk, run)
        case RunState.HANDED_OVER:
            return _to_mark(clerk, run)
        case RunState.PAID:
            return _paid(clerk, sums)
        case RunState.DROPPED:
            return _dropped(clerk, run)
        case never:
            assert_never(never)


def approvers(run: PayoutRun) -> list[Staff]:
    """Who may approve it: by their role, and by what they had to do with it."""
    entered = approving.who_entered(run)
    staff = Staff.objects.of(run.issuer).filter(is_active=True, shop=None).order_by("pk")
    return [
        each
        for each in staff
        if may(each.role, Act.APPROVE_SETTLEMENT)
        and each.pk != run.prepared_by_id
        and each.actor not in entered
    ]


def who_may_approve(run: PayoutRun) -> str:
    """In a sentence, by name."""
    names = _("、").join(each.display_name for each in approvers(run))
    if not names:
        return _(
            "承認できる人がいません。責任者か経理担当を、担当者に加えてください(作成した人と、"
            "はじめて支払う口座を登録した人は承認できません)。"
        )
    return _("承認できる人: %(names)s") % {"names": names}


def _to_approve(clerk: Clerk, run: PayoutRun) -> Box:
    why = approving.why_not(run, clerk.staff)
    is_over = why in ("missed", "stale") or is_missed(run)
    if is_over:
        return _to_drop(clerk, run, why)
    if not clerk.may(Act.APPROVE_SETTLEMENT):
        return Box(_("承認を待っています"), who_may_approve(run))
    if why:
        return Box(_("次は、ほかの担当者の承認です"), f"{not_approved(why)} {who_may_approve(run)}")
    text = _(
        "作成した%(name)sさんは承認できません。%(count)sの口座名義を確かめてから、承認してください。"
    )
    said = text % {"name": run.prepared_by.display_name, "count": transfers_words(run.count)}
    link = Link(_("内容を確かめて承認へ"), console_url("run_approve", run.pk))
    return Box(_("次は、あなたの承認です"), said, link, is_mine=True)


def _to_drop(clerk: Clerk, run: PayoutRun, why: NotApproved) -> Box:
    link = Link(_("取りやめる"), console_url("run_drop", run.pk), danger=True)
    said = not_approved(why if why in ("missed", "stale") else "missed")
    is_mine = clerk.may_open("run_drop")
    return Box(_("このままでは進めません"), said, link if is_mine else None, is_mine=is_mine)


def _to_hand_over(clerk: Clerk, run: PayoutRun) -> Box:
    why = handing_over.why_not(run, clerk.staff)
    if why == "missed":
        return _to_drop(clerk, run, "missed")
    if why == "stale":
        box = _to_drop(clerk, run, "stale")
        return Box(box.title, not_handed_over(why), box.link, is_mine=box.is_mine)
    until = {"day": day_words(run.hand_in_by)}
    if not clerk.may_open("run_fetch"):
        return Box(
            _("銀行への引き渡しを待っています"), _("%(day)sまでに、経理担当が行います。") % until
        )
    said = _("ファイルを受け取り、%(day)sまでに銀行へ渡してください。") % until
    link = Link(_("ファイルの受け取りへ"), console_url("run_fetch", run.pk))
    return Box(_("次は、銀行への引き渡しです"), said, link, is_mine=True)


def _to_mark(clerk: Clerk, run: PayoutRun) -> Box:
    if in_japan(clock.now()).date() < run.pay_on:
        day = {"day": day_words(run.pay_on)}
        return Box(_("支払日を待っています"), _("%(day)sに、銀行が振り込みます。") % day)
    if not clerk.may_open("run_paid"):
        return Box(_("銀行の結果を待っています"), _("結果は、経理担当が記録します。"))
    link = Link(_("銀行の結果を記録する"), console_url("run_paid", run.pk))
    said = _(
        "銀行の結果を確かめて、支払済みにしてください。振り込めなかったお店も、そこで入力します。"
    )
    return Box(_("次は、銀行の結果の記録です"), said, link, is_mine=True)


def _paid(clerk: Clerk, sums: Sums) -> Box:
    if not sums.failed:
        return Box(_("支払いは済みました"), _("この振込で、することはありません。"))
    if not sums.away:
        return Box(_("支払いは済みました"), _("戻ったお金は、次からの振込で支払います。"))
    text = _("戻り金の日と金額を記録すると、次の振込で、そのときの口座に支払います。")
    title = _("振込不能が%(count)sあります") % {"count": transfers_words(sums.away)}
    return Box(title, text, is_mine=clerk.may_open("run_row_returned"))


def _dropped(clerk: Clerk, run: PayoutRun) -> Box:
    again = Link(_("新しい支払日で作り直す"), f"{console_url('run_new')}?follows={run.pk}")
    is_free = not PayoutRun.objects.filter(follows=run).exists()
    link = again if is_free and clerk.may_open("run_new") else None
    return Box(_("取りやめました"), run.dropped_reason, link)
