"""The note that a till leaves with its payment: who was at the page, or the till's own reference.

It is one JSON object, so that a reference may say anything and is never taken for ours.
"""

import json

_encode = json.JSONEncoder(ensure_ascii=False).encode
"""``json.dumps`` makes a new encoder for each note that is not in ASCII alone."""


def write_reference(reference: str | None) -> str | None:
    """The note of a payment that came with a till's own ``reference``."""
    return None if reference is None else _encode({"reference": reference})


def read_reference(note: str | None) -> str | None:
    """The till's own reference in a payment's note; None when it has left none."""
    if note is None:
        return None
    found: str | None = json.loads(note).get("reference")
    return found


def write_reason(reason: str, *, staff: int | None = None) -> str:
    """The note of a refund: why, and which member of staff was at the page."""
    note: dict[str, str | int] = {"reason": reason}
    if staff is not None:
        note["staff"] = staff
    return _encode(note)


def read_reason(note: str | None) -> str:
    """The reason in a refund's note; empty when none was given, or it was erased."""
    return "" if note is None else str(json.loads(note).get("reason", ""))


def read_staff(note: str | None) -> int | None:
    """The id of the member of staff who was at the page; None for a till's own software."""
    if note is None:
        return None
    found: int | None = json.loads(note).get("staff")
    return found
