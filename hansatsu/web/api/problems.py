"""What goes wrong, as ``application/problem+json`` (RFC 9457) with a stable ``code``.

When several apply, the first wins: who calls, what they may, too often, no key, shape, what the
key stands for, and then what the ledger says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:hansatsu:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: its status, and what is always said of it."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "unauthorized": Kind(
        401,
        "No valid key",
        "Send Authorization: Bearer and a key of this terminal that was not revoked.",
    ),
    "forbidden": Kind(403, "Not allowed", "The key lacks the scope for this."),
    "too_many_requests": Kind(
        429, "Too many requests", "Wait for as many seconds as Retry-After says."
    ),
    "method_not_allowed": Kind(
        405, "Method not allowed", "This address does not know this method."
    ),
    "content_too_large": Kind(413, "Too large", "A request has 16,384 bytes at most."),
    "unsupported_media_type": Kind(
        415, "Not JSON", "Send JSON in UTF-8, and say so: Content-Type: application/json."
    ),
    "bad_request": Kind(400, "Bad request", "The request is not understood."),
    "idempotency_key_required": Kind(
        400,
        "Idempotency-Key missing",
        "Send an Idempotency-Key of 1 to 255 printable ASCII characters, new for each purchase.",
    ),
    "invalid_request": Kind(422, "Invalid request", "See errors."),
    "idempotency_key_conflict": Kind(
        409, "Idempotency-Key in use", "The key already stands for another request."
    ),
    "request_cancelled": Kind(
        409, "Request cancelled", "This key was cancelled; nothing happens under it any more."
    ),
    "not_found": Kind(404, "Not found", "There is no such thing here."),
    "unknown_code": Kind(404, "Unknown code", "Nobody has this code."),
    "code_expired": Kind(410, "Code expired", "The code is too old; ask for the next one."),
    "code_used": Kind(409, "Code used", "The code was used; ask for the next one."),
    "duplicate_reference": Kind(
        409,
        "Paid already",
        "The wallet has paid this amount with this reference within the hour: see payment.",
    ),
    "other_terminal": Kind(
        409,
        "Another terminal's key",
        "Keys are per terminal, and another one of the shop has paid under this key: see payment.",
    ),
    "already_refunded": Kind(409, "Already refunded", "Nothing of the payment is left."),
    "wallet_frozen": Kind(423, "Wallet frozen", "The wallet pays nothing; ask the office."),
    "not_accepted": Kind(422, "Not accepted here", "The shop does not take what the wallet holds."),
    "over_limit": Kind(422, "Over the limit", "The payment is above a limit of the issuer."),
    "insufficient_value": Kind(402, "Not enough value", "The wallet holds too little."),
    "refund_exceeds_payment": Kind(
        422, "More than was paid", "Less is left of the payment than is to be refunded."
    ),
    "try_again": Kind(
        503, "Try again", "The outcome is not known. Send the same request with the same key."
    ),
}
"""By code. ``bad_request`` is what cannot be read as HTTP."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. ``detail`` replaces the kind's; ``extra`` are further members."""

    code: str
    detail: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return KINDS[self.code].status

    def as_object(self) -> dict[str, Any]:
        """Its JSON."""
        kind = KINDS[self.code]
        return {
            "type": TYPE + self.code,
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail or kind.detail,
            "code": self.code,
            **self.extra,
        }


class ProblemError(Exception):
    """Ends a call with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def refuse(code: str, detail: str = "", **extra: Any) -> ProblemError:
    """``raise refuse("not_found")``."""
    return ProblemError(Problem(code, detail, extra))


def invalid(field_name: str, message: str) -> ProblemError:
    """One field is not as it must be. What was sent is never repeated."""
    return refuse("invalid_request", errors=[{"field": field_name, "message": message}])


def too_many(seconds: int, detail: str = "") -> ProblemError:
    """Wait for so many seconds."""
    return ProblemError(
        Problem("too_many_requests", detail, {}, {"Retry-After": str(max(1, seconds))})
    )
