"""Closing by hand what is due and the worker has not closed yet."""

from typing import Any, assert_never

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.closing import Closed, close_due
from hansatsu.flows.settlement.dry_run import dry_run
from hansatsu.flows.settlement.plans import Plan
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.listing import how_many_shops
from hansatsu.web.console.settlement import sums
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.words import day_words


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def close(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Say what would be closed, ask why it is not left to the worker, and close it."""
    title, back = _("締める"), console_url("settlement")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        made = close_due(clerk.issuer, Deed(clerk.actor, form.cleaned_data["reason"]))
        if made.closings:
            newest = made.closings[-1]
            said = ngettext("締めました。", "%(count)d回分を締めました。", len(made.closings))
            page = console_url("settlement_closing_change", newest.pk)
            return done(request, said % {"count": len(made.closings)}, page)
        if made.outcome == "nothing_due":
            return done(request, closed_words(made.outcome), back)
        form.add_error(None, closed_words(made.outcome))
    waiting = plans.due(clerk.issuer, rules_of(clerk.issuer), clock.now())
    if not waiting:
        said = _("締める日が来ている精算はありません。締め日の翌日の0時に、自動で締めます。")
        return show(request, "told", title=title, said=said, way_back=back)
    return _ask(request, clerk, form, waiting)


def closed_words(outcome: Closed) -> str:
    """Why nothing was closed; empty when something was."""
    match outcome:
        case "closed":
            return ""
        case "nothing_due":
            return _("すでに締められています。何も変えていません。")
        case "clock_jumped":
            return _("サーバーの時計が進んでいるため、締められません。管理者に連絡してください。")
        case "writers":
            return _("処理中の決済があります。1分ほど待って、もう一度押してください。")
        case never:
            assert_never(never)


def _ask(request: HttpRequest, clerk: Clerk, form: ReasonForm, waiting: list[Plan]) -> HttpResponse:
    first = waiting[0]
    run = dry_run(clerk.issuer, first.last_day)
    facts = [
        (_("期間"), f"{day_words(each.period_start)} – {day_words(each.last_day)}")
        for each in waiting
    ]
    facts += [
        (_("ファイルの提出期限"), day_words(first.hand_in_by)),
        (_("支払日"), day_words(first.pay_on)),
    ]
    question = Question(
        title=_("締める"),
        form=form,
        submit=_("締める"),
        back=console_url("settlement"),
        lead=_("精算書を作り、番号を付けて固定します。締めは取り消せません。"),
        facts=facts,
        danger=True,
    )
    paid = how_many_shops(sum(line.draft.payout > 0 for line in run.lines))
    more: dict[str, Any] = {
        "hero": Hero(_("振込する合計"), yen_words(run.payout), paid),
        "sum": sums.shown(run),
    }
    return ask(request, question, template="ask_closing", **more)
