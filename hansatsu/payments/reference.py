"""The note that a till leaves with its payment: who was at the page, or the till's own reference.

It is one JSON object, so that a reference may say anything and is never taken for ours.
"""

import json


def write_reference(reference: str | None) -> str | None:
    """The note of a payment that came with a till's own ``reference``."""
    return None if reference is None else json.dumps({"reference": reference}, ensure_ascii=False)


def read_reference(note: str | None) -> str | None:
    """The till's own reference in a payment's note; None when it has left none."""
    if note is None:
        return None
    found: str | None = json.loads(note).get("reference")
    return found
