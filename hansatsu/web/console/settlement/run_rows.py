"""What is done with one row of a run that the bank has paid: it failed, its money came back, or it
was paid after all."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hansatsu.flows.settlement.models import PayoutRow
from hansatsu.flows.settlement.payouts import marking
from hansatsu.flows.settlement.payouts.reading import find_row
from hansatsu.formats.zengin.bulk_transfer import MOST_YEN
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.web.console.frame import fields
from hansatsu.web.console.frame.access import Clerk, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import LONGEST_REASON, Question, ReasonForm, ask, done
from hansatsu.web.console.settlement.heroes import Hero
from hansatsu.web.console.settlement.run_page import run_url
from hansatsu.web.console.settlement.run_words import (
    not_failed,
    not_returned,
    payee_words,
    run_name,
)
from hansatsu.web.console.settlement.words import day_words


class FailForm(ReasonForm):
    """Why the bank could not pay it."""

    failed_reason = fields.text(
        gettext_lazy("銀行の理由"),
        LONGEST_REASON,
        help_text=gettext_lazy("例: 口座名義相違、該当口座なし"),
    )
    field_order = ("failed_reason", "reason")


class ReturnedForm(ReasonForm):
    """When how much of it was back."""

    returned_on = fields.day(gettext_lazy("戻った日"))
    yen = fields.number(
        gettext_lazy("戻った金額(円)"),
        1,
        MOST_YEN,
        help_text=gettext_lazy("組戻料などを銀行が引いたときは、引いたあとの金額です。"),
    )
    field_order = ("returned_on", "yen", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def fail(request: HttpRequest, clerk: Clerk, row_id: int) -> HttpResponse:
    """The bank says afterwards that it could not pay."""

    def act(form: forms.Form) -> str:
        typed = form.cleaned_data
        deed = Deed(clerk.actor, typed["reason"])
        return not_failed(marking.fail_row(deed, _found(clerk, row_id), typed["failed_reason"]))

    title, submit = _("振込不能にする"), _("振込不能にする")
    lead = _("支払いは済んでいないことになります。戻り金を記録すると、次の振込に入ります。")
    said = _("振込不能にしました。戻り金の日と金額を、あとで記録してください。")
    form = FailForm(request.POST or None)
    return _do(request, clerk, row_id, form, act, (title, submit, lead, said))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def returned(request: HttpRequest, clerk: Clerk, row_id: int) -> HttpResponse:
    """Its money is back: it is owed again."""

    def act(form: forms.Form) -> str:
        typed = form.cleaned_data
        deed, row = Deed(clerk.actor, typed["reason"]), _found(clerk, row_id)
        why = marking.take_back(deed, clerk.staff, row, on=typed["returned_on"], yen=typed["yen"])
        return not_returned(why)

    title, submit = _("戻り金を記録する"), _("記録する")
    lead = _(
        "通帳で、戻った日と金額を確かめてください。記録すると、次の振込で、そのときの口座に支払います。"
    )
    said = _("戻り金を記録しました。次の振込で支払います。")
    row = _found(clerk, row_id)
    form = ReturnedForm(request.POST or None, initial={"yen": row.net_yen})
    return _do(request, clerk, row_id, form, act, (title, submit, lead, said))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def paid(request: HttpRequest, clerk: Clerk, row_id: int) -> HttpResponse:
    """It was another one that failed: this one was paid."""

    def act(form: forms.Form) -> str:
        deed = Deed(clerk.actor, form.cleaned_data["reason"])
        return not_failed(marking.paid_after_all(deed, _found(clerk, row_id)))

    title, submit = _("支払済みに戻す"), _("支払済みに戻す")
    lead = _("振込不能が間違いだったときに使います。銀行で、振り込まれたことを確かめてください。")
    said = _("支払済みに戻しました。")
    form = ReasonForm(request.POST or None)
    return _do(request, clerk, row_id, form, act, (title, submit, lead, said))


def _do(
    request: HttpRequest,
    clerk: Clerk,
    row_id: int,
    form: forms.Form,
    act: Callable[[forms.Form], str],
    words: tuple[str, str, str, str],
) -> HttpResponse:
    title, submit, lead, said = words
    row = _found(clerk, row_id)
    if form.is_valid():
        why = act(form)
        if not why:
            return done(request, said, run_url(row.run))
        form.add_error(None, why)
    question = Question(title, form, submit, run_url(row.run), lead, _facts(row), danger=True)
    hero = Hero(payee_words(row), yen_words(row.net_yen))
    return ask(request, question, template="ask_run", hero=hero)


def _found(clerk: Clerk, row_id: int) -> PayoutRow:
    row = find_row(clerk.issuer, row_id)
    if row is None:
        raise Http404("not this issuer's")
    return row


def _facts(row: PayoutRow) -> list[tuple[str, str]]:
    facts = [
        (_("振込"), run_name(row.run)),
        (_("支払日"), day_words(row.run.pay_on)),
        (_("明細の番号"), str(row.place)),
        (_("銀行が読む名義"), row.payee),
        (_("口座"), open_account(row.account).masked),
    ]
    return [*facts, (_("銀行の理由"), row.failed_reason)] if row.failed_reason else facts
