"""締め日と振込日: on which days of a month takings are closed, and when they are paid out."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import UnfoldAdminSelectWidget

from hansatsu.flows.settlement.plans import Plan, coming
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties import clock
from hansatsu.parties.issuers.closing_terms import (
    Days,
    add_term,
    change_term,
    remove_term,
    terms_of,
)
from hansatsu.parties.issuers.models import DAYS, LAST_DAY, ClosingTerm, Issuer
from hansatsu.parties.wallets.expiry_words import weekday
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show

PAGE = "settings_closing"
SHOWN = 4
"""Closings that are shown ahead."""


def _months() -> list[tuple[int, str]]:
    return [(0, _("同じ月")), (1, _("翌月")), (2, _("翌々月")), (3, _("3か月後"))]


def _choice(label: Any, choices: Any, **more: Any) -> forms.TypedChoiceField:
    widget = UnfoldAdminSelectWidget()
    messages = fields.CHOICE_ERRORS
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, widget=widget, error_messages=messages, **more
    )


def _days() -> list[tuple[int, str]]:
    return [(day, _day_words(day)) for day in DAYS]


class ClosingForm(ReasonForm):
    """When takings are summed up and paid out."""

    closing_day = _choice(gettext_lazy("締め日(毎月)"), _days)
    payout_months_later = _choice(gettext_lazy("振込の月"), _months)
    payout_day = _choice(
        gettext_lazy("振込日"),
        _days,
        help_text=gettext_lazy(
            "銀行の休みの日に当たるときは、精算の設定のとおりに前か後の営業日です。"
        ),
    )
    field_order = ["closing_day", "payout_months_later", "payout_day", "reason"]

    def clean(self) -> dict[str, Any]:
        """Paid after it is closed."""
        found = super().clean() or self.cleaned_data
        if found.get("payout_months_later") == 0 and found.get("payout_day", 0) <= found.get(
            "closing_day", 0
        ):
            self.add_error("payout_day", _("締め日より後の日にしてください。"))
        return found

    @property
    def days(self) -> Days:
        """What was chosen."""
        chosen = dict(self.cleaned_data)
        chosen.pop("reason")
        return Days(**chosen)


@require_safe
@for_clerks
def closing(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """The days, and the closings that they lead to."""
    terms = terms_of(clerk.issuer)
    plans = coming(clerk.issuer, rules_of(clerk.issuer), clock.now(), SHOWN)
    may_change = clerk.may_open("settings_closing_new")
    return show(
        request,
        "closing_terms",
        title=_("締め日と振込日"),
        terms=[_shown(term, may_change and bool(term.pk), len(terms) > 1) for term in terms],
        table={
            "headers": [_("締め日"), _("銀行への提出期限"), _("振込日")],
            "rows": [_row(plan) for plan in plans],
        },
        is_too_early=any(plan.hand_in_by <= plan.last_day for plan in plans),
        add=console_url("settings_closing_new") if may_change else "",
        way_back=console_url("settings"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def new(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Close on one more day of each month."""
    form = ClosingForm(request.POST or None)
    if form.is_valid():
        added = add_term(clerk.actor, form.days, reason=form.cleaned_data["reason"])
        if added == "added":
            return done(request, _("締め日を追加しました。"), console_url(PAGE))
        form.add_error("closing_day", _("この締め日は、すでにあります。"))
    lead = _("今日からの締め日が対象です。過ぎた日にさかのぼって締めることはありません。")
    title = _("締め日を追加")
    return ask(request, Question(title, form, _("追加する"), console_url(PAGE), lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def change(request: HttpRequest, clerk: Clerk, term_id: int) -> HttpResponse:
    """Another day to close or to pay on."""
    term = _found(clerk, term_id)
    now = {name: getattr(term, name) for name in ClosingForm.field_order[:-1]}
    form = ClosingForm(request.POST or None, initial=now)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        match change_term(clerk.actor, term.closing_day, form.days, reason=reason):
            case "changed":
                return done(request, _("変えました。"), console_url(PAGE))
            case "same":
                return done(request, _("変更はありませんでした。"), console_url(PAGE))
            case "taken":
                form.add_error("closing_day", _("この締め日は、すでにあります。"))
            case "gone":
                raise Http404("was removed meanwhile")
    lead = _("次の締めから変わります。済んだ締めと、その振込日は変わりません。")
    title = _("締め日と振込日を変える")
    return ask(request, Question(title, form, _("変える"), console_url(PAGE), lead=lead))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def remove(request: HttpRequest, clerk: Clerk, term_id: int) -> HttpResponse:
    """Close on that day no more."""
    term = _found(clerk, term_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        match remove_term(clerk.actor, term.closing_day, reason=form.cleaned_data["reason"]):
            case "removed":
                return done(request, _("締め日を取り除きました。"), console_url(PAGE))
            case "last":
                form.add_error(
                    None, _("締め日は、1つは必要です。日を変えるには、変更してください。")
                )
            case "gone":
                raise Http404("was removed meanwhile")
    question = Question(
        title=_("締め日を取り除く"),
        form=form,
        submit=_("取り除く"),
        back=console_url(PAGE),
        lead=_("この日の売上は、次の締め日にまとめて精算します。済んだ締めは変わりません。"),
        facts=[(_("締め日と振込日"), term_words(term))],
        danger=True,
    )
    return ask(request, question)


def closing_facts(issuer: Issuer) -> list[tuple[str, str]]:
    """For the page of all settings."""
    return [(_("締め日と振込日"), term_words(term)) for term in terms_of(issuer)]


def term_words(term: ClosingTerm) -> str:
    """毎月末日に締め、翌月末日に振込."""
    return _("毎月%(closing)sに締め、%(month)s%(payout)sに振込") % {
        "closing": _day_words(term.closing_day),
        "month": dict(_months())[term.payout_months_later],
        "payout": _day_words(term.payout_day),
    }


def _shown(term: ClosingTerm, may_change: bool, may_remove: bool) -> dict[str, str]:
    pages = {
        "change": "settings_closing_change" if may_change else "",
        "remove": "settings_closing_remove" if may_change and may_remove else "",
    }
    links = {name: console_url(page, term.pk) for name, page in pages.items() if page}
    starts = (
        _("%(day)sからの締め日") % {"day": f"{term.from_day:%Y/%m/%d}"} if term.from_day else ""
    )
    return {"words": term_words(term), "starts": starts} | links


def _row(plan: Plan) -> list[str]:
    return [
        f"{day:%Y/%m/%d}({weekday(day)})" for day in (plan.last_day, plan.hand_in_by, plan.pay_on)
    ]


def _found(clerk: Clerk, term_id: int) -> ClosingTerm:
    term = ClosingTerm.objects.of(clerk.issuer).filter(pk=term_id).first()
    if term is None:
        raise Http404("no such closing day")
    return term


def _day_words(day: int) -> str:
    return _("末日") if day == LAST_DAY else _("%(day)d日") % {"day": day}
