"""A call of the API: what it asks for, and what a handler is given and gives back.

Each module of handlers has a table of its calls; ``application`` makes them into routes, and
``openapi`` into the document, so that neither can say what the other does not.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.flows.payments.pos.paying import Desk

JSON = "application/json"

_encode = msgspec.json.Encoder().encode


class Call(Struct):
    """What a handler is given. ``key`` is the Idempotency-Key, ``body`` of the call's shape."""

    caller: Caller
    desk: Desk
    key: str
    body: Any
    query: Mapping[str, str]
    params: Mapping[str, str]


class Reply(Struct):
    """What a handler gives back; ``about`` is a 決済ID or the like, for the log."""

    status: int
    content: Any
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    about: str = ""

    def as_bytes(self) -> bytes:
        """Its body; empty without content."""
        return b"" if self.content is None else _encode(self.content)


Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, for the document."""

    name: str
    description: str
    schema: Mapping[str, Any]
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One call.

    Attributes:
        method: GET, POST or DELETE.
        path: below ``/api/v1``; ``{id}`` and the like are given in ``params``.
        handler: what answers it.
        summary: one line, for the document.
        description: more, for the document.
        tag: under which the document lists it.
        scopes: one of them is needed; none is any key.
        needs_key: True when it is refused without an Idempotency-Key.
        takes_key: True when an Idempotency-Key is heeded when one is sent.
        body: the shape of its body; None for none.
        body_optional: True when no body at all is as good as an empty object.
        status: of success.
        returns: the shape of success; None for no content.
        errors: codes of ``problems`` that are its own; those of every call are added.
        query: its query parameters.
        example: of its body and of its success, for the document.
        codes_too: True when a terminal stopped for wrong codes is refused.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    description: str = ""
    tag: str = ""
    scopes: frozenset[str] = frozenset()
    needs_key: bool = False
    takes_key: bool = False
    body: type | None = None
    body_optional: bool = False
    status: int = 200
    returns: Any = None
    errors: tuple[str, ...] = ()
    query: tuple[Parameter, ...] = ()
    example: tuple[Any, Any] = (None, None)
    codes_too: bool = False
