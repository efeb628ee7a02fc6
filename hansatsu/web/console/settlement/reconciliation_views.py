"""資金照合: the months, one month, preparing it, signing it, and its papers."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.settlement.models import Reconciliation, ReconciliationState
from hansatsu.flows.settlement.reconciliation import signing
from hansatsu.flows.settlement.reconciliation.frozen import Line, lines_of
from hansatsu.flows.settlement.reconciliation.lines import MOST
from hansatsu.flows.settlement.reconciliation.months import Month, month_of, months_of
from hansatsu.flows.settlement.reconciliation.paper import reconciliation_pdf, reconciliation_xlsx
from hansatsu.flows.settlement.reconciliation.words import line_words
from hansatsu.formats.sheets.writing import XLSX
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done, show
from hansatsu.web.console.frame.files import download
from hansatsu.web.console.frame.lists import Link, found, record_links
from hansatsu.web.console.settlement.reconciliation_shown import (
    facts_of,
    month_url,
    month_words,
    shown,
    state_badge,
)
from hansatsu.web.console.settlement.words import signed_yen
from hansatsu.web.shared.words import japan_time

LIST = "reconciliations"
PAGE = "reconciliation"
LINES = 4
"""Lines of the difference that a form has room for."""
PDF = "application/pdf"


class PrepareForm(ReasonForm):
    """What explains a difference of ``shown`` yen; without one, only why it is prepared."""

    def __init__(self, difference: int, *args: Any, **names: Any) -> None:
        super().__init__(*args, **names)
        self.difference = difference
        self.fields["shown"] = forms.IntegerField(widget=forms.HiddenInput, initial=difference)
        if not difference:
            return
        for place in range(LINES):
            self.fields[f"yen_{place}"] = fields.number(
                _("差額の説明 %(number)d: 金額(円)") % {"number": place + 1},
                -MOST,
                MOST,
                required=False,
                initial=difference if place == 0 else None,
            )
            self.fields[f"kind_{place}"] = fields.radio(
                _("どちらですか"),
                [(kind, line_words(kind)) for kind in ("explained", "task")],
                required=False,
                initial="task",
            )
            self.fields[f"reason_{place}"] = fields.text(_("理由・調べること"), 200, required=False)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def clean(self) -> dict[str, Any]:
        """The lines are the difference, each with its reason."""
        typed = super().clean() or {}
        for place in range(LINES):
            if typed.get(f"yen_{place}") and not typed.get(f"reason_{place}"):
                self.add_error(f"reason_{place}", _("理由を書いてください。"))
            if typed.get(f"yen_{place}") and not typed.get(f"kind_{place}"):
                self.add_error(f"kind_{place}", _("選んでください。"))
        if self.difference and not self.errors:
            left = self.difference - sum(line.yen for line in self.lines())
            if left:
                said = _("説明の合計が差額と合いません。あと%(yen)sです。")
                raise forms.ValidationError(said % {"yen": signed_yen(left)})
        return typed

    def lines(self) -> list[Line]:
        """What was typed."""
        typed = self.cleaned_data
        return [
            Line(typed[f"kind_{place}"], typed[f"yen_{place}"], typed[f"reason_{place}"])
            for place in range(LINES if self.difference else 0)
            if typed.get(f"yen_{place}")
        ]


@require_safe
@for_clerks
def months(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Every month, with its difference once it was prepared."""
    standing = {
        row.last_day: row
        for row in Reconciliation.objects.of(clerk.issuer).exclude(
            state=ReconciliationState.DROPPED
        )
    }
    rows = []
    for month in months_of(clerk.issuer):
        row = standing.get(month.last_day)
        rows.append(
            {
                "href": month_url(PAGE, month),
                "name": month_words(month),
                "badge": state_badge(month, row),
                "difference": signed_yen(row.difference) if row else "",
                "meets": row is not None and row.difference == 0,
                "tasks": [line.reason for line in lines_of(row) if line.kind == "task"]
                if row
                else [],
            }
        )
    ways = clerk.only_open(
        (
            "settlement_bankline_changelist",
            Link(_("口座の明細"), console_url("settlement_bankline_changelist"), "list_alt"),
        ),
        ("bank_line_new", Link(_("明細を入力する"), console_url("bank_line_new"), "add")),
        (
            "bank_line_import",
            Link(_("ファイルから読み込む"), console_url("bank_line_import"), "upload"),
        ),
    )
    return show(request, "reconciliations", title=_("資金照合"), months=rows, links=ways)


@require_safe
@for_clerks
def page(request: HttpRequest, clerk: Clerk, year: int, month_number: int) -> HttpResponse:
    """A month: what there should be, what there is, and what does not meet."""
    month = _month(year, month_number)
    row = signing.standing(clerk.issuer, month)
    now = signing.found_then(row) if row else signing.found_now(clerk.issuer, month)
    refusal = signing.why_not_prepared(clerk.issuer, month)
    return show(
        request,
        "reconciliation",
        title=_("資金照合"),
        subtitle=month_words(month),
        back=Link(_("資金照合"), console_url(LIST)),
        badge=state_badge(month, row),
        is_final=row is not None or refusal != "not_over",
        shown=shown(clerk, now),
        row=row,
        lines=[(line_words(line.kind), signed_yen(line.yen), line.reason) for line in lines_of(row)]
        if row
        else [],
        tasks=signing.tasks_before(clerk.issuer, month),
        people=_people(row) if row else [],
        links=_links(clerk, month, row, refusal),
        why=_refusal(refusal) if row is None and refusal else "",
        hash=bytes(row.hash).hex() if row else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def prepare(request: HttpRequest, clerk: Clerk, year: int, month_number: int) -> HttpResponse:
    """Freeze a month; a difference is explained, or becomes a task."""
    month = _month(year, month_number)
    now = signing.found_now(clerk.issuer, month)
    form = PrepareForm(now.difference, request.POST or None)
    if form.is_valid():
        wanted = signing.Wanted(month, form.lines(), form.cleaned_data["shown"])
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        refusal = signing.prepare(deed, clerk.staff, wanted)
        if not refusal:
            said = _("作成しました。ほかの担当者が署名します。")
            return done(request, said, month_url(PAGE, month))
        form.add_error(None, _refusal(refusal))
    lead = _(
        "いまの金額を固定して、調書にします。ほかの担当者が署名すると、この月の口座の明細は変わりません。"
    )
    facts = [(_("月"), month_words(month)), (_("差額"), signed_yen(now.difference))]
    question = Question(
        _("資金照合を作成する"), form, _("作成する"), month_url(PAGE, month), lead, facts
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def sign(request: HttpRequest, clerk: Clerk, reconciliation_id: int) -> HttpResponse:
    """Sign what somebody else prepared."""
    row = _found(clerk, reconciliation_id)
    form = ReasonForm(request.POST or None)
    back = month_url(PAGE, Month(row.last_day))
    if form.is_valid():
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        refusal = signing.sign(deed, clerk.staff, row)
        if not refusal:
            return done(request, _("署名しました。"), back)
        form.add_error(None, sign_refusal(refusal))
    lead = _("金額と説明を確かめてから署名してください。署名すると、この月は変えられません。")
    facts = [*facts_of(row), *((f"{line.reason}", signed_yen(line.yen)) for line in lines_of(row))]
    return ask(request, Question(_("資金照合に署名する"), form, _("署名する"), back, lead, facts))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def drop(request: HttpRequest, clerk: Clerk, reconciliation_id: int) -> HttpResponse:
    """Drop what was prepared, to prepare it anew."""
    row = _found(clerk, reconciliation_id)
    form = ReasonForm(request.POST or None)
    back = month_url(PAGE, Month(row.last_day))
    if form.is_valid():
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        if not signing.drop(deed, clerk.staff, row):
            return done(request, _("取りやめました。作成し直せます。"), back)
        form.add_error(None, sign_refusal("decided"))
    lead = _("署名の前の調書を取りやめて、作成し直せるようにします。記録には残ります。")
    question = Question(
        _("資金照合を取りやめる"), form, _("取りやめる"), back, lead, facts_of(row), danger=True
    )
    return ask(request, question)


@require_safe
@for_clerks
def pdf(request: HttpRequest, clerk: Clerk, reconciliation_id: int) -> HttpResponse:
    """監査調書."""
    row = _found(clerk, reconciliation_id)
    return download(reconciliation_pdf(row), PDF, _file(clerk, row, "pdf"))


@require_safe
@for_clerks
def sheet(request: HttpRequest, clerk: Clerk, reconciliation_id: int) -> HttpResponse:
    """The same for Excel."""
    row = _found(clerk, reconciliation_id)
    return download(reconciliation_xlsx(row), XLSX, _file(clerk, row, "xlsx"))


def sign_refusal(refusal: str) -> str:
    """Why nothing was signed."""
    return {
        "decided": _("ほかの担当者が、先に署名したか取りやめました。"),
        "oneself": _("自分が作成した調書には署名できません。ほかの担当者に頼んでください。"),
        "changed": _(
            "作成した後に、口座の明細や支払の記録が変わりました。取りやめて、作成し直してください。"
        ),
    }[refusal]


def _refusal(refusal: str) -> str:
    return {
        "not_over": _("月が終わって締め切られると、作成できます。それまでは速報です。"),
        "no_lines": _("口座の明細がありません。はじめに、口座の残高を登録してください。"),
        "already": _("この月は、もう作成されています。"),
        "before": _("前の月の署名が済むと、作成できます。"),
        "changed": _("見ている間に差額が変わりました。もう一度、確かめてください。"),
        "unexplained": _("説明の合計が差額と合いません。"),
    }[refusal]


def _month(year: int, month_number: int) -> Month:
    try:
        return month_of(date(year, month_number, 1))
    except ValueError as error:
        raise Http404("no such month") from error


def _found(clerk: Clerk, reconciliation_id: int) -> Reconciliation:
    return found(clerk, Reconciliation, reconciliation_id)


def _links(clerk: Clerk, month: Month, row: Reconciliation | None, refusal: str) -> list[Link]:
    if row is None:
        ready = Link(
            _("資金照合を作成する"), month_url("reconciliation_prepare", month), "task_alt"
        )
        return [] if refusal else clerk.only_open(("reconciliation_prepare", ready))
    pk = row.pk
    files = clerk.only_open(
        (
            "reconciliation_pdf",
            Link(_("監査調書(PDF)"), console_url("reconciliation_pdf", pk), "picture_as_pdf"),
        ),
        (
            "reconciliation_sheet",
            Link(_("Excelファイル"), console_url("reconciliation_sheet", pk), "download"),
        ),
    )
    acts = clerk.only_open(
        (
            "reconciliation_sign",
            Link(_("署名する"), console_url("reconciliation_sign", pk), "draw"),
        ),
        (
            "reconciliation_drop",
            Link(_("取りやめる"), console_url("reconciliation_drop", pk), "undo", danger=True),
        ),
    )
    is_open = row.state == ReconciliationState.PREPARED
    return [*(acts if is_open else []), *files, *record_links(clerk, row.subject)]


def _people(row: Reconciliation) -> list[tuple[str, str]]:
    people = [(_("作成"), f"{row.prepared_name} · {japan_time(row.prepared_at)}")]
    if row.signed_at is not None:
        people.append((_("署名"), f"{row.signed_name} · {japan_time(row.signed_at)}"))
    return people


def _file(clerk: Clerk, row: Reconciliation, ending: str) -> str:
    return f"{clerk.issuer.code}-reconciliation-{row.last_day:%Y-%m}.{ending}"
