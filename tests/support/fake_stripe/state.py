"""What the fake knows, and what people do there."""

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import stripe

Json = dict[str, Any]
SHAPES: Json = json.loads(Path(__file__).with_name("objects.json").read_text(encoding="utf-8"))


class RefusedError(Exception):
    """An error that Stripe answers with."""

    def __init__(self, status: int, code: str, kind: str = "invalid_request_error") -> None:
        super().__init__(code)
        self.status, self.code, self.kind = status, code, kind


def shape(name: str, **values: object) -> Json:
    """An object as Stripe documents it, with these values."""
    return copy.deepcopy(SHAPES[name]) | {"created": int(time.time())} | values


@dataclass
class FakeStripe:
    """An account. ``calls`` are the requests that came, ``events`` what it would send webhooks
    of, oldest first; ``new_refunds`` is the status they begin with; ``mood`` is ``well``, ``down``
    (answers 500) or ``lost`` (the same, but it has done what it was asked)."""

    secret_key: str = "sk_test_fake"
    webhook_secret: str = "whsec_fake"
    mood: str = "well"
    new_refunds: str = "succeeded"
    calls: list[tuple[str, str, Json]] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    sessions: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    disputes: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, tuple[Json, Json]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # --- what is asked of it -----------------------------------------------------------

    def create_session(self, asked: Json) -> Json:
        types = asked["payment_method_types"]
        price = asked["line_items"][0]["price_data"]
        if price["currency"] != "jpy" or asked["mode"] != "payment":
            raise RefusedError(400, "parameter_invalid")
        id_ = f"cs_test_{next(self.numbers)}"
        session = shape(
            "checkout.session",
            id=id_,
            url=f"https://checkout.stripe.com/c/pay/{id_}",
            amount_total=int(price["unit_amount"]),
            client_reference_id=asked["client_reference_id"],
            payment_method_types=types,
            payment_method_options=asked["payment_method_options"],
            expires_at=int(asked.get("expires_at", time.time() + 86400)),
        )
        session["intent_metadata"] = asked["payment_intent_data"]["metadata"]
        self.sessions[id_] = session
        return session

    def session(self, id_: str) -> Json:
        """With its payment intent and charge inside, as it was asked to expand them."""
        if id_ not in self.sessions:
            raise RefusedError(404, "resource_missing")
        found = copy.deepcopy(self.sessions[id_])
        if found["payment_intent"]:
            intent = copy.deepcopy(self.intents[found["payment_intent"]])
            if intent["latest_charge"]:
                intent["latest_charge"] = self.charges[intent["latest_charge"]]
            found["payment_intent"] = intent
        return found

    def expire_session(self, id_: str) -> Json:
        session = self.session(id_)
        if session["status"] != "open":
            raise RefusedError(400, "session_not_open")
        self.sessions[id_]["status"] = "expired"
        self.happens("checkout.session.expired", self.sessions[id_])
        return self.sessions[id_]

    def cancel_intent(self, id_: str) -> Json:
        intent = self.intents[id_]
        if intent["status"] not in ("requires_action", "requires_payment_method"):
            raise RefusedError(400, "payment_intent_unexpected_state")
        intent |= {"status": "canceled", "next_action": None}
        return intent

    def create_refund(self, asked: Json) -> Json:
        intent = self.intents.get(asked["payment_intent"])
        if intent is None or not intent["latest_charge"]:
            raise RefusedError(404, "resource_missing")
        charge, amount = self.charges[intent["latest_charge"]], int(asked["amount"])
        if charge["amount_refunded"] + amount > charge["amount"]:
            raise RefusedError(400, "charge_already_refunded")
        before = charge["amount_refunded"]
        charge["amount_refunded"] = before + amount
        refund = shape(
            "refund",
            id=f"re_test_{next(self.numbers)}",
            amount=amount,
            charge=charge["id"],
            payment_intent=intent["id"],
            metadata=asked.get("metadata", {}),
            status=self.new_refunds,
        )
        self.refunds[refund["id"]] = refund
        self.happens("refund.created", refund)
        self.happens("charge.refunded", charge, before={"amount_refunded": before})
        return refund

    # --- what people and banks do ------------------------------------------------------

    def finish(self, id_: str) -> Json:
        """The payer ends the page: a card is paid, a konbini gets its numbers."""
        session = self.sessions[id_]
        konbini = "konbini" in session["payment_method_types"]
        intent = shape(
            "payment_intent",
            id=f"pi_test_{next(self.numbers)}",
            amount=session["amount_total"],
            metadata=session["intent_metadata"],
        )
        self.intents[intent["id"]] = intent
        session |= {"status": "complete", "payment_intent": intent["id"]}
        if konbini:
            details = copy.deepcopy(SHAPES["konbini_next_action"])
            details["konbini_display_details"]["expires_at"] = int(time.time()) + 3 * 86400
            intent |= {"status": "requires_action", "next_action": details}
        else:
            self._charge(session, intent)
        return self.happens("checkout.session.completed", session)

    def pay_at_store(self, id_: str) -> Json:
        """Cash at the till."""
        session = self.sessions[id_]
        self._charge(session, self.intents[session["payment_intent"]])
        return self.happens("checkout.session.async_payment_succeeded", session)

    def store_deadline(self, id_: str) -> Json:
        """Nobody came to the till."""
        session = self.sessions[id_]
        intent = self.intents[session["payment_intent"]]
        intent |= {"status": "requires_payment_method", "next_action": None}
        return self.happens("checkout.session.async_payment_failed", session)

    def refund_fails(self, id_: str) -> Json:
        """The card's bank sends a refund back, days later."""
        refund = self.refunds[id_]
        refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        charge = self.charges[refund["charge"]]
        charge["amount_refunded"] -= refund["amount"]
        self.happens("refund.updated", refund)
        return self.happens("refund.failed", refund)

    def dispute(self, id_: str, kind: str, status: str) -> Json:
        """The payer's bank: ``created``, ``funds_withdrawn`` or ``closed``."""
        intent = self.intents[self.sessions[id_]["payment_intent"]]
        about = self.disputes.setdefault(
            intent["id"],
            shape(
                "dispute",
                id=f"du_test_{next(self.numbers)}",
                amount=intent["amount"],
                charge=intent["latest_charge"],
                payment_intent=intent["id"],
            ),
        )
        about["status"] = status
        self.charges[intent["latest_charge"]]["disputed"] = True
        return self.happens(f"charge.dispute.{kind}", about)

    def happens(self, kind: str, about: Json, *, before: Json | None = None) -> Json:
        """An event, as webhooks bring it."""
        event = shape("event", id=f"evt_test_{next(self.numbers)}", type=kind)
        event["data"] = {"object": copy.deepcopy(about)}
        if before is not None:
            event["data"]["previous_attributes"] = before
        self.events.append(event)
        return event

    def signed(self, event: Json) -> tuple[bytes, dict[str, str]]:
        """A webhook's body and headers."""
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, self.webhook_secret)
        return body.encode(), {"Stripe-Signature": signature}

    def _charge(self, session: Json, intent: Json) -> None:
        charge = shape(
            "charge",
            id=f"ch_test_{next(self.numbers)}",
            amount=intent["amount"],
            payment_intent=intent["id"],
            metadata=intent["metadata"],
        )
        self.charges[charge["id"]] = charge
        intent |= {
            "status": "succeeded",
            "next_action": None,
            "latest_charge": charge["id"],
            "amount_received": intent["amount"],
        }
        session["payment_status"] = "paid"
