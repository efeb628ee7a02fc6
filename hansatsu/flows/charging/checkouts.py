"""Talking to the provider about an order: outside of transactions, and never in doubt after.

A provider is asked with no row locked, for it may take its time. What it answers is then taken by
the state machine under the lock, as if it had come by webhook.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from hansatsu.flows.charging import order_machine, provider_events
from hansatsu.flows.charging.code_holds import end_of
from hansatsu.flows.charging.models import (
    NOT_OVER,
    UNPAID,
    Checkout,
    CheckoutState,
    Order,
    OrderState,
    Source,
)
from hansatsu.flows.charging.models import Method as Method_
from hansatsu.flows.charging.provider_accounts import active_account, provider_named, provider_of
from hansatsu.flows.charging.psp.base import (
    CheckoutRequest,
    Method,
    Provider,
    ProviderDownError,
    ProviderRefusedError,
)
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Language, Resident
from hansatsu.parties.issuers.site_pages import site_page

logger = logging.getLogger(__name__)

REST = timedelta(seconds=30)
"""In which pages do not ask about payments where nobody has answered."""

CARD_PAGE_LASTS = timedelta(minutes=60)
KONBINI_DAYS = 3
"""After today: for so long a slip holds the code; the last one is the deadline, to 23:59:59."""

Begun = Literal[
    "go",  # to `address`, the provider's page
    "down",  # the provider does not answer: nothing was paid, the code is still held
    "refused",  # the provider wants none of it: another method may do
    "busy",  # what was begun before may be paid yet: look at the order
    "over",  # the order waits for no payment
    "no_slip",  # a konbini slip would outlive the order: another method may do
]


Closed = Literal[
    "closed",  # for sure
    "busy",  # it was paid, or may be: what the provider says of it was taken
    "down",  # the provider does not say
]


class NoAccountError(LookupError):
    """The issuer has no account any more at the provider of a checkout, or the provider is gone."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the begin of a payment ended."""

    outcome: Begun
    address: str = ""


def begin_payment(order: Order, method: Method) -> Beginning:
    """Get the provider's page for paying ``order`` by ``method``; the same one again when there
    is one already, so two taps and two tabs lead to one page."""
    if method == "konbini" and not takes_konbini(order):
        return Beginning("no_slip")
    checkout = _checkout_for(order, method)
    if checkout is None:
        return Beginning("over")
    if checkout.method != method or checkout.expires_at <= clock.now():
        closed = close_checkout(checkout)
        if closed != "closed":
            return Beginning("down" if closed == "down" else "busy")
        with transaction.atomic():
            order_machine.choose_again(order_machine.lock(order), checkout)
        checkout = _checkout_for(order, method)
        if checkout is None:
            return Beginning("over")
        if checkout.method != method:
            return Beginning("busy")
    if checkout.state == CheckoutState.OPEN:
        return Beginning("go", checkout.redirect_url)
    return _start(order, checkout)


def close_checkout(checkout: Checkout) -> Closed:
    """See to it that the checkout can be paid no more. Meanwhile it is ``closing``: that the
    provider tells of its end is no news to the order, that it was paid is."""
    _mark(checkout, CheckoutState.CLOSING)
    closed = _close(checkout)
    if closed != "closed":
        _mark(checkout, CheckoutState.OPEN if checkout.reference else CheckoutState.STARTING)
    return closed


def cancel_order(order: Order) -> Closed:
    """購入をやめる: nothing can be paid any more, and the code is free."""
    return _end_order(order, OrderState.CANCELLED)


def cancel_unpaid(resident: Resident) -> bool:
    """End all that the resident has begun to buy and not paid; False when something of it cannot be
    ended now, because it is being paid or the provider does not answer."""
    unpaid = Order.objects.of(resident.issuer).filter(resident=resident, state__in=UNPAID)
    return all(cancel_order(order) == "closed" for order in unpaid.order_by("pk"))


def lapse_order(order: Order) -> Closed:
    """The same because its time is over. What came at the last moment is found before."""
    return _end_order(order, OrderState.LAPSED)


def look_at(checkout: Checkout) -> bool:
    """Ask the provider what has become of a checkout, and take it; False when it is silent, or we
    have no account there any more."""
    Checkout.objects.filter(pk=checkout.pk).update(looked_at=clock.now())
    try:
        _take_all(checkout, _provider(checkout), checkout.reference)
    except (ProviderDownError, ProviderRefusedError, NoAccountError) as error:
        _warn("a provider does not say what became of a checkout", checkout, error)
        return False
    return True


def look_if_due(order: Order, *, every: timedelta) -> None:
    """Ask about the order's open checkout, at most once in ``every`` for all callers. For
    pages: an account is asked one thing at a time, and rests after it was silent, for a page that
    waits for an answer holds a thread that everybody's pages and tills need. Webhooks and the
    worker's rounds tell all the same."""
    now = clock.now()
    due = order.checkouts.filter(Q(looked_at=None) | Q(looked_at__lte=now - every))
    for checkout in due.filter(state=CheckoutState.OPEN):
        account = f"look:{checkout.issuer_id}:{checkout.provider}"
        if not cache.add(account, "asked", REST.total_seconds()):
            return
        mine = Checkout.objects.filter(pk=checkout.pk, looked_at=checkout.looked_at)
        if not mine.update(looked_at=now) or look_at(checkout):
            cache.delete(account)


def takes_konbini(order: Order) -> bool:
    """True when the order can be paid at a store: it has a slip already, or the provider can make
    one that does not outlive it."""
    begun = order.checkouts.filter(state__in=NOT_OVER, method=Method_.KONBINI)
    account = active_account(order.issuer)
    if account is None or begun.exists():
        return account is not None
    deadline = konbini_deadline(order)
    return deadline is not None and provider_of(account).can_end(deadline)


def methods_for(order: Order) -> tuple[Method, ...]:
    """How the order can be paid now."""
    account = active_account(order.issuer)
    if account is None:
        return ()
    methods = provider_of(account).methods
    return tuple(each for each in methods if each != "konbini" or takes_konbini(order))


def slips_are_too_long(order: Order, methods: tuple[Method, ...]) -> bool:
    """True when a store is left out of ``methods`` because the order ends before a slip would."""
    account = active_account(order.issuer)
    takes = account is not None and "konbini" in provider_of(account).methods
    return takes and "konbini" not in methods


def konbini_deadline(order: Order) -> datetime | None:
    """The last second of the last whole day on which the order can be paid at a store: three days
    from now, or before its sale closes or its code ends; None when that is past."""
    now = clock.now()
    last: date = in_japan(now).date() + timedelta(days=KONBINI_DAYS)
    end = end_of(order.product, order.purchase_code)
    if end is not None:
        last = min(last, in_japan(end).date() - timedelta(days=1))
    deadline = start_of(last + timedelta(days=1)) - timedelta(seconds=1)
    return deadline if deadline > now else None


def close_leftovers(order: Order | None = None) -> int:
    """Close the payment pages of orders that wait for no money any more, such as the card page of
    one whose old slip was paid at a till; returns how many can be paid no more. A provider that
    is silent is asked again by the worker's next round."""
    left = Checkout.objects.filter(state__in=NOT_OVER).exclude(order__state__in=UNPAID)
    if order is not None:
        left = left.filter(order=order)
    closed = 0
    for checkout in left.select_related("issuer", "order__resident", "order__product"):
        if _close(checkout) == "closed":
            _mark(checkout, CheckoutState.ENDED)
            closed += 1
    return closed


def _checkout_for(order: Order, method: Method) -> Checkout | None:
    """The order's checkout that is not over, otherwise a new one; None when it waits for no
    money."""
    with transaction.atomic():
        locked = order_machine.lock(order)
        account = active_account(locked.issuer)
        if locked.state not in UNPAID or account is None:
            return None
        there = locked.checkouts.filter(state__in=NOT_OVER).first()
        if there is not None:
            return there
        now = clock.now()
        end = end_of(locked.product, locked.purchase_code) or datetime.max.replace(tzinfo=UTC)
        until = min(now + CARD_PAGE_LASTS, end)
        if method == "konbini":
            deadline = konbini_deadline(locked)
            if deadline is None:
                return None
            until = deadline
        if min(locked.pay_by, end) <= now:
            order_machine.lapse(locked)
            return None
        order_machine.confirm(locked)
        return Checkout.objects.create(
            issuer=locked.issuer,
            order=locked,
            provider=account.provider,
            method=method,
            language=_language(locked),
            key=f"{locked.number}-{locked.checkouts.count() + 1}",
            expires_at=until,
            made_at=now,
        )


def _language(order: Order) -> str:
    """In which the payer reads our pages now; their own when nobody reads."""
    reads = translation.get_language()
    return reads if reads in Language.values else order.resident.language


def _start(order: Order, checkout: Checkout) -> Beginning:
    provider = _provider(checkout)
    try:
        started = provider.start(_request(checkout))
    except ProviderDownError as error:
        _warn("a provider does not answer", checkout, error)
        return Beginning("down")
    except ProviderRefusedError as error:
        _warn("a provider refused a checkout", checkout, error)
        with transaction.atomic():
            order_machine.choose_again(order_machine.lock(order), checkout)
        return Beginning("refused")
    with transaction.atomic():
        locked = order_machine.lock(order)
        checkout = locked.checkouts.get(pk=checkout.pk)
        checkout.reference = started.reference
        checkout.redirect_url = started.redirect_url
        if checkout.state == CheckoutState.STARTING:
            checkout.state = CheckoutState.OPEN
        checkout.save(update_fields=["reference", "redirect_url", "state"])
        order_machine.await_payment(locked, checkout)
    if checkout.state == CheckoutState.ENDED or locked.state not in UNPAID:
        if checkout.state == CheckoutState.ENDED:
            close_checkout(checkout)  # the order was cancelled meanwhile
        else:
            close_leftovers(locked)  # it was paid by an older slip
        return Beginning("over")
    return Beginning("go", started.redirect_url)


def _end_order(order: Order, to: OrderState) -> Closed:
    closed = []
    for checkout in order.checkouts.filter(state__in=NOT_OVER):
        ending = close_checkout(checkout)
        if ending != "closed":
            return ending
        closed.append(checkout.pk)
    with transaction.atomic():
        locked = order_machine.lock(order)
        if locked.checkouts.filter(state__in=NOT_OVER).exclude(pk__in=closed).exists():
            return "busy"  # another tab has begun to pay meanwhile
        if to == OrderState.LAPSED:
            order_machine.lapse(locked)
        else:
            order_machine.cancel(locked)
    return "closed" if locked.state == to else "busy"


def _close(checkout: Checkout) -> Closed:
    try:
        provider = _provider(checkout)
        reference = checkout.reference or _learn_reference(provider, checkout)
        if not checkout.reference:
            Checkout.objects.filter(pk=checkout.pk, reference="").update(reference=reference)
        if not reference or provider.cancel(reference):
            return "closed"
        _take_all(checkout, provider, reference)
    except (ProviderDownError, ProviderRefusedError, NoAccountError) as error:
        _warn("a provider does not close a checkout", checkout, error)
        return "down"
    return "busy"


def _mark(checkout: Checkout, state: CheckoutState) -> None:
    """Note a state, unless the checkout is over already."""
    Checkout.objects.filter(pk=checkout.pk, state__in=NOT_OVER).update(state=state)


def _learn_reference(provider: Provider, checkout: Checkout) -> str:
    """The reference of a checkout whose begin was never answered: its key gives it again. Empty
    when the provider wants none of it, so that there is nothing to be paid."""
    try:
        return provider.start(_request(checkout)).reference
    except ProviderRefusedError:
        return ""


def _take_all(checkout: Checkout, provider: Provider, reference: str) -> None:
    for event in provider.look(reference):
        provider_events.take_event(checkout.issuer, checkout.provider, event, Source.LOOK)


def _warn(what: str, checkout: Checkout, error: Exception) -> None:
    extra = {"provider": checkout.provider, "checkout": checkout.key, "error": repr(error)}
    logger.warning(what, extra=extra)


def _provider(checkout: Checkout) -> Provider:
    provider = provider_named(checkout.issuer, checkout.provider)
    if provider is None:
        raise NoAccountError(f"{checkout.issuer} has no account at {checkout.provider} any more")
    return provider


def _request(checkout: Checkout) -> CheckoutRequest:
    order = checkout.order
    resident = order.resident
    page = site_page(order.issuer, f"orders/{order.number}/back/")
    with translation.override(checkout.language):
        title = order.product.local_name
    return CheckoutRequest(
        order=order.number,
        key=checkout.key,
        method="card" if checkout.method == "card" else "konbini",
        amount=order.price,
        title=title,
        email=resident.email,
        name=resident.full_name,
        phone=resident.phone,
        language=checkout.language,
        success_url=f"{page}?done=1",
        cancel_url=page,
        expires_at=checkout.expires_at,
        begun_at=checkout.made_at,
    )
