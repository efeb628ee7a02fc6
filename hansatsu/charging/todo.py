"""Opening and closing what an operator must see to."""

from hansatsu.charging.models import ProviderPayment, Task, TaskKind, TaskState
from hansatsu.issuers import clock


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


def close_tasks(payment: ProviderPayment, *kinds: TaskKind) -> None:
    """What had to be done is done."""
    payment.tasks.filter(kind__in=kinds).exclude(state=TaskState.DONE).update(
        state=TaskState.DONE, done_at=clock.now()
    )
