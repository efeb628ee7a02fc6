"""What providers tell of orders: read once, believed or not, and handed to the order's moves.

Whatever a provider tells, in whatever order and however often, goes through ``take_event``. Whose
word counts about money stands in ``believing``; where a refund or a dispute stands, in
``refund_states``; what an order does then, in ``order_machine``.
"""

import logging
from dataclasses import asdict

from django.db import transaction

from hansatsu.flows.charging import letters, order_machine
from hansatsu.flows.charging.believing import (
    checkout_named,
    doubt_about,
    named_by,
    payments_named,
    warn_of_strange_money,
)
from hansatsu.flows.charging.closing import queue_closing
from hansatsu.flows.charging.models import (
    NOT_OVER,
    OWED,
    UNPAID,
    CheckoutState,
    Order,
    OrderState,
    PaymentRole,
    ProviderPayment,
    ReceivedEvent,
    Source,
    TaskKind,
    TaskState,
)
from hansatsu.flows.charging.operator_tasks import close_tasks, keep_task, open_task
from hansatsu.flows.charging.order_machine import MOST_YEN
from hansatsu.flows.charging.psp.base import YEN, EventKind, ProviderEvent
from hansatsu.flows.charging.refund_states import (
    STRANGE,
    dispute_changes,
    money_away,
    refund_changes,
)
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Issuer

logger = logging.getLogger(__name__)

S = OrderState
EARLY: dict[str, EventKind] = {
    "refunded": "refunded",
    "refund_failed": "refund_failed",
    "disputed": "disputed",
    "dispute_won": "dispute_won",
    "dispute_lost": "dispute_lost",
}
"""What may be told of a payment before the payment is."""

EVENT_STATES = (S.CONFIRMED, S.AWAITING)
"""In which a checkout's end is the order's end."""


def take_event(issuer: Issuer, provider: str, event: ProviderEvent, source: Source) -> str:
    """Take an event of the issuer's account at ``provider``, once for its id and once for its
    payment, in one transaction with everything that follows from it.

    Returns the outcome that is kept with the event; ``seen`` for one that was taken before.
    """
    with transaction.atomic():
        named = named_by(issuer, provider, event)
        order = None if named.order is None else order_machine.lock(named.order)
        received, is_new = ReceivedEvent.objects.get_or_create(
            issuer=issuer,
            provider=provider,
            event_id=event.id,
            defaults={
                "kind": event.kind,
                "order": order,
                "reference": event.reference,
                "payment_id": event.payment,
                "amount": _countable(event.amount),
                "currency": event.currency[:3],
                "about": event.about,
                "at": event.at,
                "received_at": clock.now(),
                "source": source,
            },
        )
        if not is_new:
            return "seen"
        received.outcome = _believe(issuer, order, provider, event, agree=named.agree)
        received.save(update_fields=["outcome"])
    logger.info(
        "a provider's event",
        extra={
            "issuer": issuer.code,
            "provider": provider,
            "event": event.id,
            "kind": event.kind,
            "order": order.number if order else "",
            "outcome": received.outcome,
        },
    )
    return received.outcome


def _believe(
    issuer: Issuer, order: Order | None, provider: str, event: ProviderEvent, *, agree: bool
) -> str:
    """Take what the event tells, unless it tells of money that fits nothing of ours: that is an
    alarm, and nothing else."""
    if order is None:
        if event.kind in ("paid", "refunded", "disputed"):
            warn_of_strange_money(issuer, provider, event, "", None)
        return STRANGE if event.kind == "paid" else "unknown_order"
    doubt = doubt_about(order, provider, event, agree=agree)
    if doubt:
        warn_of_strange_money(issuer, provider, event, doubt, order)
        return STRANGE
    return _take(order, provider, event)


def _take(order: Order, provider: str, event: ProviderEvent) -> str:
    match event.kind:
        case "awaiting":
            return _take_number(order, provider, event)
        case "paid":
            taken = _take_payment(order, provider, event)
            _take_what_came_before(order, provider, event)
            return taken
        case "failed":
            return _take_end(order, provider, event, S.FAILED)
        case "expired":
            return _take_end(order, provider, event, S.LAPSED)
        case "refunded" | "refund_failed":
            return _take_refund(order, provider, event)
        case "disputed" | "dispute_won" | "dispute_lost":
            return _take_dispute(order, provider, event)


def _countable(amount: int) -> int:
    """As the database can hold it: what is stranger than that is told in the alarm."""
    return max(0, min(amount, MOST_YEN))


def _take_number(order: Order, provider: str, event: ProviderEvent) -> str:
    """A konbini number: its deadline is the order's from now on, and it is mailed once."""
    checkout = checkout_named(order, provider, event)
    if checkout is None or event.instructions is None:
        return "ignored"
    is_news = checkout.instructions is None
    checkout.reference = event.reference
    checkout.instructions = _as_json(event)
    # a slip that lives longer than we asked for holds the code no longer for it
    checkout.expires_at = min(checkout.expires_at, event.instructions.deadline)
    checkout.save(update_fields=["reference", "instructions", "expires_at"])
    if order.state not in EVENT_STATES:
        return "ignored"
    order_machine.await_payment(order, checkout)
    if is_news:
        letters.konbini_number(order, checkout)
    return "number"


def _take_payment(order: Order, provider: str, event: ProviderEvent) -> str:
    """Money: for the order if it still waits for it, otherwise to be given back."""
    if payments_named(order.issuer, provider, event).exists():
        return "repeated"
    checkout = checkout_named(order, provider, event)
    payment = ProviderPayment.objects.create(
        issuer=order.issuer,
        order=order,
        checkout=checkout,
        provider=provider,
        payment_id=event.payment,
        method=event.method or (checkout.method if checkout else order.method),
        amount=event.amount,
        role=_role(order),
        paid_at=event.at,
        received_at=clock.now(),
    )
    if checkout is not None:
        checkout.state, checkout.reference = CheckoutState.PAID, event.reference
        checkout.save(update_fields=["state", "reference"])
    if payment.role == PaymentRole.ORDER:
        _close_other_pages(order)
        order_machine.pay(order, payment)
        return order_machine.charge(order)
    open_task(TaskKind(payment.role), payment, payment.amount)
    letters.money_back(order, payment)
    return payment.role


def _close_other_pages(order: Order) -> None:
    """The order is paid: a page of it that is still open (a card's, while an old slip was paid at a
    till) must not be paid, too. It is closed at the provider as soon as this is committed."""
    others = order.checkouts.filter(state__in=NOT_OVER)
    if others.update(state=CheckoutState.CLOSING):
        queue_closing(order)


def _take_what_came_before(order: Order, provider: str, event: ProviderEvent) -> None:
    """Refunds and disputes of a payment that we were told of before the payment itself."""
    early = ReceivedEvent.objects.of(order.issuer).filter(
        provider=provider,
        payment_id=event.payment,
        kind__in=EARLY,
        outcome__in=["unknown_payment", "unknown_order"],
    )
    for received in early.order_by("at", "id"):
        received.order = order
        told = ProviderEvent(
            id=received.event_id,
            kind=EARLY[received.kind],
            at=received.at,
            payment=received.payment_id,
            amount=received.amount,
            currency=received.currency or YEN,  # of a version before, which did not keep it
            about=received.about,
        )
        received.outcome = _believe(order.issuer, order, provider, told, agree=True)
        received.save(update_fields=["order", "outcome"])


def _role(order: Order) -> PaymentRole:
    if order.payments.filter(role=PaymentRole.ORDER).exists():
        return PaymentRole.DOUBLE
    return PaymentRole.ORDER if order.state in UNPAID else PaymentRole.LATE


def _take_end(order: Order, provider: str, event: ProviderEvent, end: OrderState) -> str:
    """A checkout that will never be paid. It is the order's end only when the order waits for
    this one, and not for another that was begun since."""
    checkout = checkout_named(order, provider, event)
    if checkout is None or checkout.state not in NOT_OVER:
        return "ignored"
    we_close_it = checkout.state == CheckoutState.CLOSING
    order_machine.end_checkout(checkout)
    if we_close_it or order.state not in EVENT_STATES:
        return "closed"
    order_machine.end(order, end)
    if end == S.LAPSED:
        letters.lapsed(order)
    else:
        letters.failed(order)
    return end


def _take_refund(order: Order, provider: str, event: ProviderEvent) -> str:
    """A refund, ours or one that somebody made at the provider without us."""
    payment = payments_named(order.issuer, provider, event).first()
    if payment is None:
        return "unknown_payment"
    change = refund_changes(payment, event)
    match change.before, change.after:
        case "", "refunded":
            return _take_money_back(order, payment, event)
        case "", "refund_failed":
            is_ours = payment.tasks.filter(state=TaskState.GIVING, refund__in=["", event.about])
            return _owe(order, payment, event) if is_ours.exists() else "not_ours"
        case "refunded", "refund_failed":
            return _take_failed_refund(order, payment, event)
    return "ignored"


def _take_money_back(order: Order, payment: ProviderPayment, event: ProviderEvent) -> str:
    """Money went back to the payer."""
    away = money_away(payment, event)
    if away.refunded > payment.amount:
        _warn(order, "refunded_twice", f"{event.amount:,}円が、二重に返金されたおそれがあります。")
    elif away.refunded < payment.amount:
        _warn(order, "refunded_in_part", f"決済会社で{event.amount:,}円が返金されました。")
    if order_machine.follow_money(order, payment, away, event) == "reversed":
        letters.taken_back(order, payment.refunded)
        _warn(order, "refunded_outside", "決済会社で返金されたため、チャージを取り消しました。")
    return "refunded" if away.refunded >= payment.amount else "refunded_in_part"


def _take_failed_refund(order: Order, payment: ProviderPayment, event: ProviderEvent) -> str:
    """What had gone back is ours again. It is owed, unless the office never wanted it to go: then
    it pays for the order as before."""
    is_ours = payment.tasks.filter(kind=TaskKind.REFUND).exists()
    pays = payment.role == PaymentRole.ORDER and order.state in (S.CHARGED, S.REVERSED)
    if not pays or is_ours:
        return _owe(order, payment, event)
    if order.state == S.CHARGED:
        _warn(order, "refund_failed", f"{event.amount:,}円の返金は成立しませんでした。")
    order_machine.follow_money(order, payment, money_away(payment, event), event)
    return "came_back"


def _owe(order: Order, payment: ProviderPayment, event: ProviderEvent) -> str:
    """The card takes no refund: an operator finds another way. Until then nothing is charged."""
    away = money_away(payment, event)
    close_tasks(payment, *OWED)
    yen = away.left_of(payment.amount)
    if yen:
        open_task(TaskKind.REFUND_FAILED, payment, yen, again=True)
        text = f"{yen:,}円の返金が成立しませんでした。別の方法で返金してください。"
        _warn(order, "refund_failed", text)
    if payment.role == PaymentRole.ORDER and order.state == S.PAID:
        order_machine.end(order, S.REFUNDED)
    order_machine.follow_money(order, payment, away, event)
    return "owed"


def _take_dispute(order: Order, provider: str, event: ProviderEvent) -> str:
    """The payer's bank took money back, gave it up again, or keeps it."""
    payment = payments_named(order.issuer, provider, event).first()
    if payment is None:
        return "unknown_payment"
    change = dispute_changes(payment, event)
    if change.before == change.after:
        return "ignored"
    away = money_away(payment, event)
    keep_task(TaskKind.CHARGEBACK, payment, away.undecided)
    keep_task(TaskKind.DISPUTE_LOST, payment, away.lost)
    if order_machine.follow_money(order, payment, away, event) == "reversed":
        letters.charged_back(order)
    return change.after


def _as_json(event: ProviderEvent) -> dict[str, object]:
    if event.instructions is None:
        raise ValueError("no instructions")
    made = asdict(event.instructions)
    made["stores"] = [asdict(store) for store in event.instructions.stores]
    made["deadline"] = event.instructions.deadline.isoformat()
    return made


def _warn(order: Order, kind: str, text: str) -> None:
    raise_alarm(order.issuer, kind=kind, subject=order.subject, text=text)
