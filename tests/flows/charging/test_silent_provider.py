"""A provider that does not answer holds up one page, not everybody's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache

from hansatsu.flows.charging.checkouts import look_if_due
from hansatsu.flows.charging.models import Order, OrderState
from hansatsu.flows.charging.psp.base import ProviderDownError, ProviderEvent
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from tests.support.buying import Stall, page_of
from tests.town import make_town

NOW = timedelta(0)


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def stall() -> Stall:
    return Stall(make_town())


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_after_a_silence_pages_do_not_ask_for_a_while(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def silent(_self: SandboxProvider, reference: str) -> list[ProviderEvent]:
        asked.append(reference)
        raise ProviderDownError

    one, other = stall.awaiting(), stall.awaiting()
    books.pay(page_of(other))
    with monkeypatch.context() as down:
        down.setattr(SandboxProvider, "look", silent)
        look_if_due(one, every=NOW)
        look_if_due(other, every=NOW)
        look_if_due(one, every=NOW)
    assert asked == [one.checkouts.get().reference]
    look_if_due(other, every=NOW)
    assert state(other) == OrderState.AWAITING
    cache.clear()  # the while is over
    look_if_due(other, every=NOW)
    assert state(other) == OrderState.CHARGED


def test_pages_ask_one_thing_at_a_time(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = stall.awaiting(), stall.awaiting()
    asked: list[str] = []
    look = SandboxProvider.look

    def slow(self: SandboxProvider, reference: str) -> object:
        asked.append(reference)
        if len(asked) == 1:
            look_if_due(other, every=NOW)  # as another page would meanwhile
        return look(self, reference)

    monkeypatch.setattr(SandboxProvider, "look", slow)
    look_if_due(one, every=NOW)
    assert asked == [one.checkouts.get().reference]
    look_if_due(other, every=NOW)
    assert asked[1:] == [other.checkouts.get().reference]


def test_another_issuers_account_is_asked_all_the_same(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Stall(make_town())
    one, other = stall.awaiting(), there.awaiting()
    books.pay(page_of(other))
    silenced = one.checkouts.get().reference
    look = SandboxProvider.look

    def silent_about_one(self: SandboxProvider, reference: str) -> object:
        if reference == silenced:
            raise ProviderDownError
        return look(self, reference)

    monkeypatch.setattr(SandboxProvider, "look", silent_about_one)
    look_if_due(one, every=NOW)
    look_if_due(other, every=NOW)
    assert state(other) == OrderState.CHARGED
