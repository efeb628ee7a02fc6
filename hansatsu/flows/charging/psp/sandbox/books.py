"""What happens at the sandbox: checkouts are opened, paid, closed; each thing sends a webhook."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from hansatsu.flows.charging.psp.base import CheckoutRequest
from hansatsu.flows.charging.psp.sandbox import events
from hansatsu.flows.charging.psp.sandbox.models import (
    SandboxCheckout,
    SandboxDispute,
    SandboxPayment,
    SandboxRefund,
)
from hansatsu.flows.charging.psp.sandbox.sending import queue_webhook
from hansatsu.parties import clock

STORES = ("familymart", "lawson", "ministop", "seicomart")
SLOW = 20
"""Seconds that a slow bank takes to say yes."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """A number for the card form, and what comes of it."""

    number: str
    ending: str


CARDS = (
    TestCard("4242424242424242", "success"),
    TestCard("4000000000003220", "three_d_secure"),
    TestCard("4000000000000002", "decline"),
    TestCard("4000000000000077", "slow"),
)


def open_checkout(account: str, request: CheckoutRequest) -> SandboxCheckout:
    """A hosted page, once for its key."""
    checkout, _ = SandboxCheckout.objects.get_or_create(
        account=account,
        key=request.key,
        defaults={
            "reference": f"cs_{secrets.token_hex(12)}",
            "order": request.order,
            "method": request.method,
            "amount": request.amount,
            "title": request.title,
            "language": request.language,
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "expires_at": request.expires_at,
            "made_at": clock.now(),
        },
    )
    return checkout


def find(account: str, reference: str) -> SandboxCheckout | None:
    """The account's checkout of this reference."""
    return SandboxCheckout.objects.filter(account=account, reference=reference).first()


def ending_of(number: str) -> str:
    """What comes of a card's number; ``unknown`` when it is no test card."""
    return next((card.ending for card in CARDS if card.number == number), "unknown")


def give_number(checkout: SandboxCheckout) -> SandboxCheckout:
    """Give out a konbini number, once."""
    with transaction.atomic():
        locked = _lock(checkout)
        if locked.state == "open":
            locked.state = "number"
            locked.numbers_at = clock.now()
            locked.numbers = [[store, _digits(11), _digits(6)] for store in STORES]
            locked.save(update_fields=["state", "numbers_at", "numbers"])
            queue_webhook(locked.account, events.number_given(locked))
    return locked


def pay(checkout: SandboxCheckout, *, seconds: int = 0, anyway: bool = False) -> bool:
    """Take money, which comes after some seconds. ``anyway``: although the page is closed or was
    paid before, as happens at tills. False when nothing was taken."""
    with transaction.atomic():
        locked = _lock(checkout)
        if locked.state not in ("open", "number") and not anyway:
            return False
        payment = SandboxPayment.objects.create(
            reference=f"pay_{secrets.token_hex(12)}",
            checkout=locked,
            amount=locked.amount,
            paid_at=clock.now() + timedelta(seconds=seconds),
        )
        if locked.state in ("open", "number"):
            locked.state = "paid"
            locked.save(update_fields=["state"])
        queue_webhook(locked.account, events.paid(payment), seconds=seconds)
    return True


def cancel(checkout: SandboxCheckout) -> bool:
    """Close the page; False when it was paid."""
    with transaction.atomic():
        locked = _lock(checkout)
        if locked.state in ("open", "number"):
            _close(locked, "expired")
    return locked.state != "paid"


def fail(checkout: SandboxCheckout) -> None:
    """The payment will never succeed."""
    with transaction.atomic():
        locked = _lock(checkout)
        if locked.state in ("open", "number"):
            _close(locked, "failed")


def close_if_over(checkout: SandboxCheckout) -> SandboxCheckout:
    """The checkout as it is now; one whose time is over has expired."""
    with transaction.atomic():
        locked = _lock(checkout)
        if locked.state in ("open", "number") and locked.expires_at <= clock.now():
            _close(locked, "expired")
    return locked


def dispute(checkout: SandboxCheckout) -> None:
    """A chargeback of the first payment, unless one is under way."""
    with transaction.atomic():
        locked = _lock(checkout)
        payment = locked.payments.first()
        if payment is None or payment.disputes.filter(state="open").exists():
            return
        begun = SandboxDispute.objects.create(
            reference=f"dp_{secrets.token_hex(12)}", payment=payment, made_at=clock.now()
        )
        queue_webhook(locked.account, events.disputed(begun))


def end_dispute(checkout: SandboxCheckout, *, won: bool) -> None:
    """The payer's bank decides about the dispute that is under way, if one is."""
    with transaction.atomic():
        locked = _lock(checkout)
        ended = SandboxDispute.objects.filter(payment__checkout=locked, state="open").first()
        if ended is not None:
            ended.state, ended.ended_at = "won" if won else "lost", clock.now()
            ended.save(update_fields=["state", "ended_at"])
            queue_webhook(locked.account, events.dispute_ended(ended))


def fail_refund(checkout: SandboxCheckout) -> None:
    """The newest refund comes back: the card is gone."""
    with transaction.atomic():
        locked = _lock(checkout)
        failed = SandboxRefund.objects.filter(payment__checkout=locked, failed_at=None).last()
        if failed is not None:
            failed.failed_at = clock.now()
            failed.save(update_fields=["failed_at"])
            SandboxPayment.objects.filter(pk=failed.payment_id).update(
                refunded=F("refunded") - failed.amount
            )
            queue_webhook(locked.account, events.refund_failed(failed))


def refund(account: str, payment: str, amount: int, key: str) -> SandboxRefund | None:
    """Give money back, once for the key; None when there is not as much of that payment."""
    with transaction.atomic():
        locked = (
            SandboxPayment.objects.select_for_update(of=("self",))
            .select_related("checkout")
            .filter(reference=payment, checkout__account=account)
            .first()
        )
        if locked is None:
            return None
        known = SandboxRefund.objects.filter(key=key).first()
        if known is not None or locked.refunded + amount > locked.amount:
            return known
        made = SandboxRefund.objects.create(
            reference=f"re_{secrets.token_hex(12)}",
            payment=locked,
            key=key,
            amount=amount,
            made_at=clock.now(),
        )
        locked.refunded += amount
        locked.save(update_fields=["refunded"])
        queue_webhook(account, events.refunded(made))
    return made


def _lock(checkout: SandboxCheckout) -> SandboxCheckout:
    return SandboxCheckout.objects.select_for_update().get(pk=checkout.pk)


def _close(checkout: SandboxCheckout, state: str) -> None:
    checkout.state, checkout.ended_at = state, clock.now()
    checkout.save(update_fields=["state", "ended_at"])
    queue_webhook(checkout.account, events.ended(checkout))


def _digits(count: int) -> str:
    return "".join(str(secrets.randbelow(10)) for _ in range(count))
