"""What operators do with money that waits, and with charged orders: each asks for a reason."""

from collections.abc import Callable
from typing import assert_never

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.flows.charging import operator_acts, operator_queries, order_machine, refunds
from hansatsu.flows.charging.models import Order, Task
from hansatsu.parties.identity.masks import mask_email, mask_name
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.asking import Question, ReasonForm, ask, done
from hansatsu.web.console.money import words as say

Facts = list[tuple[str, str]]
Try = Callable[[Deed], str]
"""Does it; returns why not, in words, or nothing when it was done."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def take_back(request: HttpRequest, clerk: Clerk, order_id: int) -> HttpResponse:
    """Take a charged order back: the value first, then the money."""
    order = operator_queries.find_issuers_order(clerk.issuer, order_id)
    if order is None:
        raise Http404("not this issuer's")

    def refund(deed: Deed) -> str:
        return _why_not_taken_back(refunds.refund_order(order, deed=deed))

    question = _Question(
        title=_("購入を返金する"),
        lead=_(
            "チャージした残高をすべて取り消し、お支払いいただいた金額を返します。"
            "一部でも使われていると、返金できません。購入コードは使用済みのままです。"
        ),
        submit=_("購入を返金する"),
        done=_("返金の手続きを始めました。"),
        back=console_url("charging_order_change", order.pk),
        facts=_facts_of(order),
    )
    return question.put(request, clerk, refund)


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def give_back(request: HttpRequest, clerk: Clerk, task_id: int) -> HttpResponse:
    """Have the provider refund a card."""
    task = _task(clerk, task_id)
    question = _Question(
        title=_("カードへ返金する"),
        lead=_("お支払いに使われたカードへ、全額を返金します。カードへの返金は取り消せません。"),
        submit=_("返金する"),
        done=_("返金の手続きを始めました。"),
        back=_page_of(task),
        facts=_facts_of(task.order, task),
    )
    return question.put(request, clerk, lambda deed: _why_not(refunds.give_back(task, deed=deed)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def ask_account(request: HttpRequest, clerk: Clerk, task_id: int) -> HttpResponse:
    """Mail the payer a link for the account that the money goes back to."""
    task = _task(clerk, task_id)
    question = _Question(
        title=_("口座登録のメールを送る"),
        lead=_(
            "返金先の口座を登録するページを、利用者へメールでお知らせします。"
            "登録されると、振込の一覧に載ります。前に送ったメールのページは使えなくなります。"
        ),
        submit=_("メールを送る"),
        done=_("口座登録のメールを送りました。"),
        back=_page_of(task),
        facts=[
            *_facts_of(task.order, task),
            (_("メールアドレス"), mask_email(task.order.resident.email)),
        ],
    )
    return question.put(
        request,
        clerk,
        lambda deed: _why_not(refunds.give_back(task, by_transfer=True, deed=deed)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def charge(request: HttpRequest, clerk: Clerk, task_id: int) -> HttpResponse:
    """Try once more to charge a paid order."""
    task = _task(clerk, task_id)

    question = _Question(
        title=_("もう一度チャージする"),
        lead=_("入金済みの注文を、利用者のウォレットへチャージします。"),
        submit=_("チャージする"),
        done=_("チャージしました。"),
        back=_page_of(task),
        facts=_facts_of(task.order, task),
    )
    return question.put(
        request, clerk, lambda deed: _why_not_charged(operator_acts.charge_again(task, deed))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def note(request: HttpRequest, clerk: Clerk, task_id: int) -> HttpResponse:
    """Take note of money that is away: a dispute that was lost, a part that was refunded."""
    task = _task(clerk, task_id)

    def take_note(deed: Deed) -> str:
        if operator_acts.take_note(task, deed):
            return ""
        return _("この対応は、確認済みにできません。")

    question = _Question(
        title=_("確認済みにする"),
        lead=_("代金が戻らないことを確認し、この対応を終わりにします。"),
        submit=_("確認済みにする"),
        done=_("確認済みにしました。"),
        back=_page_of(task),
        facts=[*_facts_of(task.order, task), *say.value_facts(task.order)],
    )
    return question.put(request, clerk, take_note)


class _Question:
    """A page that asks why, tries, and says what came of it."""

    def __init__(
        self, *, title: str, lead: str, submit: str, done: str, back: str, facts: Facts
    ) -> None:
        self.title, self.lead, self.submit = title, lead, submit
        self.done, self.back, self.facts = done, back, facts

    def put(self, request: HttpRequest, clerk: Clerk, do: Try) -> HttpResponse:
        """The page; or, when it was done, on to where it came from."""
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            refused = do(Deed(clerk.actor, form.cleaned_data["reason"]))
            if not refused:
                return done(request, self.done, self.back)
            form.add_error(None, refused)
        return ask(
            request,
            Question(
                title=self.title,
                form=form,
                submit=self.submit,
                back=self.back,
                lead=self.lead,
                facts=self.facts,
                danger=True,
            ),
        )


def _why_not(begun: refunds.Begun) -> str:
    match begun:
        case "begun" | "asked":
            return ""
        case "disputed":
            return _("チャージバックにより、代金はすでにカード会社へ戻っています。")
        case "not_open":
            return _("この対応は、済んでいるか手続き中です。")
        case never:
            assert_never(never)


def _why_not_taken_back(outcome: refunds.TakenBack) -> str:
    match outcome:
        case "begun" | "asked":
            return ""
        case "spent":
            return _("残高がすでに使われているか失効しているため、返金できません。")
        case "disputed":
            return _("チャージバックの途中か、代金がすべて戻されているため、返金できません。")
        case "not_charged":
            return _("チャージ済みの注文ではないため、返金できません。")
        case never:
            assert_never(never)


def _why_not_charged(outcome: order_machine.Charged) -> str:
    match outcome:
        case "charged":
            return ""
        case "not_charged":
            return _(
                "まだチャージできません。ウォレットの残高の上限か、停止中でないかを確かめてください。"
            )
        case "leaving":
            return _("返金の手続き中のため、チャージできません。")
        case "not_paid":
            return _("この注文は、チャージを待っていません。")
        case never:
            assert_never(never)


def _task(clerk: Clerk, task_id: int) -> Task:
    task = operator_queries.find_task(clerk.issuer, task_id)
    if task is None:
        raise Http404("not this issuer's")
    return task


def _page_of(task: Task) -> str:
    return console_url("charging_task_change", task.pk)


def _facts_of(order: Order, task: Task | None = None) -> Facts:
    facts = [] if task is None else [(_("種類"), say.task_kind(task.kind))]
    return [
        *facts,
        (_("金額"), yen_words(order.price if task is None else task.yen)),
        (_("利用者"), mask_name(order.resident.family_name, order.resident.given_name)),
        (_("お申し込み番号"), order.number),
        (
            _("お支払い方法"),
            say.method_words(order.method if task is None else task.payment.method),
        ),
    ]
