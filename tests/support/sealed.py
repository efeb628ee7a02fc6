"""Sealed texts, as they are when time has passed."""

from datetime import timedelta

import pytest

from hansatsu.parties import clock


def let_tokens_grow_old(monkeypatch: pytest.MonkeyPatch, lifetime: timedelta) -> None:
    """From now on, what is sealed by now is a second older than ``lifetime``, by the tokens' clock
    alone: sessions and codes go on."""
    passed = lifetime + timedelta(seconds=1)
    monkeypatch.setattr("hansatsu.parties.seals.tokens.now", lambda: clock.now() + passed)
