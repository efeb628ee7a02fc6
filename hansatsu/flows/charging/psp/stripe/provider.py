"""The adapter."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import stripe

from hansatsu.flows.charging.psp.base import (
    Account,
    BadSignatureError,
    CheckoutRequest,
    Method,
    ProviderEvent,
    ProviderRefusedError,
    Refunded,
    StartedCheckout,
)
from hansatsu.flows.charging.psp.stripe import reading
from hansatsu.flows.charging.psp.stripe.calls import ask, client_of, plain
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock

LIMITS: Final[Mapping[Method, range]] = {
    "card": range(50, 100_000_000),
    "konbini": range(120, 300_001),
}
"""Yen that Stripe takes."""
KONBINI_DAYS: Final = range(1, 61)
PAGE_LASTS: Final = timedelta(minutes=60)
"""Of a konbini: a payer who is done with it later would have a slip that ends a day later."""
SHORTEST_PAGE: Final = timedelta(minutes=31)
"""Stripe's shortest is half an hour; what is paid after our own end is found and seen to."""
LONGEST_PAGE: Final = 100
"""Of a list at Stripe; no payment has as many refunds or disputes."""


class StripeProvider:
    """Stripe on an issuer's account."""

    title: ClassVar[str] = "Stripe"
    methods: ClassVar[tuple[Method, ...]] = ("card", "konbini")
    secret_names: ClassVar[tuple[str, ...]] = ("secret_key", "webhook_secret")
    own_secrets: ClassVar[tuple[str, ...]] = ()
    webhook_events: ClassVar[tuple[str, ...]] = reading.EVENTS
    origins: ClassVar[tuple[str, ...]] = ("https://checkout.stripe.com",)
    modes: ClassVar[tuple[str, ...]] = ("live", "sandbox")

    def __init__(self, account: Account) -> None:
        self._webhook_secret = account.secrets["webhook_secret"]
        self._stripe = client_of(account.secrets["secret_key"])
        self._is_live = account.mode == "live"

    @staticmethod
    def misfits(mode: str, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """Stripe's keys say what they are (docs.stripe.com/keys): ``sk_live_`` and the restricted
        ``rk_live_`` move money, ``sk_test_`` and ``rk_test_`` move none."""
        kind = "live" if mode == "live" else "test"
        forms = {"secret_key": rf"[sr]k_{kind}_\w+", "webhook_secret": r"whsec_[\w+/=]+"}
        return tuple(
            name for name, form in forms.items() if re.fullmatch(form, secrets[name]) is None
        )

    def greet(self) -> None:
        """List one Checkout session, which every key that can make them may."""
        ask(lambda: self._stripe.v1.checkout.sessions.list({"limit": 1}))

    def can_end(self, deadline: datetime) -> bool:
        """Stripe counts whole days from the day on which the payer is done with the page."""
        return _slip_days(deadline, clock.now()) in KONBINI_DAYS

    def start(self, request: CheckoutRequest) -> StartedCheckout:
        """A Checkout session, with 3-D Secure for every card (mandatory in Japan)."""
        if request.amount not in LIMITS[request.method]:
            raise ProviderRefusedError("Stripe does not take this amount")
        begun = request.begun_at or clock.now()
        if (
            request.method == "konbini"
            and _slip_days(request.expires_at, begun) not in KONBINI_DAYS
        ):
            raise ProviderRefusedError("Stripe has no slip as short or as long")
        sessions = self._stripe.v1.checkout.sessions
        made = ask(
            lambda: sessions.create(
                _wanted(request),  # type: ignore[arg-type]
                {"idempotency_key": request.key},
            )
        )
        if not made.url:
            raise ProviderRefusedError("the session is over")
        return StartedCheckout(made.id, made.url)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[ProviderEvent]:
        """The events of a webhook, mostly one. What it leaves out is asked for: the numbers of a
        konbini, and the refunds of a charge."""
        header = next((headers[k] for k in headers if k.lower() == "stripe-signature"), "")
        try:
            event = stripe.Webhook.construct_event(body, header, self._webhook_secret)
        except (stripe.SignatureVerificationError, ValueError):
            raise BadSignatureError from None
        told = plain(event)
        if told["livemode"] != self._is_live:
            raise BadSignatureError  # of the test account's endpoint: no money moved
        about, at = told["data"]["object"], reading.moment(told["created"])
        if told["type"] == "charge.refunded":
            found = self._refunds_of(about["payment_intent"], told["id"])
        else:
            found = [self._meaning(told["id"], told["type"], about, at)]
        return [each for each in found if each is not None]

    def look(self, reference: str) -> Sequence[ProviderEvent]:
        """The session as it is now, as the events that lead there."""
        session = self._session(reference)
        intent = session["payment_intent"] or {}
        found: list[ProviderEvent | None] = []
        if session["status"] == "expired":
            found.append(_end(session, "expired"))
        elif session["payment_status"] == "paid":
            at = (intent.get("latest_charge") or session)["created"]
            id_ = f"look:{reference}:paid"
            found.append(reading.paid(session, id_, reading.moment(at)))
            found += self._refunds_of(intent["id"], "look")
            if (intent.get("latest_charge") or {}).get("disputed"):
                found += self._disputes_of(intent["id"])
        elif session["status"] == "complete":
            at = reading.moment(session["created"])
            found.append(reading.awaiting(session, intent, f"look:{reference}:awaiting", at))
            if intent.get("status") in ("requires_payment_method", "canceled"):
                found.append(_end(session, "failed"))
        return [each for each in found if each is not None]

    def cancel(self, reference: str) -> bool:
        """Expire the session; a konbini number that was given out dies with its intent."""
        try:
            ask(lambda: self._stripe.v1.checkout.sessions.expire(reference))
        except ProviderRefusedError:
            session = self._session(reference)
            intent = session["payment_intent"] or {}
            if session["status"] == "expired" or intent.get("status") == "canceled":
                return True
            return session["payment_status"] == "unpaid" and self._cancel_intent(intent)
        return True

    def refund(self, payment: str, amount: int, key: str) -> Refunded:
        """A refund that bears our key. Stripe forgets idempotency keys after a day: when it
        refuses, one that bears the key is looked for."""
        refunds = self._stripe.v1.refunds
        wanted: Any = {"payment_intent": payment, "amount": amount, "metadata": {"key": key}}
        try:
            made = plain(ask(lambda: refunds.create(wanted, {"idempotency_key": key})))
        except ProviderRefusedError:
            known = self._of_payment(refunds.list, payment)
            found = [each for each in known if each["metadata"].get("key") == key]
            if not found:
                raise
            made = found[0]
        if made["status"] in ("failed", "canceled"):
            raise ProviderRefusedError(f"the refund is {made['status']}")
        return Refunded(made["id"], pending=made["status"] != "succeeded")

    def _meaning(
        self, id_: str, kind: str, about: Mapping[str, Any], at: datetime
    ) -> ProviderEvent | None:
        match kind:
            case "checkout.session.completed" if about["payment_status"] == "unpaid":
                intent = self._session(about["id"])["payment_intent"] or {}
                return reading.awaiting(about, intent, id_, at)
            case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
                return reading.paid(about, id_, at)
            case "checkout.session.async_payment_failed" | "checkout.session.expired":
                return reading.ended(about, reading.ENDS[kind], id_, at)
            case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
                return reading.refund(about, id_, at)
            case _ if kind.startswith("charge.dispute."):
                return reading.dispute(about, id_, at)
        return None

    def _refunds_of(self, payment: str | None, found_by: str) -> list[ProviderEvent | None]:
        """The refunds of a payment as they are now: a charge does not have them in it."""
        known = self._of_payment(self._stripe.v1.refunds.list, payment) if payment else []
        return [
            reading.refund(
                each, f"{found_by}:{each['id']}:{each['status']}", reading.moment(each["created"])
            )
            for each in known
        ]

    def _disputes_of(self, payment: str) -> list[ProviderEvent | None]:
        """The disputes of a payment as they are now. When one ended Stripe does not say: before
        now, and after all that it has told of it."""
        found = []
        for each in self._of_payment(self._stripe.v1.disputes.list, payment):
            is_over = each["status"] in reading.DISPUTE_ENDS
            at = clock.now() if is_over else reading.moment(each["created"])
            found.append(reading.dispute(each, f"look:{each['id']}:{each['status']}", at))
        return found

    def _of_payment(self, listing: Callable[[Any], Any], payment: str) -> list[dict[str, Any]]:
        """The refunds or disputes of a payment."""
        wanted = {"payment_intent": payment, "limit": LONGEST_PAGE}
        return [plain(each) for each in ask(lambda: listing(wanted)).data]

    def _session(self, reference: str) -> dict[str, Any]:
        wanted: Any = {"expand": ["payment_intent.latest_charge"]}
        return plain(ask(lambda: self._stripe.v1.checkout.sessions.retrieve(reference, wanted)))

    def _cancel_intent(self, intent: Mapping[str, Any]) -> bool:
        """True when it can be paid no more; False when it was paid in this moment."""
        try:
            ask(lambda: self._stripe.v1.payment_intents.cancel(intent["id"]))
        except ProviderRefusedError:
            return False
        return True


def _end(session: Mapping[str, Any], kind: Any) -> ProviderEvent:
    at = reading.moment(session["created"])
    return reading.ended(session, kind, f"look:{session['id']}:ended", at)


def _wanted(request: CheckoutRequest) -> dict[str, Any]:
    price = {
        "currency": "jpy",
        "unit_amount": request.amount,
        "product_data": {"name": request.title},
    }
    wanted: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": [request.method],
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": request.order,
        "metadata": {"order": request.order},
        "payment_intent_data": {"metadata": {"order": request.order}},
        "customer_email": request.email,
        "locale": request.language,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }
    begun = request.begun_at or clock.now()
    if request.method == "card":
        until = max(request.expires_at, begun + SHORTEST_PAGE)
        wanted["expires_at"] = int(until.timestamp())
        wanted["payment_method_options"] = {"card": {"request_three_d_secure": "any"}}
    else:
        wanted["expires_at"] = int((begun + PAGE_LASTS).timestamp())
        days = _slip_days(request.expires_at, begun)
        wanted["payment_method_options"] = {"konbini": {"expires_after_days": days}}
    return wanted


def _slip_days(deadline: datetime, begun: datetime) -> int:
    """After how many days a slip ends at ``deadline`` at the latest: counted from the last day on
    which the page can be done with, which may be the next one."""
    return (in_japan(deadline).date() - in_japan(begun + PAGE_LASTS).date()).days
