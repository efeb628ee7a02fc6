"""Stripe's own library, led to a fake."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe

from tests.support.fake_stripe.server import served
from tests.support.fake_stripe.state import FakeStripe


@contextmanager
def fake_stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """Stripe, at the address that its library is told; without pauses between tries."""
    made = FakeStripe()
    with served(made) as address:
        monkeypatch.setattr(stripe, "api_base", address)
        monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
        monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)
        yield made
