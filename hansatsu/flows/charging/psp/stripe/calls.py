"""Calls of Stripe, by its own library, and what its errors mean to us.

Of an error only its code and kind are told on: its text may hold what the payer typed.
"""

from collections.abc import Callable
from typing import Any, Final

import stripe

from hansatsu.flows.charging.psp.base import ProviderDownError, ProviderRefusedError

API_VERSION: Final = "2025-09-30.clover"
"""Whose shapes ``reading`` knows; set in the account's webhook endpoint too."""
PATIENCE: Final = 15
"""Seconds until an answer counts as none."""
UNKNOWN: Final = (409, 429)
"""Another call with the same key is under way, or there are too many: try later. So for a key that
stands for another call, of a version before: what came of that is not known, for a day."""


def client_of(secret_key: str) -> stripe.StripeClient:
    """Stripe on an account, where the library's ``api_base`` says."""
    return stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": stripe.api_base},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=PATIENCE),
    )


def ask[Answer](call: Callable[[], Answer]) -> Answer:
    """The answer to a call.

    Raises:
        ProviderDownError: when no answer came, and nothing is known.
        ProviderRefusedError: when Stripe said no.
    """
    try:
        return call()
    except stripe.StripeError as error:
        raise _meaning(error) from None


def plain(answer: stripe.StripeObject) -> dict[str, Any]:
    """An answer as JSON gives it."""
    return answer.to_dict()


def _meaning(error: stripe.StripeError) -> ProviderDownError | ProviderRefusedError:
    said = f"{type(error).__name__} {error.code or ''}".strip()
    status = error.http_status
    if isinstance(error, stripe.APIConnectionError) or status is None:
        return ProviderDownError(said)
    if status >= 500 or status in UNKNOWN or isinstance(error, stripe.IdempotencyError):
        return ProviderDownError(said)
    return ProviderRefusedError(said)
