"""Which payment a browser has just made: only its own screen turns green, and only for a moment.

A page that turned green whenever it was opened would be a sign that anybody can show twice.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

FRESH = timedelta(seconds=90)
"""How long 決済完了画面 is shown, by the ledger's clock: from the counter to the cashier's eyes."""

_KEY = "just_paid"


def remember_payment(request: HttpRequest, number: str) -> None:
    """That this browser has made, or seen the end of, the payment ``number`` (決済ID)."""
    if request.session.session_key is not None:
        request.session[_KEY] = number


def has_just_paid(request: HttpRequest, number: str, at: datetime, now: datetime) -> bool:
    """True when this browser made the payment ``number`` at ``at``, and ``now`` is soon after
    it."""
    return request.session.get(_KEY) == number and now - at < FRESH
