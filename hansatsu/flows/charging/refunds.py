"""Money that goes back to its payer: once, whatever crashes between the provider and us.

    task open ──button──> giving ──the money is gone──> done             (card)
         └────mail──> asked ──bank account──> ready ──transfer──> done      (konbini; a card that
                                                                   takes no refund)

That a refund is wanted is committed first, with all that follows from it in our books; then the
provider is asked, under a key made from the task, until it has answered. The worker asks again
what a crash left behind (``ask_again``); what becomes of a refund that the provider has taken up
is its events' matter, or ``polling.poll_orders``'. The order is locked before its task.
"""

import logging
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from hansatsu.flows.charging import letters, order_machine, provider_events
from hansatsu.flows.charging.models import (
    AWAY,
    LEAVING,
    Method,
    Order,
    OrderState,
    PaymentRole,
    Source,
    Task,
    TaskKind,
    TaskState,
    Transfer,
    TransferState,
)
from hansatsu.flows.charging.operator_tasks import close_tasks, has_arrived, open_task
from hansatsu.flows.charging.provider_accounts import provider_named
from hansatsu.flows.charging.psp.base import (
    YEN,
    ProviderDownError,
    ProviderEvent,
    ProviderRefusedError,
)
from hansatsu.flows.charging.refund_states import money_away
from hansatsu.parties import clock
from hansatsu.parties.identity.mailed_links import make_link, use_link
from hansatsu.parties.identity.models import MailedLink, Purpose, Resident
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.seals.bank_accounts import BankAccount, seal_account

logger = logging.getLogger(__name__)

LINK_LIFE = timedelta(days=14)
PATIENCE = timedelta(minutes=1)
"""How long an unanswered provider is left alone before it is asked again."""

REFUSED = "refused"
"""A task's reason when the provider would not give its money back."""

Begun = Literal["begun", "asked", "disputed", "not_open"]
TakenBack = Literal["begun", "asked", "spent", "disputed", "not_charged"]


def give_back(task: Task, *, by_transfer: bool = False, deed: Deed | None = None) -> Begun:
    """Send a task's money back. A card's payment goes back by the provider, which is asked at once;
    the payer of a konbini is mailed a link for a bank account, again when pressed again.

    Args:
        task: whose money.
        by_transfer: a card's too: the provider has refused, or the refund has failed.
        deed: an operator's, for the audit log; None for the worker.

    Returns ``disputed`` while a chargeback has taken the money already, and ``not_open`` for a task
    that is done, on its way, or about no money that could go back. Then nothing is changed.
    """
    with transaction.atomic():
        locked = lock_task(task)
        begun = _begin(locked, by_transfer=by_transfer)
        if deed is not None and begun in ("begun", "asked"):
            act = "money_back" if begun == "begun" else "account_asked"
            deed.record(act, locked.order.subject, after={"amount": locked.yen})
    if begun == "begun":
        ask_provider(locked)
    return begun


def refund_order(order: Order, *, deed: Deed | None = None) -> TakenBack:
    """Take a charged order back for its buyer: the value first, only when all of it is unspent,
    then the money that is still with us. Returns why not, and changes nothing, when that is not so.
    ``deed`` is an operator's, for the audit log."""
    with transaction.atomic():
        locked = order_machine.lock(order)
        if locked.state != OrderState.CHARGED:
            return "not_charged"
        payment = locked.payments.get(role=PaymentRole.ORDER)
        if money_away(payment).undecided or not payment.left:
            return "disputed"
        if not order_machine.reverse(locked, "refund", only_unspent=True):
            return "spent"
        letters.taken_back(locked, payment.left)
        close_tasks(payment, TaskKind.SHORTFALL)
        task, _ = open_task(TaskKind.REFUND, payment, payment.left, again=True)
        begun = _begin(lock_task(task))
        if deed is not None:
            deed.record("order_taken_back", order.subject, after={"amount": task.yen})
    if begun == "begun":
        ask_provider(task)
    return "asked" if begun == "asked" else "begun"


def ask_provider(task: Task) -> bool:
    """Ask the provider for the refund of a task that is ``giving``; True when it has answered.
    The task's key makes it one refund, however often it is asked; one that is taken up is not
    asked for again."""
    payment = task.payment
    provider = provider_named(task.issuer, payment.provider)
    if provider is None:
        return _refused(task, f"{payment.provider} は設定されていません。")
    Task.objects.filter(pk=task.pk).update(tried_at=clock.now())
    try:
        refunded = provider.refund(payment.payment_id, task.yen, _key(task))
    except ProviderDownError:
        logger.warning("a refund was not answered", extra={"task": task.pk})
        return False
    except ProviderRefusedError as error:
        return _refused(task, str(error))
    _note_refund(task, refunded.reference)
    if not refunded.pending:
        event = ProviderEvent(
            id=f"refund:{refunded.reference}",
            kind="refunded",
            at=clock.now(),
            order=task.order.number,
            payment=payment.payment_id,
            amount=task.yen,
            currency=YEN,
            about=refunded.reference,
        )
        provider_events.take_event(task.issuer, payment.provider, event, Source.LOOK)
    return True


def _note_refund(task: Task, reference: str) -> None:
    """Keep the provider's id of the refund it has taken up. Its webhook may have been faster, when
    nobody knew yet whose refund that was."""
    with transaction.atomic():
        locked = lock_task(task)
        locked.refund = reference
        locked.save(update_fields=["refund"])
        if locked.state == TaskState.GIVING and has_arrived(locked, locked.payment):
            order_machine.settle_money(locked.order, locked.payment)


def _key(task: Task) -> str:
    """The same for the same yen: what is left of a payment may become less before it is asked
    for, never after."""
    return f"hansatsu-task-{task.pk}-{task.yen}"


def ask_again() -> int:
    """Ask providers about the refunds that have not been answered; returns how many were. For the
    worker."""
    before = clock.now() - PATIENCE
    waiting = Task.objects.select_related("issuer", "payment", "order").filter(
        state=TaskState.GIVING, refund=""
    )
    answered = 0
    for task in waiting:
        if task.tried_at is None or task.tried_at <= before:
            answered += ask_provider(task)
    return answered


def ask_for_accounts() -> int:
    """Have the payers of money that nobody wanted be asked for their bank accounts; returns how
    many were. For the worker: at a konbini nobody can be refunded otherwise."""
    unwanted = Task.objects.select_related("issuer", "order").filter(
        state=TaskState.OPEN,
        payment__method=Method.KONBINI,
        kind__in=[TaskKind.LATE, TaskKind.DOUBLE, TaskKind.WRONG_AMOUNT],
    )
    return sum(_ask_once(task) for task in unwanted)


def _ask_once(task: Task) -> bool:
    """Ask, unless somebody has meanwhile: a second mail would end the first one's link."""
    with transaction.atomic():
        locked = lock_task(task)
        return locked.state == TaskState.OPEN and _begin(locked) == "asked"


def ask_for_account(task: Task) -> None:
    """Mail the payer a link to the page for the bank account, in the caller's transaction. An
    earlier link ends."""
    resident = task.order.resident
    MailedLink.objects.filter(
        resident=resident, purpose=Purpose.BANK_ACCOUNT, used_at=None, data__task=task.pk
    ).update(used_at=clock.now())
    token = make_link(
        task.issuer,
        Purpose.BANK_ACCOUNT,
        resident.email,
        lifetime=LINK_LIFE,
        resident=resident,
        data={"task": task.pk},
    )
    until: datetime = clock.now() + LINK_LIFE
    link = site_page(task.issuer, f"payback/{token}/")
    letters.account_wanted(task.order, task.yen, link, until)
    task.state = TaskState.ASKED
    task.save(update_fields=["state"])


def waits_for_account(resident: Resident) -> bool:
    """True when some money waits until this resident names an account."""
    tasks = Task.objects.of(resident.issuer).filter(state=TaskState.ASKED)
    return tasks.filter(order__resident=resident).exists()


def ask_anew(resident: Resident) -> int:
    """Mail new links for all that waits for this resident's bank account; returns how many."""
    with transaction.atomic():
        waiting = Task.objects.of(resident.issuer).filter(
            order__resident=resident, state=TaskState.ASKED
        )
        tasks = [lock_task(task) for task in waiting.order_by("order_id", "id")]
        for task in tasks:
            if task.state == TaskState.ASKED:
                ask_for_account(task)
    return len(tasks)


def task_of(link: MailedLink) -> Task | None:
    """What a link for a bank account is about."""
    tasks = Task.objects.of(link.issuer).select_related("issuer", "payment", "order__product")
    return tasks.filter(pk=link.data.get("task"), order__resident=link.resident).first()


def take_account(link: MailedLink, account: BankAccount) -> Transfer | None:
    """Keep the account that a link asked for, as a transfer that waits to be paid. None, and
    nothing is changed, when the link is used or over, or the money goes another way."""
    found = task_of(link)
    if found is None or link.resident is None:
        return None
    with transaction.atomic():
        task = lock_task(found)
        if task.state != TaskState.ASKED or not use_link(link):
            return None
        # one that waited when its money was lost, and is back, waits for the new account
        transfer, _ = Transfer.objects.update_or_create(
            task=task,
            state=TransferState.WAITING,
            defaults={
                "issuer": task.issuer,
                "resident": link.resident,
                "yen": task.yen,
                "account": seal_account(account),
                "made_at": clock.now(),
            },
        )
        task.state = TaskState.READY
        task.save(update_fields=["state"])
        letters.account_taken(task.order, task.yen, account)
        raise_alarm(
            task.issuer,
            kind="transfer_waiting",
            subject=task.order.subject,
            text=f"返金先の口座が登録されました。{task.yen:,}円の振込をお願いします。",
        )
    return transfer


def lock_task(task: Task) -> Task:
    """The task and its order as they are now, for this transaction alone. Must be in one."""
    order = order_machine.lock(task.order)
    locked = Task.objects.select_for_update().get(pk=task.pk)
    locked.order, locked.issuer = order, order.issuer
    return locked


def _begin(task: Task, *, by_transfer: bool = False) -> Begun:
    payment = task.payment
    if task.kind in AWAY or task.yen > payment.amount - payment.refunded:
        return "not_open"
    if money_away(payment).undecided:
        return "disputed"
    if task.yen > payment.left:
        return "not_open"
    if _is_leaving_already(task):
        return "not_open"
    if payment.method == Method.KONBINI or task.kind == TaskKind.REFUND_FAILED:
        by_transfer = True
    by_transfer |= task.state == TaskState.ASKED
    if by_transfer and task.state in (TaskState.OPEN, TaskState.ASKED):
        ask_for_account(task)
        return "asked"
    if task.state != TaskState.OPEN:
        return "not_open"
    task.state = TaskState.GIVING
    task.save(update_fields=["state"])
    return "begun"


def _is_leaving_already(task: Task) -> bool:
    others = task.payment.tasks.exclude(pk=task.pk)
    return others.filter(state__in=LEAVING).exists()


def _refused(task: Task, why: str) -> bool:
    """The provider will not: back to the operator, who is told."""
    with transaction.atomic():
        locked = lock_task(task)
        if locked.state == TaskState.GIVING:
            locked.state, locked.reason = TaskState.OPEN, REFUSED
            # others may have given back, or taken, of it while it was on its way
            locked.yen = money_away(locked.payment).left_of(locked.payment.amount)
            locked.save(update_fields=["state", "reason", "yen"])
            raise_alarm(
                task.issuer,
                kind="refund_refused",
                subject=task.order.subject,
                text=f"決済会社が返金を受け付けませんでした。{why}"[:300],
            )
    return True
