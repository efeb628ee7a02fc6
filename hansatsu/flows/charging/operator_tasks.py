"""Opening and closing what an operator must see to."""

from django.db.models import Q, QuerySet

from hansatsu.flows.charging.models import (
    OWED,
    ProviderPayment,
    Task,
    TaskKind,
    TaskState,
    Transfer,
    TransferState,
)
from hansatsu.flows.charging.psp.base import ProviderEvent
from hansatsu.flows.charging.refund_states import is_refunded
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm

NOTED = "noted"
"""A task's reason when somebody has taken note of its yen: only more of them open it again."""


def open_task(
    kind: TaskKind, payment: ProviderPayment, yen: int, *, reason: str = "", again: bool = False
) -> tuple[Task, bool]:
    """Have an operator see to ``yen`` of a payment; one of a kind for it. Says whether it is
    new. ``again`` opens one that is done, or one of another kind when that one cannot go again."""
    if again:
        kind = _kind_that_can_go(kind, payment, yen)
        payment.tasks.filter(kind=kind, state=TaskState.DONE).update(
            state=TaskState.OPEN, done_at=None, yen=yen, reason=reason, refund=""
        )
    return Task.objects.get_or_create(
        payment=payment,
        kind=kind,
        defaults={
            "issuer": payment.issuer,
            "order": payment.order,
            "yen": yen,
            "reason": reason,
            "made_at": clock.now(),
        },
    )


def _kind_that_can_go(kind: TaskKind, payment: ProviderPayment, yen: int) -> TaskKind:
    """A task has one transfer, and one refund of the same yen: the provider, which knows it by the
    task and its yen, would not make a second one. What fits better comes first; money that comes
    back in many parts takes whichever is left, for a name that fits less loses nobody's money."""
    was_paid = Q(transfer__state__in=[TransferState.IN_RUN, TransferState.PAID])
    was_refunded = ~Q(refund="") & Q(yen=yen)
    at_its_end = payment.tasks.filter(was_paid | was_refunded).values_list("kind", flat=True)
    kinds = (kind, TaskKind.REFUND, TaskKind.REFUND_FAILED, *OWED)
    return next((each for each in kinds if each not in at_its_end), kind)


def keep_task(kind: TaskKind, payment: ProviderPayment, yen: int) -> None:
    """Have the task of this kind be about ``yen``, which is done when it is nothing. What somebody
    has taken note of is opened again only by more."""
    if not yen:
        close_tasks(payment, kind)
        payment.tasks.filter(kind=kind).update(reason="")
        return
    task, is_new = open_task(kind, payment, yen)
    if is_new:
        return
    if task.state == TaskState.DONE and (task.reason != NOTED or yen > task.yen):
        task.state, task.done_at, task.reason = TaskState.OPEN, None, ""
    task.yen = yen
    task.save(update_fields=["state", "done_at", "reason", "yen"])


def owed_tasks(payment: ProviderPayment) -> QuerySet[Task]:
    """What is not done about money that is with us, and is not ours."""
    return payment.tasks.filter(kind__in=OWED).exclude(state=TaskState.DONE)


def set_owed(payment: ProviderPayment, left: int) -> None:
    """``left`` yen of a payment are with us: no more can be owed, and when it is nothing, all is
    done. A refund that is on its way to the payer goes as it is. A transfer that waits is
    lowered, but not raised (ADR 0234); of one that a run pays, which can only be dropped whole, the
    issuer is told (ADR 0290)."""
    if not left:
        close_tasks(payment, *OWED)
    owed_tasks(payment).filter(state__in=[TaskState.OPEN, TaskState.ASKED]).update(yen=left)
    for task in owed_tasks(payment).filter(state=TaskState.READY, yen__gt=left):
        _lower_transfer(task, left)


def _lower_transfer(task: Task, yen: int) -> None:
    transfer = Transfer.objects.filter(task=task).exclude(state=TransferState.PAID).first()
    if transfer is None:
        return
    text = f"振込の金額が{task.yen:,}円から{yen:,}円に減りました。振り込む前にご確認ください。"
    if transfer.state == TransferState.IN_RUN:
        text += "振込の回に入っています。引き渡す前なら、その回を取りやめてください。"
    else:
        transfer.yen = yen
        transfer.save(update_fields=["yen"])
    task.yen = yen
    task.save(update_fields=["yen"])
    raise_alarm(task.issuer, kind="transfer_lowered", subject=task.order.subject, text=text)


def close_arrived(payment: ProviderPayment, event: ProviderEvent | None) -> list[TaskKind]:
    """End what was on its way and is with the payer now, by all that was told and by ``event``;
    returns the kinds. What is left of the payment then has nobody who sees to it."""
    on_its_way = owed_tasks(payment).filter(state__in=[TaskState.GIVING, TaskState.READY])
    arrived = [TaskKind(task.kind) for task in on_its_way if has_arrived(task, payment, event)]
    close_tasks(payment, *arrived)
    return arrived


def has_arrived(task: Task, payment: ProviderPayment, event: ProviderEvent | None = None) -> bool:
    """True when the money of a task that is on its way is with the payer."""
    if task.state == TaskState.READY:
        return Transfer.objects.filter(task=task, state=TransferState.PAID).exists()
    return task.refund != "" and is_refunded(payment, task.refund, event)


def close_tasks(payment: ProviderPayment, *kinds: TaskKind) -> None:
    """What had to be done is done."""
    payment.tasks.filter(kind__in=kinds).exclude(state=TaskState.DONE).update(
        state=TaskState.DONE, done_at=clock.now()
    )
