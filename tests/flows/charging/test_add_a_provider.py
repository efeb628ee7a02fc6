"""A new provider is a class and a line, as docs/add-a-provider.md says: one that is written here is
bought with, knowing nothing of orders and the ledger."""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pytest
from django.test import Client

from hansatsu.flows.charging.models import Order, OrderState
from hansatsu.flows.charging.polling import lapse_orders, poll_orders
from hansatsu.flows.charging.provider_accounts import open_account
from hansatsu.flows.charging.psp.base import (
    Account,
    BadSignatureError,
    CheckoutRequest,
    Method,
    Provider,
    ProviderEvent,
    Refunded,
    StartedCheckout,
)
from hansatsu.flows.charging.psp.registry import PROVIDERS
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.parties import clock
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.buying import Stall, page_of
from tests.town import make_town

DOC = Path(__file__).parents[3] / "docs" / "add-a-provider.md"
FACE = 13_000


@dataclass
class Example:
    """A provider whose webhooks are JSON with an HMAC of the body."""

    title: ClassVar[str] = "Example Pay"
    methods: ClassVar[tuple[Method, ...]] = ("card",)
    secret_names: ClassVar[tuple[str, ...]] = ("key",)
    own_secrets: ClassVar[tuple[str, ...]] = ()
    webhook_events: ClassVar[tuple[str, ...]] = ()
    origins: ClassVar[tuple[str, ...]] = ("https://checkout.example.com",)
    modes: ClassVar[tuple[str, ...]] = ("live", "sandbox", "demo")
    account: Account

    @staticmethod
    def misfits(mode: str, secrets: Mapping[str, str]) -> tuple[str, ...]:
        return ()

    def greet(self) -> None:
        pass

    def can_end(self, deadline: datetime) -> bool:
        return False

    def start(self, request: CheckoutRequest) -> StartedCheckout:
        return StartedCheckout(f"ex-{request.key}", "https://checkout.example.com/")

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[ProviderEvent]:
        if headers.get("Example-Signature") != signature(self.account.secrets["key"], body):
            raise BadSignatureError
        told = json.loads(body)
        return [ProviderEvent(at=clock.now(), method="card", **told)]

    def look(self, reference: str) -> Sequence[ProviderEvent]:
        return []

    def cancel(self, reference: str) -> bool:
        return True

    def refund(self, payment: str, amount: int, key: str) -> Refunded:
        return Refunded(f"re-{key}", pending=False)


def signature(key: str, body: bytes) -> str:
    return hmac.digest(key.encode(), body, "sha256").hex()


def test_it_is_bought_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "example", Example)  # the line
    town = make_town()
    stall = Stall(town)
    open_account(town.issuer, "example", {"key": "secret"})
    order = stall.awaiting("card")
    money = {"payment": "p1", "amount": 10_000, "currency": "jpy"}
    reference = order.checkouts.get().reference
    paid = {"id": "1", "kind": "paid", "order": order.number, "reference": reference, **money}
    assert tell(order, paid, key="wrong") == 400
    assert total_balance(town.issuer, town.resident.wallet_id) == 0
    assert [tell(order, paid), tell(order, paid)] == [200, 200]
    assert total_balance(town.issuer, town.resident.wallet_id) == FACE
    back = {"id": "2", "kind": "refunded", "about": "r1", **money}
    assert tell(order, back) == 200
    order.refresh_from_db()
    assert order.state == OrderState.REVERSED
    assert total_balance(town.issuer, town.resident.wallet_id) == 0


def test_one_that_is_gone_stops_nobody_elses_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "example", Example)
    gone, there = Stall(make_town()), Stall(make_town())
    open_account(gone.town.issuer, "example", {"key": "secret"})
    lost = gone.awaiting("card")
    lost.checkouts.update(looked_at="2026-01-01T00:00Z")  # asked about first
    monkeypatch.delitem(PROVIDERS, "example")
    order = there.awaiting("card")
    books.pay(page_of(order))
    poll_orders()
    order.refresh_from_db()
    assert order.state == OrderState.CHARGED
    Order.objects.filter(pk=lost.pk).update(pay_by="2026-01-01T00:00Z")
    lapse_orders()
    lost.refresh_from_db()
    assert lost.state == OrderState.AWAITING  # nobody says that no money came: its code is held


def tell(order: Order, event: Mapping[str, object], key: str = "secret") -> int:
    body = json.dumps(event).encode()
    answer = Client(SERVER_NAME="localhost").post(
        f"/psp/example/{order.issuer.code}/webhook/",
        body,
        content_type="application/json",
        headers={"Example-Signature": signature(key, body)},
    )
    return answer.status_code


def test_the_page_names_everything_that_a_provider_has() -> None:
    """And nothing that it has not."""
    table = re.findall(r"^\| `(\w+)[(`]", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    calls = {name for name in vars(Provider) if not name.startswith("_")}
    assert set(table) == {*Provider.__annotations__, *calls}
