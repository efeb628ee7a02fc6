"""Orders, money that waits, and what providers tell, in words."""

from typing import Literal

from django.utils.translation import gettext as _

from hansatsu.flows.charging import operator_queries
from hansatsu.flows.charging.models import Order, OrderState, PaymentRole, Task, TaskKind, TaskState
from hansatsu.flows.charging.refunds import REFUSED
from hansatsu.web.console.frame.amount_words import yen_words

Tone = Literal["success", "danger", "warning", "info", ""]


def order_state(state: str) -> str:
    """Where an order is."""
    return {
        OrderState.HELD: _("コード確認済み"),
        OrderState.CONFIRMED: _("内容確認済み"),
        OrderState.AWAITING: _("お支払い待ち"),
        OrderState.PAID: _("入金済み・未チャージ"),
        OrderState.CHARGED: _("チャージ完了"),
        OrderState.LAPSED: _("期限切れ"),
        OrderState.CANCELLED: _("取りやめ"),
        OrderState.FAILED: _("お支払い不成立"),
        OrderState.REFUNDED: _("返金済み"),
        OrderState.REVERSED: _("チャージ取消"),
    }[OrderState(state)]


def order_tone(state: str) -> Tone:
    """The colour of a state."""
    if state == OrderState.CHARGED:
        return "success"
    if state == OrderState.PAID:
        return "danger"
    return "info" if state == OrderState.AWAITING else ""


def method_words(method: str) -> str:
    """お支払い方法; a dash before one was chosen."""
    return {"card": _("クレジットカード"), "konbini": _("コンビニ")}.get(method, "—")


def role_of_payment(role: str) -> str:
    """What a payment was for."""
    return {
        PaymentRole.ORDER: _("ご購入の代金"),
        PaymentRole.LATE: _("期限後の入金"),
        PaymentRole.DOUBLE: _("二重の入金"),
        PaymentRole.WRONG_AMOUNT: _("金額の異なる入金"),
    }[PaymentRole(role)]


def value_facts(order: Order) -> list[tuple[str, str]]:
    """What was paid for an order, and is gone of that; what was issued, and was spent of that or,
    once it was taken back, lost. Empty for one that has issued nothing."""
    value = operator_queries.value_of(order)
    if value is None:
        return []
    paid = [each for each in operator_queries.payments_of(order) if each.role == PaymentRole.ORDER]
    facts = [
        (_("入金"), yen_words(sum(each.amount for each in paid))),
        (_("戻された代金"), yen_words(sum(each.away for each in paid))),
        (_("チャージ"), yen_words(value.face)),
        (_("使用済み"), yen_words(value.spent)),
    ]
    if order.state == OrderState.REVERSED:
        return [*facts, (_("発行者の損失"), yen_words(value.lost))]
    return [*facts, (_("残り"), yen_words(value.left))]


def task_kind(kind: str) -> str:
    """What has to be seen to."""
    return {
        TaskKind.LATE: _("期限後の入金"),
        TaskKind.DOUBLE: _("二重の入金"),
        TaskKind.WRONG_AMOUNT: _("金額の異なる入金"),
        TaskKind.UNCHARGED: _("入金済み・未チャージ"),
        TaskKind.REFUND: _("購入の返金"),
        TaskKind.REFUND_FAILED: _("返金の不成立"),
        TaskKind.CHARGEBACK: _("チャージバック"),
        TaskKind.DISPUTE_LOST: _("チャージバックの確定"),
        TaskKind.SHORTFALL: _("代金の不足"),
    }[TaskKind(kind)]


def task_state(state: str) -> str:
    """How far it is."""
    return {
        TaskState.OPEN: _("未対応"),
        TaskState.GIVING: _("返金処理中"),
        TaskState.ASKED: _("口座の登録待ち"),
        TaskState.READY: _("振込待ち"),
        TaskState.DONE: _("完了"),
    }[TaskState(state)]


def task_tone(state: str) -> Tone:
    """The colour of it."""
    tones: dict[str, Tone] = {
        TaskState.OPEN: "danger",
        TaskState.READY: "warning",
        TaskState.GIVING: "info",
        TaskState.ASKED: "info",
    }
    return tones.get(state, "success")


def what_to_do(task: Task) -> str:
    """What an operator does about it now."""
    by_state = {
        TaskState.GIVING: _("決済会社の返事を待っています。することはありません。"),
        TaskState.ASKED: _(
            "利用者が口座を登録するのを待っています。届いていないときは、メールをもう一度送ってください。"
        ),
        TaskState.READY: _("振込の回に入れて、登録された口座へ振り込んでください。"),
        TaskState.DONE: _("対応は済んでいます。"),
    }
    state = TaskState(task.state)
    if state in by_state:
        return by_state[state]
    if task.reason == REFUSED:
        return _("決済会社が返金を受け付けませんでした。口座への振込で返金してください。")
    return {
        TaskKind.UNCHARGED: _(
            "ウォレットに空きがあるか、停止中でないかを確かめ、もう一度チャージするか、返金してください。"
        ),
        TaskKind.REFUND_FAILED: _(
            "カードへの返金が成立しませんでした。口座への振込で返金してください。"
        ),
        TaskKind.CHARGEBACK: _(
            "カード会社が代金を引き戻しました。反論するときは、決済会社の管理画面で行います。"
            "結果が出ると、この対応は自動で終わります。"
        ),
        TaskKind.DISPUTE_LOST: _(
            "代金は戻りません。使われた分は発行者の損失です。必要な連絡をして、確認済みにしてください。"
        ),
        TaskKind.SHORTFALL: _(
            "代金の一部が戻されましたが、チャージした残高はそのままです。"
            "残りも返すときは、注文のページの「購入を返金する」で返してください。そのままにするときは、確認済みにしてください。"
        ),
    }.get(TaskKind(task.kind), _("利用者へ返金してください。"))
