"""What goes in and out, as types: read strictly by msgspec, and shown in the OpenAPI document."""

import json
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hansatsu.flows.payments.pos.practice_codes import Scenario

MOST_YEN = 1_000_000_000

PLAIN = r"^[^\x00-\x1f\x7f\ufffe\uffff]*$(?!\n)"
"""No control characters, nor others that XML 1.0 (2.2) forbids: papers and Excel files could not
hold them. Python's ``$`` alone would let a last newline pass."""

Yen = Annotated[int, Meta(ge=1, le=MOST_YEN, description="Integer yen.")]
Code = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=PLAIN,
        description="The 20 digits of a pay code, or a card's code, as scanned or typed.",
    ),
]
Reference = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=PLAIN,
        description="The till's own number of the purchase. No control characters, "
        "U+FFFE or U+FFFF.",
    ),
]
Key = Annotated[
    str,
    Meta(
        min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$(?!\n)", description="As it was sent."
    ),
]
Moment = Annotated[
    str, Meta(description="RFC 3339, UTC.", extra_json_schema={"format": "date-time"})
]


class NewPayment(Struct, forbid_unknown_fields=True, frozen=True):
    """A payment to be made."""

    code: Code
    amount: Yen
    reference: Reference | None = None


class NewRefund(Struct, forbid_unknown_fields=True, frozen=True):
    """A refund to be made: all that is left, unless an amount is given."""

    amount: Yen | None = None
    reason: Annotated[
        str,
        Meta(
            max_length=200,
            pattern=PLAIN,
            description="Why. No control characters, U+FFFE or U+FFFF.",
        ),
    ] = ""


class NewCancellation(Struct, forbid_unknown_fields=True, frozen=True):
    """The Idempotency-Key of a payment whose outcome the till does not know."""

    idempotency_key: Key


class NewInquiry(Struct, forbid_unknown_fields=True, frozen=True):
    """A card whose balance is asked for."""

    code: Code


class NewPracticeCode(Struct, forbid_unknown_fields=True, frozen=True):
    """A code to practise with. Without a balance it holds enough, or nothing when it is to be
    insufficient."""

    scenario: Scenario
    balance: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


class Part(Struct, frozen=True):
    """Yen from, or back to, one lot. The lot is masked."""

    lot: str
    emoney: str
    amount: int


class Paid(Struct, frozen=True):
    """A payment as it was made. ``id`` is the 決済ID."""

    id: str
    status: Literal["paid"]
    amount: int
    shop: str
    reference: str | None
    paid_at: Moment
    uses: list[Part]


class Refunded(Struct, frozen=True):
    """A refund. ``payment`` is the 決済ID of what was paid. ``expired`` yen of it died at once: the
    lots that it went back to had expired, so the customer does not get them back."""

    id: str
    payment: str
    amount: int
    refunded_at: Moment
    restores: list[Part]
    expired: int


class Payment(Struct, frozen=True):
    """A payment as it stands now; ``status`` is ``refunded`` when nothing is left of it."""

    id: str
    status: Literal["paid", "refunded"]
    amount: int
    shop: str
    reference: str | None
    paid_at: Moment
    uses: list[Part]
    refunds: list[Refunded]
    refundable: int


class Payments(Struct, frozen=True):
    """A page of payments, the newest first."""

    items: list[Payment]
    next_cursor: str | None


class Refunds(Struct, frozen=True):
    """A page of refunds, the newest first."""

    items: list[Refunded]
    next_cursor: str | None


class Sum(Struct, frozen=True):
    """How many, and how many yen."""

    count: int
    amount: int


class EmoneyTotal(Struct, frozen=True):
    """What one emoney has in a day: ``net`` is paid less given back."""

    emoney: str
    payments: Sum
    refunds: Sum
    net: int


class TerminalTotal(Struct, frozen=True):
    """What one terminal has in a day, by its name; the poster and what has no terminal have lines
    of their own."""

    terminal: str
    payments: Sum
    refunds: Sum
    net: int


class Totals(Struct, frozen=True):
    """A day's totals, as 日計 on the shop site shows them. ``net`` is paid less given back."""

    date: Annotated[str, Meta(extra_json_schema={"format": "date"})]
    payments: Sum
    refunds: Sum
    net: int
    by_emoney: list[EmoneyTotal]
    by_terminal: list[TerminalTotal]


Day = Annotated[str, Meta(description="A day in Japan.", extra_json_schema={"format": "date"})]


class SettlementLine(Struct, frozen=True):
    """A term of the sum that ends in the payout; ``amount`` is signed as it is added. ``name`` is
    of the emoney or the fee class, ``count`` of payments or refunds, ``base`` the yen that a fee is
    taken of; ``reason`` and ``payment`` (a 決済ID) are of an adjustment."""

    kind: Literal["opening", "payment", "refund", "adjustment", "fee", "on_demand", "tax"]
    name: str | None
    count: int | None
    base: int | None
    amount: int
    reason: str | None
    payment: str | None


class SettlementProof(Struct, frozen=True):
    """What proves that the settlement stands in its closing: anybody may look at ``url``."""

    leaf: str
    digits: str
    url: str


class Settlement(Struct, frozen=True):
    """What one closing says to the shop. ``lines`` add up to ``payout`` + ``carry``; ``carry`` is
    never positive and goes into the next settlement. ``first_day`` is null for the first one, which
    holds all that was before. ``tax_rate`` is in hundredths of a per cent. ``state``: ``waiting``
    to be paid on ``pay_on``, ``held``, ``in_progress`` at the bank, ``paid``; ``carried`` and
    ``nothing`` are not paid."""

    id: str
    closing: int
    kind: Literal["regular", "on_demand"]
    shop: str
    first_day: Day | None
    last_day: Day
    starts_at: Moment
    ends_at: Moment
    opening: int
    payments: Sum
    refunds: Sum
    adjustments: int
    fee: int
    tax: int
    tax_rate: int
    payout: int
    carry: int
    state: Literal["waiting", "held", "in_progress", "paid", "carried", "nothing"]
    pay_on: Day | None
    paid_at: Moment | None
    lines: list[SettlementLine]
    proof: SettlementProof


class Settlements(Struct, frozen=True):
    """A page of settlements, the newest first."""

    items: list[Settlement]
    next_cursor: str | None


class Cancelled(Struct, frozen=True, omit_defaults=True):
    """``cancelled``: nothing had happened, and nothing will. ``refunded``: it was paid, and has
    been given back."""

    status: Literal["cancelled", "refunded"]
    payment: Payment | UnsetType = UNSET
    refund: Refunded | UnsetType = UNSET


class ShopInformation(Struct, frozen=True):
    """The shop that the key belongs to. ``code_prefixes`` are what the codes begin with that are
    to be sent here: what begins otherwise is another app's."""

    code: str
    name: str
    issuer: str
    takes: list[str]
    code_prefixes: list[str]


class CardLot(Struct, frozen=True):
    """A living lot of a card; ``expires_on`` is its last day in Japan, null when it has none."""

    lot: str
    emoney: str
    balance: int
    expires_on: Annotated[str, Meta(extra_json_schema={"format": "date"})] | None


class Inquired(Struct, frozen=True):
    """What a card holds, and what of it this shop takes."""

    balance: int
    usable_here: int
    lots: list[CardLot]


class PracticeCode(Struct, frozen=True):
    """A code to practise with."""

    code: str


WebhookEvent = Literal["payment.paid", "payment.refunded", "settlement.closed"]


class NewWebhookEndpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """An address of the shop's server (https, on the public internet), and of what it is told.
    ``contact`` is the mail address of who is written to when the endpoint is disabled."""

    url: Annotated[str, Meta(min_length=1, max_length=500, extra_json_schema={"format": "uri"})]
    events: Annotated[list[WebhookEvent], Meta(min_length=1, max_length=10)]
    contact: Annotated[str, Meta(max_length=254)] = ""


class WebhookEndpoint(Struct, frozen=True):
    """An endpoint; ``disabled`` after days of failure, or when it answered 410."""

    id: str
    url: str
    events: list[str]
    status: Literal["enabled", "disabled"]
    created_at: Moment


class OpenedWebhookEndpoint(Struct, frozen=True):
    """A new endpoint, with the secret that is shown this once."""

    id: str
    url: str
    events: list[str]
    status: Literal["enabled", "disabled"]
    created_at: Moment
    secret: str


class WebhookEndpoints(Struct, frozen=True):
    """All endpoints of a shop, on one page."""

    items: list[WebhookEndpoint]
    next_cursor: str | None


class WebhookSecret(Struct, frozen=True):
    """A secret that is shown this once."""

    secret: str


class WebhookAttempt(Struct, frozen=True):
    """One try. ``error`` says in a word why there was no answer; ``response`` is the beginning
    of what the server said."""

    at: Moment
    status: int | None
    milliseconds: int
    error: str | None
    response: str


class WebhookDelivery(Struct, frozen=True):
    """A message to an endpoint; ``object`` is the payment that it is about."""

    n: int
    webhook_id: str
    event: str
    object: str | None
    state: str
    created_at: Moment
    next_try_at: Moment | None
    attempts: list[WebhookAttempt]


class WebhookDeliveries(Struct, frozen=True):
    """A page of deliveries, the newest first."""

    items: list[WebhookDelivery]
    next_cursor: str | None


class PaymentMessage(Struct, frozen=True):
    """What a server is told of a payment: as ``GET /payments/{id}`` showed it when the message was
    first sent. Of two messages about one payment the higher ``version`` tells the newer state."""

    type: Literal["payment.paid", "payment.refunded"]
    timestamp: Moment
    version: Annotated[int, Meta(ge=1)]
    data: Payment


class SettlementMessage(Struct, frozen=True):
    """What a server is told of a settlement: as ``GET /settlements/{id}`` showed it when it was
    closed."""

    type: Literal["settlement.closed"]
    timestamp: Moment
    version: Annotated[int, Meta(ge=1)]
    data: Settlement


class TestedShop(Struct, frozen=True):
    """The shop whose endpoint is tried."""

    shop: str


class TestMessage(Struct, frozen=True):
    """A message that somebody has asked for, to try an endpoint."""

    type: Literal["webhook.test"]
    timestamp: Moment
    version: Annotated[int, Meta(ge=1)]
    data: TestedShop


class FieldError(Struct, frozen=True):
    """What is wrong with one field. What was sent is not repeated."""

    field: str
    message: str


def read_body[Body](data: bytes, shape: type[Body]) -> Body | list[dict[str, str]]:
    """The body, or what is wrong with it."""
    try:
        found: Body = msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        return [_field_error(str(error), shape)]
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return [{"field": "", "message": "The body is not JSON, or not in UTF-8."}]
    if not _has_only(found, data):
        try:
            _find_repeated(data.decode())
        except RepeatedFieldError:
            return [{"field": "", "message": "A field stands twice in an object."}]
    return found


@cache
def _defaults(shape: type) -> tuple[tuple[str, Any], ...]:
    """The fields of ``shape``, and what stands in each when it was not sent."""
    return tuple((each.name, each.default) for each in msgspec.structs.fields(shape))


def _has_only(found: Any, data: bytes) -> bool:
    """True when ``data`` has quotes for no texts but these: the name of each field that was surely
    sent, and its own text. Then nothing stands there twice. False says nothing: it is not as plain
    as that (a list, an escaped quote, a field that was sent as its default)."""
    texts = 0
    for name, default in _defaults(found.__class__):
        value = getattr(found, name)
        if value == default:
            continue
        if value.__class__ is str:
            texts += 2
        elif value.__class__ is int:
            texts += 1
        else:
            return False
    return data.count(b'"') == 2 * texts


class RepeatedFieldError(Exception):
    """An object of the body names a field twice."""


def _without_repeated(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(fields)
    if len(found) < len(fields):
        raise RepeatedFieldError
    return found


_find_repeated = json.JSONDecoder(object_pairs_hook=_without_repeated).decode
"""msgspec takes the last of two fields with one name, other readers the first (RFC 8259, 4): what
was meant nobody knows."""


def _field_error(said: str, shape: type) -> dict[str, str]:
    """msgspec's sentence without names that were sent."""
    message, _, path = said.partition(" - at `$")
    names = msgspec.structs.fields(shape)
    known = ", ".join(each.encode_name for each in names)
    if message.startswith("Object contains unknown field"):
        return {"field": "", "message": f"A field does not exist; there are: {known}."}
    for each in names:
        if f"`{each.encode_name}`" in message and "required" in message:
            return {"field": each.encode_name, "message": "This field is required."}
    return {"field": path.rstrip("`").lstrip("."), "message": f"{message}."}
