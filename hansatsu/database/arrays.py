"""Arrays as PostgreSQL reads them."""

from collections.abc import Iterable


def integers(values: Iterable[int | None]) -> str:
    """PostgreSQL's text of an array of integers. A list of int would be sent as the narrowest
    type that holds it, and each type would be a prepared statement of its own."""
    return "{" + ",".join(["null" if value is None else str(value) for value in values]) + "}"
