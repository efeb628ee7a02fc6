"""The state machine of orders: the only place where an order's state changes.

    held ──> confirmed ──> awaiting ──> paid ──> charged ──> reversed
      │          │  <──────   │          │          <──────
      └──────────┴─────┬──────┘          └──> refunded
             lapsed · cancelled · failed

docs/orders.md has the whole picture. Three rules hold it together:

- whatever a provider tells, in whatever order and however often, goes through ``take_event``;
- an order's row is locked first, then its purchase code, then (by the ledger) its wallet;
- the state decides, not the clock: money that comes while an order holds its code is charged,
  money that comes later goes back (docs/adr).
"""

import logging
from dataclasses import asdict
from typing import Literal

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import letters
from hansatsu.flows.charging.believing import (
    checkout_named,
    doubt_about,
    named_by,
    payments_named,
    warn_of_strange_money,
)
from hansatsu.flows.charging.closing import queue_closing
from hansatsu.flows.charging.models import (
    CODE_HOLDING,
    LEAVING,
    NOT_OVER,
    OWED,
    UNPAID,
    Checkout,
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
from hansatsu.flows.charging.operator_tasks import (
    close_arrived,
    close_tasks,
    keep_task,
    open_task,
    owed_tasks,
    set_owed,
)
from hansatsu.flows.charging.product_lots import lots_of
from hansatsu.flows.charging.psp.base import YEN, EventKind, ProviderEvent
from hansatsu.flows.charging.refund_states import (
    STRANGE,
    Away,
    dispute_changes,
    money_away,
    refund_changes,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import CodeState, PurchaseCode

logger = logging.getLogger(__name__)

S = OrderState
MOVES: dict[str, frozenset[str]] = {
    S.HELD: frozenset({S.CONFIRMED, S.LAPSED, S.CANCELLED}),
    # a provider may be faster than the page that noted its answer: paid straight away
    S.CONFIRMED: frozenset({S.AWAITING, S.PAID, S.LAPSED, S.CANCELLED, S.FAILED}),
    S.AWAITING: frozenset({S.CONFIRMED, S.PAID, S.LAPSED, S.CANCELLED, S.FAILED}),
    S.PAID: frozenset({S.CHARGED, S.REFUNDED}),
    S.CHARGED: frozenset({S.REVERSED}),
    S.REVERSED: frozenset({S.CHARGED}),  # a dispute was won
}
"""The picture, as data. What is not here ends."""

EARLY: dict[str, EventKind] = {
    "refunded": "refunded",
    "refund_failed": "refund_failed",
    "disputed": "disputed",
    "dispute_won": "dispute_won",
    "dispute_lost": "dispute_lost",
}
"""What may be told of a payment before the payment is."""

MOST_YEN = 2**31 - 1
"""That the database can hold."""

EVENT_STATES = (S.CONFIRMED, S.AWAITING)
"""In which a checkout's end is the order's end."""


class ForbiddenMoveError(Exception):
    """A move that the picture does not have: a fault of ours."""


def lock(order: Order) -> Order:
    """The order as it is now, for this transaction alone. Must be in one."""
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("issuer", "resident__issuer", "product__sale", "purchase_code")
        .get(pk=order.pk)
    )


# --- what the resident does: the order is locked by the caller ---------------------------


def confirm(order: Order) -> None:
    """チャージ額確認 was agreed to."""
    if order.state == S.HELD:
        _move(order, S.CONFIRMED, confirmed_at=clock.now())


def await_payment(order: Order, checkout: Checkout) -> None:
    """The provider's page is ready; the order now waits for what happens there."""
    waiting = {"method": checkout.method, "pay_by": checkout.expires_at}
    if order.state == S.CONFIRMED:
        _move(order, S.AWAITING, **waiting)
    elif order.state == S.AWAITING:
        _set(order, **waiting)


def choose_again(order: Order, checkout: Checkout) -> None:
    """The checkout is cancelled at the provider, and another method may be chosen; unless another
    tab has begun to pay meanwhile."""
    end_checkout(checkout)
    others = order.checkouts.filter(state__in=NOT_OVER).exclude(pk=checkout.pk)
    if order.state == S.AWAITING and not others.exists():
        _move(order, S.CONFIRMED, method="")


def cancel(order: Order) -> None:
    """The resident does not want it any more. Its checkout is cancelled at the provider."""
    if order.state in UNPAID:
        _end(order, S.CANCELLED)


def lapse(order: Order) -> None:
    """It has waited long enough. Its checkout is cancelled at the provider."""
    if order.state in UNPAID:
        waited_for_money = order.state != S.HELD
        _end(order, S.LAPSED)
        if waited_for_money:
            letters.lapsed(order)


# --- what the provider tells ------------------------------------------------------------


def take_event(issuer: Issuer, provider: str, event: ProviderEvent, source: Source) -> str:
    """Take an event of the issuer's account at ``provider``, once for its id and once for its
    payment, in one transaction with everything that follows from it.

    Returns the outcome that is kept with the event; ``seen`` for one that was taken before.
    """
    with transaction.atomic():
        named = named_by(issuer, provider, event)
        order = None if named.order is None else lock(named.order)
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
    await_payment(order, checkout)
    if is_news:
        letters.konbini_number(order, checkout)
    return "number"


def _take_payment(order: Order, provider: str, event: ProviderEvent) -> str:
    """Money: for the order if it still waits for it, else to be given back."""
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
        _move(order, S.PAID, paid_at=payment.received_at, method=payment.method)
        return charge(order)
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


def charge(order: Order) -> str:
    """Issue what was paid for; the order is paid and locked. Its key makes it once, whoever asks.

    A wallet that cannot take it (closed, or over its limit), or whose resident has left, leaves
    the order paid, with a task for an operator and a mail; this may then be called again.
    """
    if order.state != S.PAID:
        return "not_paid"
    payment = order.payments.get(role=PaymentRole.ORDER)
    if payment.disputed or payment.refunded or payment.tasks.filter(state__in=LEAVING).exists():
        return "leaving"
    if _has_left(order.resident_id):
        return _not_charged(order, payment, "closed")
    now = clock.now()
    wallet = order.resident.wallet_id
    request = ledger.Request.of(f"order:{order.pk}", "charge", order.number, wallet)
    issue = ledger.Issue(request, order.issuer_id, wallet, lots_of(order.product, now))
    (issued,) = ledger.issue_set(ledger_connection(), [issue])
    if not issued.issued or issued.seq is None:
        return _not_charged(order, payment, issued.outcome)
    _move(order, S.CHARGED, charged_at=now, wallet_id=issued.wallet_id, seq=issued.seq)
    _use_code(order)
    close_tasks(payment, TaskKind.UNCHARGED)
    letters.charged(order)
    return "charged"


def _has_left(resident_id: int) -> bool:
    """Whether the resident has closed the account; until the end of the transaction it stays so.
    A wallet with a balance is frozen then, not closed, and would take the value for nobody."""
    row = Resident.objects.select_for_update(of=("self",), no_key=True).get(pk=resident_id)
    return row.closed_at is not None


def _not_charged(order: Order, payment: ProviderPayment, why: str) -> str:
    _, is_new = open_task(TaskKind.UNCHARGED, payment, payment.amount, reason=why)
    if is_new:
        letters.not_charged(order)
    return "not_charged"


def _take_end(order: Order, provider: str, event: ProviderEvent, end: OrderState) -> str:
    """A checkout that will never be paid. It is the order's end only when the order waits for
    this one, and not for another that was begun since."""
    checkout = checkout_named(order, provider, event)
    if checkout is None or checkout.state not in NOT_OVER:
        return "ignored"
    we_close_it = checkout.state == CheckoutState.CLOSING
    end_checkout(checkout)
    if we_close_it or order.state not in EVENT_STATES:
        return "closed"
    _end(order, end)
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
    if follow_money(order, payment, away, event) == "reversed":
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
    follow_money(order, payment, money_away(payment, event), event)
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
        _end(order, S.REFUNDED)
    follow_money(order, payment, away, event)
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
    if follow_money(order, payment, away, event) == "reversed":
        letters.charged_back(order)
    return change.after


# --- where the money is, there the value is ------------------------------------------------

Followed = Literal["", "reversed", "charged"]


def follow_money(
    order: Order, payment: ProviderPayment, away: Away, event: ProviderEvent | None
) -> Followed:
    """Have order, value and tasks stand as the payment's money does now, whichever way it came
    there: what is told in another order ends the same (ADR 0121). The order is locked.

    Args:
        order: the payment's.
        payment: whose money has moved; what is away is noted in it.
        away: all that is not with us.
        event: what was told last, whose id makes what is booked for it once; None when nothing was
            told: our own doing.
    """
    payment.refunded = min(payment.amount, away.refunded)
    payment.disputed = min(MOST_YEN, away.undecided + away.lost)
    payment.save(update_fields=["refunded", "disputed"])
    left = away.left_of(payment.amount)
    arrived = close_arrived(payment, event)
    set_owed(payment, left)
    _owe_the_rest(order, payment, left, arrived)
    if payment.role != PaymentRole.ORDER:
        if left and not owed_tasks(payment).exists():
            open_task(TaskKind(payment.role), payment, left, again=True)
        return ""
    followed = _follow_with_value(order, payment, away, event)
    keep_task(TaskKind.SHORTFALL, payment, payment.away if order.state == S.CHARGED else 0)
    return followed


def _owe_the_rest(
    order: Order, payment: ProviderPayment, left: int, arrived: list[TaskKind]
) -> None:
    """More came back to us while a part was on its way to the payer: when that has arrived, the
    rest is owed like it was. Of an order whose value is away it does not bring the value back."""
    if not arrived or not left or owed_tasks(payment).exists():
        return
    took_value_back = payment.role == PaymentRole.ORDER and order.state == S.REVERSED
    kind = TaskKind.REFUND if took_value_back else arrived[0]
    open_task(kind, payment, left, again=True)


def settle_money(order: Order, payment: ProviderPayment) -> Followed:
    """The same when nothing was told: we sent money back ourselves, or an earlier version judged
    the parts and not their sum. The order is locked."""
    return follow_money(order, payment, money_away(payment), None)


def _follow_with_value(
    order: Order, payment: ProviderPayment, away: Away, event: ProviderEvent | None
) -> Followed:
    """Until all of the price is away the value stays; then all of it is taken back; and when less
    is away again, it is given back, too."""
    left, all_away = away.left_of(payment.amount), away.total >= payment.amount
    key = event.id if event else f"settled:{clock.now().isoformat()}"
    kind = event.kind if event else ""
    match order.state:
        case S.PAID if not left:
            _end(order, S.REFUNDED)
        case S.PAID if not away.total:
            charge(order)
        case S.REFUNDED if left and not owed_tasks(payment).exists():
            open_task(TaskKind.UNCHARGED, payment, left, reason=kind, again=True)
        case S.CHARGED if all_away:
            return "reversed" if reverse(order, key) else ""
        case S.REVERSED if payment.tasks.filter(kind=TaskKind.REFUND).exists():
            if left and not owed_tasks(payment).exists():  # the office wants it to go back
                open_task(TaskKind.REFUND, payment, left, again=True)
        case S.REVERSED if not all_away:
            return _charge_again(order, payment, left, key, won=kind != "refund_failed")
    return ""


def reverse(order: Order, key: str, *, only_unspent: bool = False) -> bool:
    """Take back what a charged order issued; the order is locked. False, and nothing is changed,
    when it is not charged, or some is spent and that matters.

    Args:
        order: whose money went away, or is about to.
        key: of what made it so; the same one takes back once.
        only_unspent: not when some of the value is spent or expired; else that is the issuer's
            loss.
    """
    if order.state != S.CHARGED or order.wallet_id is None or order.seq is None:
        return False
    request = ledger.Request.of(f"order:{order.pk}", f"reverse:{key}"[:255], order.number)
    taken = ledger.reverse_issue(
        ledger_connection(),
        ledger.Reversal(request, order.issuer_id, order.wallet_id, order.seq, only_unspent),
    )
    if taken.reversed:
        _move(order, S.REVERSED)
    return taken.reversed


def _charge_again(
    order: Order, payment: ProviderPayment, left: int, key: str, *, won: bool
) -> Followed:
    """Give back what a lost payment had taken from the wallet, unless its money is leaving."""
    if order.wallet_id is None or order.seq is None:
        return ""
    if payment.tasks.filter(state__in=LEAVING).exists():
        return ""
    request = ledger.Request.of(f"order:{order.pk}", f"again:{key}"[:255], order.number)
    given = ledger.reinstate_issue(
        ledger_connection(),
        ledger.Reinstatement(request, order.issuer_id, order.wallet_id, order.seq),
    )
    if not given.reinstated or given.wallet_id is None or given.seq is None:
        open_task(TaskKind.UNCHARGED, payment, left, reason=given.outcome, again=True)
        return ""
    _move(order, S.CHARGED)
    close_tasks(payment, TaskKind.UNCHARGED)
    letters.charged_again(order, given.wallet_id, given.seq, won=won)
    if given.expired_amount:
        _warn(order, "expired_in_dispute", f"取消の間に{given.expired_amount:,}円が失効しました。")
    return "charged"


# --- parts of the above ------------------------------------------------------------------


def end_checkout(checkout: Checkout) -> None:
    """It cannot be paid any more."""
    if checkout.state in NOT_OVER:
        checkout.state = CheckoutState.ENDED
        checkout.save(update_fields=["state"])


def _move(order: Order, to: OrderState, **fields: object) -> None:
    if to not in MOVES.get(order.state, frozenset()):
        raise ForbiddenMoveError(f"order {order.number}: {order.state} -> {to}")
    _set(order, state=to, **fields)


def _set(order: Order, **fields: object) -> None:
    for name, value in fields.items():
        setattr(order, name, value)
    order.save(update_fields=list(fields))


def _end(order: Order, to: OrderState) -> None:
    """End without value: the code is free again, and nothing can be paid any more."""
    held = order.state in CODE_HOLDING
    _move(order, to, ended_at=clock.now())
    for checkout in order.checkouts.all():
        end_checkout(checkout)
    if held:
        PurchaseCode.objects.filter(pk=order.purchase_code_id, state=CodeState.HELD).update(
            state=CodeState.FREE
        )


def _use_code(order: Order) -> None:
    code = PurchaseCode.objects.select_for_update().get(pk=order.purchase_code_id)
    code.units_used += order.units
    code.state = CodeState.USED if code.units_used == code.units else CodeState.FREE
    code.save(update_fields=["units_used", "state"])


def _as_json(event: ProviderEvent) -> dict[str, object]:
    if event.instructions is None:
        raise ValueError("no instructions")
    made = asdict(event.instructions)
    made["stores"] = [asdict(store) for store in event.instructions.stores]
    made["deadline"] = event.instructions.deadline.isoformat()
    return made


def _warn(order: Order, kind: str, text: str) -> None:
    raise_alarm(order.issuer, kind=kind, subject=f"order:{order.number}", text=text)
