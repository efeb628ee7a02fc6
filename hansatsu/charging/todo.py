"""Opening and closing what an operator must see to."""

from django.db.models import QuerySet

from hansatsu.charging.models import OWED, ProviderPayment, Task, TaskKind, TaskState
from hansatsu.issuers import clock

NOTED = "noted"
"""A task's reason when somebody has taken note of its yen: only more of them open it again."""


def open_task(
    kind: TaskKind, payment: ProviderPayment, yen: int, *, reason: str = "", again: bool = False
) -> tuple[Task, bool]:
    """Have an operator see to ``yen`` of a payment; one of a kind for it. Says whether it is
    new. ``again`` opens one that is done."""
    if again:
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


def keep_task(kind: TaskKind, payment: ProviderPayment, yen: int) -> None:
    """Have the task of this kind be about ``yen``, which is done when it is nothing. What somebody
    has taken note of is opened again only by more."""
    if not yen:
        payment.tasks.filter(kind=kind).exclude(state=TaskState.DONE).update(
            state=TaskState.DONE, done_at=clock.now()
        )
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
    done. What is on its way to the payer already goes as it is."""
    if not left:
        close_tasks(payment, *OWED)
    owed_tasks(payment).filter(state__in=[TaskState.OPEN, TaskState.ASKED]).update(yen=left)


def close_tasks(payment: ProviderPayment, *kinds: TaskKind) -> None:
    """What had to be done is done."""
    payment.tasks.filter(kind__in=kinds).exclude(state=TaskState.DONE).update(
        state=TaskState.DONE, done_at=clock.now()
    )
