"""The Stripe adapter, against a fake that speaks and signs as Stripe does."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import stripe

from hansatsu.flows.charging.psp.base import (
    Account,
    BadSignatureError,
    CheckoutRequest,
    Method,
    ProviderDownError,
    ProviderEvent,
    ProviderRefusedError,
)
from hansatsu.flows.charging.psp.stripe.calls import ask
from hansatsu.flows.charging.psp.stripe.provider import StripeProvider
from hansatsu.parties import clock
from tests.support.fake_stripe.library import fake_stripe
from tests.support.fake_stripe.state import FakeStripe, Json

JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    with fake_stripe(monkeypatch) as made:
        yield made


@pytest.fixture
def provider(fake: FakeStripe) -> StripeProvider:
    secrets = {"secret_key": fake.secret_key, "webhook_secret": fake.webhook_secret}
    return StripeProvider(Account("OEM202303", "sandbox", secrets))


def request(method: Method = "card", key: str = "order-1", **values: object) -> CheckoutRequest:
    made = CheckoutRequest(
        order="ORDER1",
        key=key,
        method=method,
        amount=10_000,
        title="小山市共通商品券 (1口)",
        email="hanako@example.jp",
        name="小山 花子",
        phone="",
        language="ja",
        success_url="https://example.test/done",
        cancel_url="https://example.test/back",
        expires_at=clock.now()
        + timedelta(**({"days": 3} if method == "konbini" else {"hours": 1})),
    )
    return replace(made, **values)  # type: ignore[arg-type]


def told(provider: StripeProvider, fake: FakeStripe, event: Json) -> list[ProviderEvent]:
    return list(provider.read_webhook(*fake.signed(event)))


class TestStart:
    def test_card_asks_for_three_d_secure(self, provider: StripeProvider, fake: FakeStripe) -> None:
        started = provider.start(request())
        assert started.redirect_url == fake.sessions[started.reference]["url"]
        (_, path, asked) = fake.calls[-1]
        assert path == "/v1/checkout/sessions"
        assert asked["payment_method_types"] == ["card"]
        assert asked["payment_method_options"] == {"card": {"request_three_d_secure": "any"}}
        assert asked["line_items"][0]["price_data"] == {
            "currency": "jpy",
            "unit_amount": "10000",
            "product_data": {"name": "小山市共通商品券 (1口)"},
        }
        assert asked["payment_intent_data"] == {"metadata": {"order": "ORDER1"}}

    def test_konbini_asks_for_days(self, provider: StripeProvider, fake: FakeStripe) -> None:
        """Counted from the page's last moment: the slip ends by the day that was asked for."""
        begun = datetime(2026, 11, 30, 12, tzinfo=JAPAN)
        until = datetime(2026, 12, 3, 23, 59, 59, tzinfo=JAPAN)
        provider.start(request("konbini", begun_at=begun, expires_at=until))
        asked = fake.calls[-1][2]
        assert asked["payment_method_types"] == ["konbini"]
        assert asked["payment_method_options"] == {"konbini": {"expires_after_days": "3"}}
        assert int(asked["expires_at"]) == int((begun + timedelta(hours=1)).timestamp())
        late = datetime(2026, 11, 30, 23, 30, tzinfo=JAPAN)  # done with it after midnight, perhaps
        provider.start(request("konbini", key="late", begun_at=late, expires_at=until))
        options = fake.calls[-1][2]["payment_method_options"]
        assert options == {"konbini": {"expires_after_days": "2"}}

    def test_konbini_has_no_slip_that_ends_today(
        self, provider: StripeProvider, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        today = datetime(2026, 11, 30, 23, 59, 59, tzinfo=JAPAN)
        for now, can in (
            (datetime(2026, 11, 30, 9, tzinfo=JAPAN), False),
            (datetime(2026, 11, 29, 23, 30, tzinfo=JAPAN), False),
            (datetime(2026, 11, 29, 22, 30, tzinfo=JAPAN), True),
        ):
            monkeypatch.setattr(clock, "now", lambda now=now: now)
            assert provider.can_end(today) is can
        wanted = request("konbini", begun_at=today - timedelta(hours=9), expires_at=today)
        with pytest.raises(ProviderRefusedError):
            provider.start(wanted)
        assert fake.calls == []

    def test_a_card_page_lasts_half_an_hour_at_least(
        self, provider: StripeProvider, fake: FakeStripe
    ) -> None:
        begun = clock.now()
        provider.start(request(begun_at=begun, expires_at=begun + timedelta(minutes=2)))
        asked = int(fake.calls[-1][2]["expires_at"])
        assert asked == int((begun + timedelta(minutes=31)).timestamp())

    def test_a_key_of_another_call_tells_nothing(
        self, provider: StripeProvider, fake: FakeStripe
    ) -> None:
        error = stripe.IdempotencyError("another", http_status=400)
        with pytest.raises(ProviderDownError):
            ask(lambda: (_ for _ in ()).throw(error))

    def test_same_key_is_one_session(self, provider: StripeProvider, fake: FakeStripe) -> None:
        wanted = request()
        fake.mood = "lost"
        with pytest.raises(ProviderDownError):
            provider.start(wanted)
        fake.mood = "well"
        assert provider.start(wanted) == provider.start(wanted)
        assert len(fake.sessions) == 1

    @pytest.mark.parametrize("amount", [119, 300_001])
    def test_konbini_limits(self, provider: StripeProvider, fake: FakeStripe, amount: int) -> None:
        with pytest.raises(ProviderRefusedError):
            provider.start(request("konbini", amount=amount))
        assert fake.calls == []
        for taken in (120, 300_000):
            assert provider.start(request("konbini", key=f"k{taken}", amount=taken))

    def test_down(self, provider: StripeProvider, fake: FakeStripe) -> None:
        fake.mood = "down"
        with pytest.raises(ProviderDownError):
            provider.start(request())

    def test_nobody_there(self, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stripe, "api_base", "http://127.0.0.1:1")
        away = StripeProvider(Account("X", "live", {"secret_key": "k", "webhook_secret": "w"}))
        with pytest.raises(ProviderDownError):
            away.start(request())

    def test_wrong_key_is_refused_and_never_told(
        self, fake: FakeStripe, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        account = Account("X", "live", {"secret_key": "sk_live_hidden", "webhook_secret": "w_hid"})
        assert "hidden" not in repr(account)
        with pytest.raises(ProviderRefusedError) as refused:
            StripeProvider(account).start(request())
        assert "hidden" not in str(refused.value)
        assert "hidden" not in caplog.text


class TestWebhooks:
    def test_card(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        (event,) = told(provider, fake, fake.finish(reference))
        assert (event.kind, event.order, event.amount, event.method) == (
            "paid",
            "ORDER1",
            10_000,
            "card",
        )
        assert event.reference == reference
        assert event.payment == fake.sessions[reference]["payment_intent"]
        assert event.id == fake.events[-1]["id"]

    def test_konbini(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request("konbini")).reference
        (number,) = told(provider, fake, fake.finish(reference))
        assert (number.kind, number.order) == ("awaiting", "ORDER1")
        assert number.instructions is not None
        stores = [each.store for each in number.instructions.stores]
        assert stores == ["familymart", "lawson", "ministop", "seicomart"]
        assert number.instructions.stores[0].payment_code == "113-0765-8090"
        (paid,) = told(provider, fake, fake.pay_at_store(reference))
        assert (paid.kind, paid.amount, paid.method) == ("paid", 10_000, "konbini")

    def test_konbini_deadline(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request("konbini")).reference
        fake.finish(reference)
        (ended,) = told(provider, fake, fake.store_deadline(reference))
        assert (ended.kind, ended.reference) == ("expired", reference)

    def test_expired(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        fake.expire_session(reference)
        (ended,) = told(provider, fake, fake.events[-1])
        assert (ended.kind, ended.reference, ended.order) == ("expired", reference, "ORDER1")

    def test_refunds_are_told_one_by_one(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        fake.finish(reference)
        payment = fake.sessions[reference]["payment_intent"]
        amounts = []
        for place, amount in enumerate((3_000, 7_000)):
            made = provider.refund(payment, amount, f"key {place}")
            created, charge = fake.events[-2:]
            (event,) = told(provider, fake, created)
            assert (event.kind, event.payment, event.about) == ("refunded", payment, made.reference)
            of_charge = told(provider, fake, charge)
            assert [each.about for each in of_charge][-1] == made.reference
            amounts.append(event.amount)
        assert amounts == [3_000, 7_000]
        assert [each.amount for each in of_charge] == amounts

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("pending", []),
            ("requires_action", []),
            ("succeeded", ["refunded"]),
            ("failed", ["refund_failed"]),
            ("canceled", ["refund_failed"]),
        ],
    )
    def test_states_of_a_refund(
        self, provider: StripeProvider, fake: FakeStripe, status: str, expected: list[str]
    ) -> None:
        reference = provider.start(request()).reference
        fake.finish(reference)
        made = provider.refund(fake.sessions[reference]["payment_intent"], 10_000, "key")
        fake.refunds[made.reference]["status"] = status
        event = fake.happens("refund.updated", fake.refunds[made.reference])
        assert [each.kind for each in told(provider, fake, event)] == expected
        looked = [each.kind for each in provider.look(reference)]
        assert looked == ["paid", *expected]

    @pytest.mark.parametrize(
        ("kind", "status", "expected"),
        [
            ("created", "needs_response", ["disputed"]),
            ("funds_withdrawn", "needs_response", ["disputed"]),
            ("created", "warning_needs_response", []),
            ("closed", "won", ["dispute_won"]),
            ("closed", "lost", ["dispute_lost"]),
            ("funds_reinstated", "won", ["dispute_won"]),
            ("updated", "appeal_under_review", ["disputed"]),
            ("created", "prevented", []),
            ("closed", "warning_closed", []),
        ],
    )
    def test_disputes(
        self,
        provider: StripeProvider,
        fake: FakeStripe,
        kind: str,
        status: str,
        expected: list[str],
    ) -> None:
        reference = provider.start(request()).reference
        fake.finish(reference)
        events = told(provider, fake, fake.dispute(reference, kind, status))
        assert [event.kind for event in events] == expected
        assert all(e.payment == fake.sessions[reference]["payment_intent"] for e in events)
        assert [each.kind for each in provider.look(reference)] == ["paid", *expected]

    def test_others_are_nothing(self, provider: StripeProvider, fake: FakeStripe) -> None:
        assert told(provider, fake, fake.happens("customer.created", {"object": "customer"})) == []

    def test_signatures(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        body, headers = fake.signed(fake.finish(reference))
        old = stripe.WebhookSignature.generate_signature_header(
            body.decode(), fake.webhook_secret, timestamp=fake.events[-1]["created"] - 400
        )
        for wrong_body, wrong in (
            (body + b" ", headers),
            (body, {}),
            (body, {"Stripe-Signature": "t=1,v1=00"}),
            (body, {"Stripe-Signature": old}),
        ):
            with pytest.raises(BadSignatureError):
                provider.read_webhook(wrong_body, wrong)
        live = {**fake.events[-1], "livemode": True}  # of an account of ours, but not the test one
        with pytest.raises(BadSignatureError):
            provider.read_webhook(*fake.signed(live))
        named = {"stripe-signature": headers["Stripe-Signature"]}
        assert len(provider.read_webhook(body, named)) == 1


class TestLooking:
    def test_finds_what_webhooks_would_have_told(
        self, provider: StripeProvider, fake: FakeStripe
    ) -> None:
        reference = provider.start(request("konbini")).reference
        assert provider.look(reference) == []
        fake.finish(reference)
        assert [event.kind for event in provider.look(reference)] == ["awaiting"]
        fake.pay_at_store(reference)
        (paid,) = provider.look(reference)
        assert paid.kind == "paid"
        assert provider.look(reference) == [paid]
        (by_webhook,) = told(provider, fake, fake.events[-1])
        assert (paid.payment, paid.amount, paid.order) == (
            by_webhook.payment,
            by_webhook.amount,
            by_webhook.order,
        )

    def test_finds_ends(self, provider: StripeProvider, fake: FakeStripe) -> None:
        card = provider.start(request()).reference
        fake.expire_session(card)
        konbini = provider.start(request("konbini", key="other")).reference
        fake.finish(konbini)
        fake.store_deadline(konbini)
        for reference in (card, konbini):
            assert [event.kind for event in provider.look(reference)] == ["expired"]


class TestCancelling:
    def test_open_page(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        assert provider.cancel(reference)
        assert provider.cancel(reference)
        assert fake.sessions[reference]["status"] == "expired"

    def test_number_that_was_given_out(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request("konbini")).reference
        fake.finish(reference)
        assert provider.cancel(reference)
        assert provider.cancel(reference)
        assert fake.intents[fake.sessions[reference]["payment_intent"]]["status"] == "canceled"

    def test_paid_is_too_late(self, provider: StripeProvider, fake: FakeStripe) -> None:
        card = provider.start(request()).reference
        fake.finish(card)
        assert not provider.cancel(card)
        konbini = provider.start(request("konbini", key="other")).reference
        fake.finish(konbini)
        fake.pay_at_store(konbini)
        assert not provider.cancel(konbini)


class TestRefunds:
    def test_once_for_a_key(self, provider: StripeProvider, fake: FakeStripe) -> None:
        reference = provider.start(request()).reference
        fake.finish(reference)
        payment = fake.sessions[reference]["payment_intent"]
        fake.mood = "lost"
        with pytest.raises(ProviderDownError):
            provider.refund(payment, 10_000, "task 1")
        fake.mood = "well"
        first = provider.refund(payment, 10_000, "task 1")
        fake.answers.clear()  # as after a day
        assert provider.refund(payment, 10_000, "task 1") == first
        assert [each["amount"] for each in fake.refunds.values()] == [10_000]
        with pytest.raises(ProviderRefusedError):
            provider.refund(payment, 1, "task 2")

    @pytest.mark.parametrize(
        ("status", "pending"), [("pending", True), ("requires_action", True), ("succeeded", False)]
    )
    def test_pending(
        self, provider: StripeProvider, fake: FakeStripe, status: str, pending: bool
    ) -> None:
        reference = provider.start(request()).reference
        fake.finish(reference)
        payment = fake.sessions[reference]["payment_intent"]
        made = provider.refund(payment, 10_000, "task 1")
        fake.answers.clear()
        fake.refunds[made.reference]["status"] = status
        assert provider.refund(payment, 10_000, "task 1").pending is pending
