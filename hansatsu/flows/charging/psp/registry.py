"""The providers there are: a name and a class, a line each (docs/add-a-provider.md)."""

from hansatsu.flows.charging.psp.base import Provider
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.flows.charging.psp.stripe.provider import StripeProvider

PROVIDERS: dict[str, type[Provider]] = {
    "sandbox": SandboxProvider,
    "stripe": StripeProvider,
}
