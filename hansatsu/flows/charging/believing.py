"""Whose word counts about money: what a provider tells moves value only for what we asked of it.

A right signature says who speaks, not that it is about us: an account at a provider may sell other
things, and somebody at its console can make a payment that names one of our orders. So money
counts only for a checkout that we began, in yen, to the yen; all else is an alarm (ADR 0120).
"""

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from hansatsu.flows.charging.models import NOT_OVER, Checkout, Order, OrderState, ProviderPayment
from hansatsu.flows.charging.psp.base import YEN, ProviderEvent
from hansatsu.flows.charging.refund_states import DISPUTE, REFUND
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Issuer

ABOUT_PAYMENTS = (*REFUND, *DISPUTE)
"""Kinds of events that are about a payment which came before."""

Doubt = Literal[
    "",  # it may be believed
    "contradicts",  # it names two orders, or one that is nobody's
    "not_ours",  # of no checkout that we began
    "not_awaited",  # nobody was sent to pay this order yet
    "currency",  # not in yen
    "amount",  # not the price; or more than was paid, or nothing
]


@dataclass(frozen=True, slots=True)
class Named:
    """The order that an event names, None when it is not the issuer's; ``agree`` is False when
    its words lead to different ones."""

    order: Order | None
    agree: bool


def named_by(issuer: Issuer, provider: str, event: ProviderEvent) -> Named:
    """By the provider's reference of the checkout, the payment, and our own number."""
    found: list[Order] = []
    if event.reference:
        checkouts = Checkout.objects.of(issuer).filter(provider=provider)
        found += [each.order for each in checkouts.filter(reference=event.reference)]
    if event.payment:
        payments = payments_named(issuer, provider, event).select_related("order")
        found += [payment.order for payment in payments]
    by_number = list(Order.objects.of(issuer).filter(number=event.order)) if event.order else []
    known = {order.pk for order in [*found, *by_number]}
    agree = len(known) <= 1 and not (event.order and found and not by_number)
    return Named(next(iter([*found, *by_number]), None), agree)


def payments_named(
    issuer: Issuer, provider: str, event: ProviderEvent
) -> QuerySet[ProviderPayment]:
    """The payment of an event, if we know it."""
    return ProviderPayment.objects.of(issuer).filter(provider=provider, payment_id=event.payment)


def checkout_named(order: Order, provider: str, event: ProviderEvent) -> Checkout | None:
    """The order's checkout that an event is of; or the one that is being made, when the provider
    was faster than its own answer to us. None for a page that we never asked for."""
    if not event.reference:
        return None
    mine = order.checkouts.filter(provider=provider)
    found = mine.filter(reference=event.reference).first()
    return found or mine.filter(reference="", state__in=NOT_OVER).last()


def doubt_about(order: Order, provider: str, event: ProviderEvent, *, agree: bool) -> Doubt:
    """Why what the event tells of money is not to be believed; empty when it is, or when it tells
    of none. The order is locked."""
    if event.kind == "paid":
        return _doubt_about_money(order, provider, event, agree=agree)
    if event.kind in ABOUT_PAYMENTS:
        return _doubt_about_change(order, provider, event, agree=agree)
    return ""


def _doubt_about_money(order: Order, provider: str, event: ProviderEvent, *, agree: bool) -> Doubt:
    if not agree:
        return "contradicts"
    if checkout_named(order, provider, event) is None:
        return "not_ours"
    if order.state == OrderState.HELD:
        return "not_awaited"
    if event.currency != YEN:
        return "currency"
    return "" if event.amount == order.price else "amount"


def _doubt_about_change(order: Order, provider: str, event: ProviderEvent, *, agree: bool) -> Doubt:
    if not agree:
        return "contradicts"
    if event.currency != YEN:
        return "currency"
    payment = payments_named(order.issuer, provider, event).first()
    too_much = payment is not None and event.kind in REFUND and event.amount > payment.amount
    return "amount" if event.amount < 1 or too_much else ""


def warn_of_strange_money(
    issuer: Issuer, provider: str, event: ProviderEvent, doubt: Doubt, order: Order | None
) -> None:
    """Tell the issuer's staff of money that fits nothing of ours: it is theirs to look for at the
    provider."""
    why = {
        "contradicts": "入金とご注文が食い違っています。",
        "not_ours": "こちらで用意したお支払い画面のものではありません。",
        "not_awaited": "まだお支払いを始めていないご注文です。",
        "currency": "円の入金ではありません。",
        "amount": "金額がご注文と合いません。",
        "": "どのご注文のものでもありません。",
    }[doubt]
    what = f"{event.amount:,} {event.currency.upper() or '?'} · {event.kind} · {event.payment}"
    raise_alarm(
        issuer,
        kind="strange_money",
        subject=order.subject if order else f"{provider}:{event.payment}",
        text=f"{provider} から届いた入金の知らせを、受け付けませんでした。{why}"
        f" 決済会社の管理画面をご確認ください。({what})"[:300],
    )
