"""The providers there are: a name and a class, a line each (docs/add-a-provider.md)."""

from hansatsu.charging.psp.base import Provider
from hansatsu.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.charging.psp.stripe.provider import StripeProvider

PROVIDERS: dict[str, type[Provider]] = {
    "sandbox": SandboxProvider,
    "stripe": StripeProvider,
}
