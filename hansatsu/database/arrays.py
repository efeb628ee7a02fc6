"""Arrays as PostgreSQL reads them."""

from collections.abc import Iterable


def integers(values: Iterable[int | None]) -> str:
    """PostgreSQL's text of an array of integers. A list of int would be sent as the narrowest
    type that holds it, and each type would be a prepared statement of its own."""
    return "{" + ",".join(["null" if value is None else str(value) for value in values]) + "}"


def texts(values: Iterable[str | None]) -> str:
    """PostgreSQL's text of an array of texts, written in a tenth of the time that psycopg takes for
    a list. None is null."""
    return "{" + ",".join(["null" if value is None else _quoted(value) for value in values]) + "}"


def binaries(values: Iterable[bytes]) -> str:
    """PostgreSQL's text of an array of bytea."""
    return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"


def booleans(values: Iterable[bool]) -> str:
    """PostgreSQL's text of an array of booleans."""
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
