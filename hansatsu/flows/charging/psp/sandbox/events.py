"""What the sandbox tells of a checkout, as JSON: the same in webhooks and when it is asked."""

from datetime import datetime
from typing import Any

from hansatsu.flows.charging.psp.base import YEN
from hansatsu.flows.charging.psp.sandbox.models import (
    SandboxCheckout,
    SandboxDispute,
    SandboxPayment,
    SandboxRefund,
)
from hansatsu.parties import clock

Told = dict[str, Any]


def told(checkout: SandboxCheckout) -> list[Told]:
    """All that has happened to a checkout, oldest first."""
    found = [number_given(checkout)] if checkout.numbers_at else []
    found += [paid(payment) for payment in checkout.payments.filter(paid_at__lte=clock.now())]
    if checkout.state in ("failed", "expired") and checkout.ended_at:
        found.append(ended(checkout))
    for refund in SandboxRefund.objects.filter(payment__checkout=checkout):
        found += [refunded(refund)] + ([refund_failed(refund)] if refund.failed_at else [])
    for dispute in SandboxDispute.objects.filter(payment__checkout=checkout):
        found += [disputed(dispute)] + ([dispute_ended(dispute)] if dispute.ended_at else [])
    return found


def number_given(checkout: SandboxCheckout) -> Told:
    """A konbini number was given out."""
    konbini = {
        "numbers": checkout.numbers,
        "deadline": checkout.expires_at.isoformat(),
        "page": f"/sandbox-pay/{checkout.reference}/",
    }
    return _told(checkout, "awaiting", "number", checkout.numbers_at) | {"konbini": konbini}


def paid(payment: SandboxPayment) -> Told:
    """Money came."""
    checkout = payment.checkout
    return _told(checkout, "paid", payment.reference, payment.paid_at) | {
        "payment": payment.reference,
        "amount": payment.amount,
        "currency": YEN,
        "method": checkout.method,
    }


def ended(checkout: SandboxCheckout) -> Told:
    """It will not be paid: ``failed`` or ``expired``."""
    return _told(checkout, checkout.state, checkout.state, checkout.ended_at)


def refunded(refund: SandboxRefund) -> Told:
    """Money went back."""
    return _about(refund.payment, "refunded", refund.reference, refund.made_at, refund.amount)


def refund_failed(refund: SandboxRefund) -> Told:
    """And came back."""
    return _about(
        refund.payment, "refund_failed", refund.reference, refund.failed_at, refund.amount
    )


def disputed(dispute: SandboxDispute) -> Told:
    """The payer's bank took the money back."""
    payment = dispute.payment
    return _about(payment, "disputed", dispute.reference, dispute.made_at, payment.amount)


def dispute_ended(dispute: SandboxDispute) -> Told:
    """It gave the money up again, or keeps it."""
    payment, kind = dispute.payment, f"dispute_{dispute.state}"
    return _about(payment, kind, dispute.reference, dispute.ended_at, payment.amount)


def _about(
    payment: SandboxPayment, kind: str, about: str, at: datetime | None, amount: int
) -> Told:
    return _told(payment.checkout, kind, f"{about}_{kind}", at) | {
        "payment": payment.reference,
        "amount": amount,
        "currency": YEN,
        "about": about,
    }


def _told(checkout: SandboxCheckout, kind: str, what: str, at: datetime | None) -> Told:
    if at is None:
        raise ValueError(f"{kind} has not happened")
    return {
        "id": f"evt_{checkout.reference}_{what}",
        "kind": kind,
        "at": at.isoformat(),
        "order": checkout.order,
        "checkout": checkout.reference,
    }
