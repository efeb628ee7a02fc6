"""Answering a shop that asks to be paid in between: beside the regular closings, never in the
place of one."""

from typing import Any, assert_never

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.settlement import on_demand
from hansatsu.flows.settlement.drafting import Draft
from hansatsu.flows.settlement.models import PayoutRequest
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.settlement import sums
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.shared.words import japan_time

PAGE = "settlement_payoutrequest_change"


class CloseForm(ReasonForm):
    """Why, and the yen that the page shows: nothing else is paid."""

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("reason", "shown")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def close(request: HttpRequest, clerk: Clerk, request_id: int) -> HttpResponse:
    """Close for this shop alone, up to the last midnight; what is paid is said before."""
    asked = _found(clerk, request_id)
    draft = on_demand.expected(asked.shop)
    yen = draft.payout if draft else 0
    form = CloseForm(request.POST or None, initial={"shown": yen})
    if form.is_valid():
        typed = form.cleaned_data
        deed = Deed(clerk.actor, typed["reason"])
        shown = typed["shown"] if typed["shown"] is not None else -1
        answer = on_demand.close(deed, clerk.staff, asked, shown=shown)
        if answer.statement is not None:
            href = console_url("settlement_statement_change", answer.statement.pk)
            return done(request, _("締めました。次の振込に入ります。"), href)
        draft, typed_before = on_demand.expected(asked.shop), request.POST.copy()
        typed_before["shown"] = str(draft.payout if draft else 0)  # as the page shows it now
        form = CloseForm(typed_before)
        form.add_error(None, request_refusal(answer.outcome))
    question = Question(
        title=_("随時払いで締める"),
        form=form,
        submit=_("締めて支払う"),
        back=console_url(PAGE, asked.pk),
        lead=_(
            "このお店だけを、きのうまでの分で締めます。定例の締めは、そのあとの分になります。"
            "締めは取り消せません。"
        ),
        facts=_facts(asked),
        danger=True,
    )
    more: dict[str, Any] = {"hero": _hero(draft), "sum": sums.shown(draft) if draft else None}
    return ask(request, question, template="ask_closing", **more)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def decline(request: HttpRequest, clerk: Clerk, request_id: int) -> HttpResponse:
    """Do not pay in between: the shop is paid on the next payout day."""
    asked = _found(clerk, request_id)
    form, back = ReasonForm(request.POST or None), console_url(PAGE, asked.pk)
    if form.is_valid():
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        if on_demand.decline(deed, clerk.staff, asked) == "declined":
            return done(request, _("見送りました。"), back)
        form.add_error(None, request_refusal("decided"))
    lead = _("お店には、次の定例の支払日に支払います。理由はお店にも表示されます。")
    title, submit = _("随時払いを見送る"), _("見送る")
    return ask(request, Question(title, form, submit, back, lead, _facts(asked), danger=True))


def request_refusal(outcome: on_demand.Answered) -> str:
    """Why nothing was closed."""
    match outcome:
        case "closed":
            return ""
        case "decided":
            return _("この申請は、すでに締められたか、見送られたか、取り下げられています。")
        case "not_allowed":
            return _("随時払いは、精算の設定で止められています。")
        case "too_little":
            return _("支払う金額が、随時払いの最低額に足りません。")
        case "changed":
            return _(
                "表示したあとに金額が変わりました。新しい金額を確かめて、もう一度押してください。"
            )
        case "clock_jumped":
            return _("サーバーの時計が進んでいるため、締められません。管理者に連絡してください。")
        case "writers":
            return _("処理中の決済があります。1分ほど待って、もう一度押してください。")
        case never:
            assert_never(never)


def _hero(draft: Draft | None) -> Hero:
    yen = draft.payout if draft else 0
    fee = draft.on_demand.amount if draft and draft.on_demand else 0
    note = _("随時払いの手数料 %(yen)s を引いたあとの金額です。") % {"yen": yen_words(fee)}
    return Hero(_("支払う金額"), yen_words(yen), note if fee else "")


def _facts(asked: PayoutRequest) -> list[tuple[str, str]]:
    return [
        (_("加盟店"), f"{asked.shop.code} {asked.shop.local_name}"),
        (_("申請日時"), japan_time(asked.asked_at)),
        (_("申請した人"), asked.asked_by.display_name),
    ]


def _found(clerk: Clerk, request_id: int) -> PayoutRequest:
    asked = on_demand.find_request(clerk.issuer, request_id)
    if asked is None:
        raise Http404("not this issuer's")
    return asked
