"""What Stripe's objects mean: events as the interface wants them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from hansatsu.flows.charging.psp.base import (
    EventKind,
    Instructions,
    KonbiniStore,
    Method,
    ProviderEvent,
)

Told = Mapping[str, Any]

EVENTS: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
"""What the webhook of an account must be set to tell of."""

ENDS: Final[Mapping[str, EventKind]] = {
    "checkout.session.expired": "expired",
    "checkout.session.async_payment_failed": "failed",
}

REFUND_ENDS: Final[Mapping[str, EventKind]] = {
    "succeeded": "refunded",
    "failed": "refund_failed",
    "canceled": "refund_failed",
}
DISPUTE_ENDS: Final[Mapping[str, EventKind]] = {"won": "dispute_won", "lost": "dispute_lost"}


def moment(seconds: int) -> datetime:
    """Stripe's time."""
    return datetime.fromtimestamp(seconds, UTC)


def method_of(session: Told) -> Method:
    """What a session takes: we ask for one at a time."""
    return "konbini" if "konbini" in session["payment_method_types"] else "card"


def paid(session: Told, id: str, at: datetime) -> ProviderEvent:
    """Money came for a session."""
    return ProviderEvent(
        id=id,
        kind="paid",
        at=at,
        order=session["client_reference_id"] or "",
        reference=session["id"],
        payment=_id(session["payment_intent"]),
        amount=session["amount_total"] or 0,
        currency=session["currency"] or "",
        method=method_of(session),
    )


def ended(session: Told, kind: EventKind, id: str, at: datetime) -> ProviderEvent:
    """A session will not be paid. At a konbini nothing fails: its number's time is over."""
    return ProviderEvent(
        id=id,
        kind="expired" if method_of(session) == "konbini" else kind,
        at=at,
        order=session["client_reference_id"] or "",
        reference=session["id"],
    )


def awaiting(session: Told, intent: Told, id: str, at: datetime) -> ProviderEvent | None:
    """A konbini number was given out; None when the intent has none (any more)."""
    details = (intent.get("next_action") or {}).get("konbini_display_details")
    if not details:
        return None
    stores = tuple(
        KonbiniStore(name, numbers["payment_code"], numbers.get("confirmation_number") or "")
        for name, numbers in details["stores"].items()
        if numbers
    )
    return ProviderEvent(
        id=id,
        kind="awaiting",
        at=at,
        order=session["client_reference_id"] or "",
        reference=session["id"],
        instructions=Instructions(
            stores, moment(details["expires_at"]), details.get("hosted_voucher_url") or ""
        ),
    )


def refund(refund: Told, id: str, at: datetime) -> ProviderEvent | None:
    """A refund as it is; None while it is on its way, and when we know of no such payment (it was
    of a charge without an intent). A ``canceled`` one has not gone out."""
    kind = REFUND_ENDS.get(refund["status"] or "")
    if kind is None or not refund["payment_intent"]:
        return None
    return ProviderEvent(
        id=id,
        kind=kind,
        at=at,
        payment=_id(refund["payment_intent"]),
        amount=refund["amount"],
        currency=refund["currency"],
        about=refund["id"],
    )


def dispute(dispute: Told, id: str, at: datetime) -> ProviderEvent | None:
    """A dispute as it is: the payer's bank has the money, gave it back, or keeps it. While it only
    inquires (``warning_…``), and when it was ``prevented``, no money moves."""
    status = dispute["status"]
    if status.startswith("warning_") or status == "prevented" or not dispute["payment_intent"]:
        return None
    return ProviderEvent(
        id=id,
        kind=DISPUTE_ENDS.get(status, "disputed"),
        at=at,
        payment=_id(dispute["payment_intent"]),
        amount=dispute["amount"],
        currency=dispute["currency"],
        about=dispute["id"],
    )


def _id(found: Any) -> str:
    """Of an object that stands there by its id, or whole (expanded); empty without one (a session
    that was not made for a payment)."""
    return found if isinstance(found, str) else (found or {}).get("id", "")
