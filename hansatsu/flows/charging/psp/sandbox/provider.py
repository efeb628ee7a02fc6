"""The sandbox as the interface wants it: what a real provider's adapter would say over HTTP is a
call of ``books`` here; webhooks do come over HTTP, signed."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from hansatsu.flows.charging.psp.base import (
    YEN,
    Account,
    BadSignatureError,
    CheckoutRequest,
    Instructions,
    KonbiniStore,
    Method,
    ProviderEvent,
    ProviderRefusedError,
    Refunded,
    StartedCheckout,
)
from hansatsu.flows.charging.psp.sandbox import books, signing
from hansatsu.flows.charging.psp.sandbox.events import told
from hansatsu.parties import clock


class SandboxProvider:
    """The sandbox on an issuer's account."""

    title: ClassVar[str] = "Sandbox"
    methods: ClassVar[tuple[Method, ...]] = ("card", "konbini")
    secret_names: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    own_secrets: ClassVar[tuple[str, ...]] = ("webhook_secret",)
    webhook_events: ClassVar[tuple[str, ...]] = ()
    origins: ClassVar[tuple[str, ...]] = ()
    modes: ClassVar[tuple[str, ...]] = ("sandbox", "demo")

    def __init__(self, account: Account) -> None:
        self._account = account

    @staticmethod
    def misfits(mode: str, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """None: its secret is drawn."""
        return ()

    def greet(self) -> None:
        """It is always there."""

    def can_end(self, deadline: datetime) -> bool:
        """Any day, today too."""
        return deadline > clock.now()

    def start(self, request: CheckoutRequest) -> StartedCheckout:
        """A page of ``pages``, below this very site."""
        checkout = books.open_checkout(self._account.issuer_code, request)
        return StartedCheckout(checkout.reference, f"/sandbox-pay/{checkout.reference}/")

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[ProviderEvent]:
        """One event a webhook."""
        header = next((headers[k] for k in headers if k.lower() == signing.HEADER.lower()), "")
        secret = self._account.secrets["webhook_secret"]
        if not signing.is_signed(body, header, secret, int(time.time())):
            raise BadSignatureError
        return [_event(json.loads(body))]

    def look(self, reference: str) -> Sequence[ProviderEvent]:
        """What happened to the page so far."""
        checkout = books.find(self._account.issuer_code, reference)
        if checkout is None:
            raise ProviderRefusedError("the sandbox has no such checkout")
        return [_event(each) for each in told(books.close_if_over(checkout))]

    def cancel(self, reference: str) -> bool:
        """Close the page, unless it was paid."""
        checkout = books.find(self._account.issuer_code, reference)
        if checkout is None:
            raise ProviderRefusedError("the sandbox has no such checkout")
        return books.cancel(checkout)

    def refund(self, payment: str, amount: int, key: str) -> Refunded:
        """Give back at once; a webhook tells, too."""
        refund = books.refund(self._account.issuer_code, payment, amount, key)
        if refund is None:
            raise ProviderRefusedError("the sandbox has no such payment, or not as much of it")
        return Refunded(refund.reference, pending=False)


def _event(told: Mapping[str, Any]) -> ProviderEvent:
    return ProviderEvent(
        id=told["id"],
        kind=told["kind"],
        at=datetime.fromisoformat(told["at"]),
        order=told.get("order", ""),
        reference=told.get("checkout", ""),
        payment=told.get("payment", ""),
        amount=told.get("amount", 0),
        # what was queued by a version before says nothing: the sandbox has no other money
        currency=told.get("currency", YEN),
        about=told.get("about", ""),
        method=told.get("method", ""),
        instructions=_instructions(told["konbini"]) if "konbini" in told else None,
    )


def _instructions(konbini: Mapping[str, Any]) -> Instructions:
    return Instructions(
        stores=tuple(KonbiniStore(*numbers) for numbers in konbini["numbers"]),
        deadline=datetime.fromisoformat(konbini["deadline"]),
        voucher_url=konbini["page"],
    )
