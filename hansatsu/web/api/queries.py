"""What stands in the query of more than one list: read, and described for the document."""

import re
from datetime import date
from typing import Any, TypedDict

from hansatsu.web.api.operations import Parameter
from hansatsu.web.api.problems import invalid

DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_LISTED = 100
LISTED = 20

DATE = Parameter("date", "A day in Japan.", {"type": "string", "format": "date"}, "2026-04-01")
LIMIT = Parameter(
    "limit",
    "How many at most.",
    {"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": LISTED},
)
CURSOR = Parameter(
    "cursor", "`next_cursor` of the page before.", {"type": "string", "maxLength": 64}
)


class PageAsked(TypedDict):
    """Which page of a list, as ``payments.pos.listing.Wanted`` has it."""

    day: date | None
    before: str | None
    limit: int


def page_of(query: Any) -> PageAsked:
    """What ``DATE``, ``CURSOR`` and ``LIMIT`` ask for.

    Raises:
        ProblemError: when one of them is malformed.
    """
    return {
        "day": day_of(query),
        "before": text_of(query, "cursor", 64),
        "limit": whole_number(query, "limit", LISTED, 1, MOST_LISTED),
    }


def day_of(query: Any) -> date | None:
    """The day of ``date``; None when none is asked for.

    Raises:
        ProblemError: when it is not a date.
    """
    text: str | None = query.get("date")
    if text is None:
        return None
    if not DAY.fullmatch(text):
        raise invalid("date", "A day in Japan is expected: YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("date", "There is no such day.") from None


def text_of(query: Any, name: str, longest: int) -> str | None:
    """The text of a parameter; None when it is not there.

    Raises:
        ProblemError: when it is too long, or holds what no text of ours does.
    """
    text: str | None = query.get(name)
    if text is not None and (len(text) > longest or "\0" in text):
        raise invalid(name, f"It has {longest} characters at most, and none is a NUL.")
    return text


def whole_number(query: Any, name: str, default: int, least: int, most: int) -> int:
    """A number in the query.

    Raises:
        ProblemError: when it is not a number, or out of bounds.
    """
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise invalid(name, "A whole number is expected.")
    if not least <= int(text) <= most:
        raise invalid(name, f"It is {least} at least and {most} at most.")
    return int(text)
