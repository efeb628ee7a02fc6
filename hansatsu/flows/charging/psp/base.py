"""What a payment provider is to us: five calls, and events that say what became of the money.

Everything a provider tells, by webhook or when asked, becomes ``ProviderEvent``s;
``charging.provider_events`` takes them and knows no provider. Docs: docs/add-a-provider.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol

Method = Literal["card", "konbini"]

YEN = "jpy"
"""The only currency that counts, as ISO 4217 has it, in small letters."""

EventKind = Literal[
    "awaiting",  # a konbini number was given out: `instructions`
    "paid",  # `payment` of `amount` yen was made
    "failed",  # this checkout will never be paid
    "expired",  # nor this one: its time is over
    "refunded",  # `amount` yen of `payment` went back to the payer: refund `about`
    "refund_failed",  # it never will, and these yen are ours, even if we were told of `refunded`
    "disputed",  # a chargeback, dispute `about`, took `amount` yen of `payment`
    "dispute_won",  # and these yen came back
    "dispute_lost",  # or they never will
]


class ProviderDownError(Exception):
    """The provider did not answer, or answered with a fault of its own. Nothing is known: the
    same call with the same key may be made again."""


class ProviderRefusedError(Exception):
    """The provider understood and said no; asking again the same way is useless."""


class BadSignatureError(Exception):
    """A webhook's body was not signed by the provider, or too long ago."""


@dataclass(frozen=True, slots=True)
class Account:
    """An issuer's account at a provider. ``secrets`` never show in logs and tracebacks."""

    issuer_code: str
    mode: str
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A hosted payment page that is wanted.

    Attributes:
        order: our reference of the order, which every event should carry back.
        key: idempotency key: the same key gives the same checkout, however often it is asked.
        method: what the page takes.
        amount: yen.
        title: what is bought, in the payer's language.
        email: of the payer.
        name: of the payer, as konbini machines print it.
        phone: of the payer in E.164 form; may be empty.
        language: ``ja`` or ``en``.
        success_url: where the payer comes back to when all is done there.
        cancel_url: where the payer comes back to without having paid.
        expires_at: when paying must have ended; for a konbini the last second of a day in Japan.
        begun_at: when the page was first asked for: what a provider counts from, the same whenever
            it is asked again under the key. None is now.
    """

    order: str
    key: str
    method: Method
    amount: int
    title: str
    email: str
    name: str
    phone: str
    language: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartedCheckout:
    """A hosted page that is ready: the provider's reference, and where to send the payer."""

    reference: str
    redirect_url: str


@dataclass(frozen=True, slots=True)
class KonbiniStore:
    """A chain of stores, and what is entered at its machine or told at its till. ``store`` is
    ``familymart``, ``lawson``, ``ministop`` or ``seicomart`` (``charging.konbini`` has the steps).
    """

    store: str
    payment_code: str
    confirmation_number: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to pay at a convenience store, and until when. ``voucher_url`` is the provider's own
    page of the same, if it has one."""

    stores: tuple[KonbiniStore, ...]
    deadline: datetime
    voucher_url: str = ""


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something that happened at the provider.

    Attributes:
        id: the provider's id of the event. What ``look`` finds out has a made one that is always
            the same for the same finding, such as ``look:REFERENCE:paid``.
        kind: what happened.
        at: when, by the provider's clock.
        order: our reference, as given at the start; empty when the event does not carry it.
        reference: the provider's reference of the checkout; never empty for ``paid``: money of a
            page that we did not ask for is not ours. Empty when a later event does not say.
        payment: the provider's id of the payment; never empty from ``paid`` on.
        amount: yen; of ``paid``, refunds (of this one alone), and disputes.
        currency: in which ``amount`` is, as the provider says it, in small letters; never empty
            where there is an amount. What is not ``jpy`` moves nothing.
        about: the provider's id of the refund or dispute; never empty for these. The same one is
            told of several times, and counts once (``charging.refund_states``).
        method: of ``paid``.
        instructions: of ``awaiting``.
    """

    id: str
    kind: EventKind
    at: datetime
    order: str = ""
    reference: str = ""
    payment: str = ""
    amount: int = 0
    currency: str = ""
    about: str = ""
    method: Method | Literal[""] = ""
    instructions: Instructions | None = None


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund that the provider has taken up, by its id (``about`` of its events). ``pending`` is
    not yet with the payer: an event, or ``look``, will tell."""

    reference: str
    pending: bool


class Provider(Protocol):
    """A payment provider, on an issuer's account.

    Attributes:
        title: its name on screens.
        methods: those it takes.
        secret_names: what an account of it must have.
        own_secrets: of these, those that we draw ourselves; the others are the provider's, and
            somebody brings them.
        webhook_events: what its webhook must be set to tell of, at the provider; none when there
            is nothing to set.
        origins: where its hosted pages live (for the content security policy).
        modes: the modes of issuers that may have it.
    """

    title: ClassVar[str]
    methods: ClassVar[tuple[Method, ...]]
    secret_names: ClassVar[tuple[str, ...]]
    own_secrets: ClassVar[tuple[str, ...]]
    webhook_events: ClassVar[tuple[str, ...]]
    origins: ClassVar[tuple[str, ...]]
    modes: ClassVar[tuple[str, ...]]

    def __init__(self, account: Account) -> None: ...

    @staticmethod
    def misfits(mode: str, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """The names of secrets that cannot be right for an issuer of this mode, by their form
        alone: above all test keys of a live issuer, with which value would cost nothing."""

    def greet(self) -> None:
        """Ask something harmless, to see that the secrets serve.

        Raises:
            ProviderDownError: when nobody answers.
            ProviderRefusedError: when they do not.
        """

    def can_end(self, deadline: datetime) -> bool:
        """True when a konbini slip that is begun now can end by ``deadline``, the last second of a
        day in Japan, however long its payer stays on the page; False for who gives out no slips,
        or none as short."""

    def start(self, request: CheckoutRequest) -> StartedCheckout:
        """Make a hosted page ready, once for its key.

        Raises:
            ProviderDownError: when it is not known whether there is one now.
            ProviderRefusedError: when it made none.
        """

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[ProviderEvent]:
        """The events in a webhook; none when it tells nothing of interest.

        Raises:
            BadSignatureError: when the body is not the provider's.
            ProviderDownError: when more must be asked for, and nobody answers: the webhook is
                to be sent again.
        """

    def look(self, reference: str) -> Sequence[ProviderEvent]:
        """What is known of a checkout now, as the events that lead there, refunds and disputes of
        its payments included; none while it is open and nothing has happened.

        Raises:
            ProviderDownError: when nobody answers.
        """

    def cancel(self, reference: str) -> bool:
        """See to it that a checkout can be paid no more; True when that is so for sure. False
        when money has come, or may be on its way: ``look`` then. May be called again.

        Raises:
            ProviderDownError: when it is not known.
        """

    def refund(self, payment: str, amount: int, key: str) -> Refunded:
        """Give ``amount`` yen of a payment back to the payer, once for the key.

        Raises:
            ProviderDownError: when it is not known whether it was.
            ProviderRefusedError: when it cannot be.
        """
