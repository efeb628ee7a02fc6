"""What shops' servers are told, for the document: OpenAPI's ``webhooks``.

What is sent is written by ``hansatsu.messages.webhooks``; tests hold its messages against these
shapes.
"""

from dataclasses import dataclass
from typing import Any

from hansatsu.web.api import examples
from hansatsu.web.api.schemas import PaymentMessage, SettlementMessage, TestMessage

SIGNED = """\
Signed as Standard Webhooks (standardwebhooks.com) says, with the endpoint's secret. At
least once, in no promised order; the same `webhook-id` and body on repeats. Answer any 2xx within
ten seconds; 410 ends the endpoint. Redirects are not followed."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. ``shape`` is of its body."""

    event: str
    summary: str
    shape: type
    example: dict[str, Any]


TOLD = (
    Told(
        "payment.paid",
        "A payment was made at the shop, by code, card or poster",
        PaymentMessage,
        examples.PAID_MESSAGE,
    ),
    Told(
        "payment.refunded",
        "Some or all of a payment was given back",
        PaymentMessage,
        examples.REFUNDED_MESSAGE,
    ),
    Told(
        "settlement.closed",
        "The shop's takings of a period were closed: its statement is there",
        SettlementMessage,
        examples.SETTLEMENT_MESSAGE,
    ),
    Told(
        "webhook.test",
        "Somebody tries the endpoint: POST /webhook-endpoints/{id}/test",
        TestMessage,
        examples.TEST_MESSAGE,
    ),
)
HEADERS = (
    ("webhook-id", "Tells this message from all others.", examples.DELIVERY["webhook_id"]),
    ("webhook-timestamp", "When it was signed, in seconds since 1970.", "1775012646"),
    (
        "webhook-signature",
        "`v1,` and a signature, one or two with a space between.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)
