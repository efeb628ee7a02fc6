"""The state machine of orders: the only place where an order's state changes.

    held ──> confirmed ──> awaiting ──> paid ──> charged ──> reversed
      │          │  <──────   │          │          <──────
      └──────────┴─────┬──────┘          └──> refunded
             lapsed · cancelled · failed

docs/orders.md has the whole picture. Three rules hold it together:

- whatever a provider tells, in whatever order and however often, goes through
  ``provider_events.take_event``;
- an order's row is locked first, then its purchase code, then (by the ledger) its wallet;
- the state decides, not the clock: money that comes while an order holds its code is charged,
  money that comes later goes back (docs/adr).
"""

from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import letters
from hansatsu.flows.charging.models import (
    CODE_HOLDING,
    LEAVING,
    NOT_OVER,
    UNPAID,
    Checkout,
    CheckoutState,
    Order,
    OrderState,
    PaymentRole,
    ProviderPayment,
    TaskKind,
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
from hansatsu.flows.charging.psp.base import ProviderEvent
from hansatsu.flows.charging.refund_states import (
    Away,
    money_away,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.programs.models import CodeState, PurchaseCode

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

MOST_YEN = 2**31 - 1
"""That the database can hold."""


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
        end(order, S.CANCELLED)


def lapse(order: Order) -> None:
    """It has waited long enough. Its checkout is cancelled at the provider."""
    if order.state in UNPAID:
        waited_for_money = order.state != S.HELD
        end(order, S.LAPSED)
        if waited_for_money:
            letters.lapsed(order)


# --- what is paid --------------------------------------------------------------------------


def pay(order: Order, payment: ProviderPayment) -> None:
    """The price has come, by ``payment``; the value is issued next, by ``charge``."""
    _move(order, S.PAID, paid_at=payment.received_at, method=payment.method)


Charged = Literal[
    "charged",
    "not_charged",  # the wallet cannot take it yet
    "leaving",  # the money is on its way back, or was
    "not_paid",  # the order does not wait for it
]


def charge(order: Order) -> Charged:
    """Issue what was paid for; the order is paid and locked. Its key makes that happen once.

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
    request = ledger.Request.of(order.actor, "charge", order.number, wallet)
    issue = ledger.Issue(request, order.issuer_id, wallet, lots_of(order.product, order.price, now))
    (issued,) = ledger.issue_set(ledger_connection(), [issue])
    if not issued.issued or issued.seq is None:
        return _not_charged(order, payment, issued.outcome)
    _move(order, S.CHARGED, charged_at=now, wallet_id=issued.wallet_id, seq=issued.seq)
    _use_code(order)
    close_tasks(payment, TaskKind.UNCHARGED)
    letters.charged(order)
    return "charged"


def _has_left(resident_id: int) -> bool:
    """True when the resident has closed the account; until the end of the transaction it stays so.
    A wallet with a balance is frozen then, not closed, and would take the value for nobody."""
    row = Resident.objects.select_for_update(of=("self",), no_key=True).get(pk=resident_id)
    return row.closed_at is not None


def _not_charged(order: Order, payment: ProviderPayment, why: str) -> Charged:
    _, is_new = open_task(TaskKind.UNCHARGED, payment, payment.amount, reason=why)
    if is_new:
        letters.not_charged(order)
    return "not_charged"


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
            end(order, S.REFUNDED)
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
        only_unspent: not when some of the value is spent or expired; otherwise that is the issuer's
            loss.
    """
    if order.state != S.CHARGED or order.wallet_id is None or order.seq is None:
        return False
    request = ledger.Request.of(order.actor, f"reverse:{key}"[:255], order.number)
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
    request = ledger.Request.of(order.actor, f"again:{key}"[:255], order.number)
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
        raise_alarm(
            order.issuer,
            kind="expired_in_dispute",
            subject=order.subject,
            text=f"取消の間に{given.expired_amount:,}円が失効しました。",
        )
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


def end(order: Order, to: OrderState) -> None:
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
