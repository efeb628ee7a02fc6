"""What comes round by the clock for orders: asking, reminding, lapsing."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from hansatsu.database.waiting import wait_in
from hansatsu.flows.charging import letters, order_machine
from hansatsu.flows.charging.checkouts import lapse_order, look_at
from hansatsu.flows.charging.models import (
    OWED,
    UNPAID,
    Checkout,
    CheckoutState,
    Method,
    Order,
    OrderState,
    PaymentRole,
    ProviderPayment,
    Task,
    TaskKind,
    TaskState,
)
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm

ASK_CARD = timedelta(minutes=1)
ASK_KONBINI = timedelta(minutes=15)
ASK_OVER = timedelta(hours=6)
"""How often a checkout is asked about: while its page is open, while somebody may stand at a
till, and after its end, since money can still come."""
ASK_FOR = timedelta(days=14)
"""From its making on; after that no missed webhook is looked for, but of money on the move."""
ASK_MOVING = timedelta(hours=1)
"""How often, while a refund or a dispute of its payment is under way, however long that takes."""
GRACE = timedelta(minutes=10)
"""After the deadline of a checkout: what was paid in time is told of a little later."""
REMIND = timedelta(hours=24)
TOO_SOON = timedelta(hours=36)
"""A number that is given out less than this before its deadline needs no reminder."""
MOST = 500
"""Of each kind in one round."""

_log = logging.getLogger(__name__)


def poll_orders() -> int:
    """Ask providers about what they should have told of, and take what they say; returns how many
    checkouts were asked about. Webhooks that never came are found so."""
    now = clock.now()
    checkouts = Checkout.objects.exclude(reference="").annotate(moves=_moves())
    asked = checkouts.filter(Q(made_at__gt=now - ASK_FOR) | Q(moves=True))
    is_open = Q(state__in=[CheckoutState.OPEN, CheckoutState.CLOSING])
    is_due = (
        Q(looked_at=None)
        | is_open & Q(method=Method.CARD, looked_at__lte=now - ASK_CARD)
        | is_open & Q(looked_at__lte=now - ASK_KONBINI)
        | Q(moves=True, looked_at__lte=now - ASK_MOVING)
        | Q(looked_at__lte=now - ASK_OVER)
    )
    due = asked.filter(is_due).select_related("issuer", "order").order_by("looked_at")[:MOST]
    return _each(look_at, due)


def _moves() -> Exists:
    """Whether a refund or a dispute of a checkout's payment is under way at the provider."""
    is_on_the_way = Q(state=TaskState.GIVING) | Q(kind=TaskKind.CHARGEBACK)
    tasks = Task.objects.filter(is_on_the_way, payment__checkout=OuterRef("pk"))
    return Exists(tasks.exclude(state=TaskState.DONE))


def remind_of_deadlines() -> int:
    """Mail who has a konbini number and a day left; returns how many."""
    now = clock.now()
    due = Order.objects.filter(
        state=OrderState.AWAITING,
        method=Method.KONBINI,
        reminded_at=None,
        pay_by__lte=now + REMIND,
        pay_by__gt=now,
    )
    return _each(_remind, due[:MOST])


def lapse_orders() -> int:
    """End orders whose time is over, so that their codes are free; returns how many. While a
    provider is silent its orders wait: money might have come."""
    now = clock.now()
    unbegun = Q(state__in=[OrderState.HELD, OrderState.CONFIRMED], pay_by__lte=now)
    awaiting = Q(state__in=UNPAID, pay_by__lte=now - GRACE)
    due = Order.objects.filter(unbegun | awaiting).select_related("issuer", "resident")[:MOST]
    return _each(lambda order: lapse_order(order) == "closed", due)


def follow_money() -> int:
    """Settle orders that do not stand as their money does, as an earlier version left some; returns
    how many were looked at. There are none otherwise (check 21)."""
    gone = F("refunded") + F("disputed")
    payments = ProviderPayment.objects.filter(Q(refunded__gt=0) | Q(disputed__gt=0))
    of_orders = payments.filter(role=PaymentRole.ORDER).annotate(gone=gone)
    shortfall = Task.objects.filter(
        kind=TaskKind.SHORTFALL, payment=OuterRef("pk"), yen=OuterRef("gone")
    )
    seen_to = Task.objects.filter(kind__in=OWED, payment=OuterRef("pk"))
    is_short = Q(order__state=OrderState.CHARGED) & ~Exists(shortfall)
    is_paid = Q(order__state=OrderState.REVERSED, gone__lt=F("amount")) & ~Exists(seen_to)
    wrong = of_orders.filter(is_short | is_paid).select_related("order")
    return _each(_settle, wrong[:MOST])


def _each[T](act: Callable[[T], bool], things: Iterable[T]) -> int:
    """How many of ``things`` it was done to. One whose wallet somebody holds, or is ahead of the
    clock, comes again in the next round, and none of the others waits for it."""
    done = 0
    for each in things:
        try:
            done += act(each)
        except Exception as error:
            if wait_in(error) is None:
                raise
            _log.warning("comes again in the next round: %s: %s", each, error)
    return done


def _settle(payment: ProviderPayment) -> bool:
    with transaction.atomic():
        order = order_machine.lock(payment.order)
        current = order.payments.get(pk=payment.pk)
        if order_machine.settle_money(order, current) == "reversed":
            _tell_of_reversal(order, current)
    return True


def _tell_of_reversal(order: Order, payment: ProviderPayment) -> None:
    """Nobody heard when the money went: the resident and the office hear with the value."""
    if payment.disputed:
        letters.charged_back(order)
    else:
        letters.taken_back(order, payment.refunded)
    text = "代金がすべて戻されていたため、チャージを取り消しました。"
    raise_alarm(order.issuer, kind="refunded_outside", subject=order.subject, text=text)


def _remind(order: Order) -> bool:
    with transaction.atomic():
        locked = order_machine.lock(order)
        checkout = locked.checkouts.filter(
            state=CheckoutState.OPEN, made_at__lte=F("expires_at") - TOO_SOON
        ).first()
        if locked.state != OrderState.AWAITING or locked.reminded_at or checkout is None:
            return False
        if checkout.instructions is None:
            return False
        locked.reminded_at = clock.now()
        locked.save(update_fields=["reminded_at"])
        letters.reminder(locked, checkout)
    return True
