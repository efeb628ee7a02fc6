"""対応: money that waits for a person."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.charging.models import (
    AWAY,
    TO_NOTE,
    Method,
    OrderState,
    PaymentRole,
    Task,
    TaskKind,
    TaskState,
    Transfer,
)
from hansatsu.parties.identity.masks import mask_name
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge, facts, moment, order_link
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.money import words as say

OPEN = [state for state in TaskState.values if state != TaskState.DONE]


class TaskAdmin(IssuerAdmin):
    """What is not done, longest waiting first; and by its filter what is."""

    list_display = ("kind_", "state_", "yen_", "who", "order_", "method_", "since")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(TaskState.values, say.task_state)),
        choice_filter("kind", gettext_lazy("種類"), known(TaskKind.values, say.task_kind)),
    )
    list_select_related = ("order__resident", "payment")
    ordering = ("id",)
    search_fields = ("order__number",)
    search_help_text = gettext_lazy("お申し込み番号で探せます。")
    personal_search_fields = (
        "order__resident__login_id__iexact",
        "order__resident__family_name__iexact",
        "order__resident__given_name__iexact",
    )
    personal_search_help_text = gettext_lazy(
        "お申し込み番号か、姓、名、ログインIDの全部で探せます。"
    )
    fields = (
        "kind_",
        "advice",
        "state_",
        "yen_",
        "value",
        "who",
        "order_",
        "method_",
        "since",
        "until",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """A list without a chosen state leaves out what is done; every task has its page."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "charging_task_changelist"
        return rows.filter(state__in=OPEN) if is_list and "state" not in request.GET else rows

    def links(self, clerk: Clerk, thing: Task) -> list[Link]:
        """What the task's kind and state let an operator do."""
        return _acts(thing) if clerk.may(Act.MONEY) else []

    def name_of(self, thing: Task) -> str:
        """What it is, of which order."""
        return f"{say.task_kind(thing.kind)} {thing.order.number}"

    @column(gettext_lazy("種類"), ordering="kind")
    def kind_(self, task: Task) -> str:
        """What has to be seen to."""
        return say.task_kind(task.kind)

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, task: Task) -> SafeString:
        """How far it is, as a badge."""
        return badge(say.task_state(task.state), say.task_tone(task.state))

    @column(gettext_lazy("金額"), ordering="yen")
    def yen_(self, task: Task) -> str:
        """How much is in question."""
        return yen_words(task.yen)

    @column(gettext_lazy("利用者"))
    def who(self, task: Task) -> str:
        """Who has paid, masked."""
        resident = task.order.resident
        return mask_name(resident.family_name, resident.given_name)

    @column(gettext_lazy("お申し込み番号"), ordering="order__number")
    def order_(self, task: Task) -> SafeString:
        """To the order."""
        return order_link(task.order)

    @column(gettext_lazy("お支払い方法"))
    def method_(self, task: Task) -> str:
        """By which the money came."""
        return say.method_words(task.payment.method)

    @column(gettext_lazy("発生日時"), ordering="made_at")
    def since(self, task: Task) -> str:
        """Since when it waits."""
        return moment(task.made_at)

    @column(gettext_lazy("完了日時"))
    def until(self, task: Task) -> str:
        """When it was done."""
        return moment(task.done_at)

    @column(gettext_lazy("入金とチャージ"))
    def value(self, task: Task) -> SafeString:
        """Of the order's own payment: what was paid, is gone, was spent or lost."""
        pays = task.payment.role == PaymentRole.ORDER
        return facts(say.value_facts(task.order) if pays else [])

    @column(gettext_lazy("すること"))
    def advice(self, task: Task) -> str:
        """What to do about it."""
        return say.what_to_do(task)


def _acts(task: Task) -> list[Link]:
    if task.state == TaskState.READY:
        transfer = Transfer.objects.get(task=task)
        return [Link(_("振込のページへ"), console_url("charging_transfer_change", transfer.pk))]
    if task.kind in TO_NOTE and task.state != TaskState.DONE:
        return [Link(_("確認済みにする"), console_url("task_note", task.pk))]
    if task.kind in AWAY or task.state not in (TaskState.OPEN, TaskState.ASKED):
        return []
    found = []
    waits = task.kind == TaskKind.UNCHARGED and task.order.state == OrderState.PAID
    if waits and task.state == TaskState.OPEN:
        found.append(Link(_("もう一度チャージする"), console_url("task_charge", task.pk)))
    takes_refunds = task.payment.method == Method.CARD and task.kind != TaskKind.REFUND_FAILED
    if takes_refunds and task.state == TaskState.OPEN:
        found.append(Link(_("カードへ返金する"), console_url("task_give_back", task.pk)))
    label = _("口座登録のメールを送る")
    if task.state == TaskState.ASKED:
        label = _("口座登録のメールをもう一度送る")
    return [*found, Link(label, console_url("task_ask_account", task.pk))]
