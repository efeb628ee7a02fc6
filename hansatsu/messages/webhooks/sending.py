"""Sending one message once, and telling what came of it.

No proxy, no redirect, no cookie. Connections stay open for the next message (``keeping``).
"""

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from hansatsu.messages.webhooks.addresses import Network
from hansatsu.messages.webhooks.connecting import (
    CheckedBackend,
    ForbiddenAddressError,
    Resolver,
    UnknownNameError,
    look_up,
)
from hansatsu.messages.webhooks.keeping import Kept, KeptConnections, Where
from hansatsu.messages.webhooks.models import LONGEST_EXCERPT

PATIENCE = 10.0
"""Seconds for everything: name, connection, TLS, and the answer to its last byte."""

CONNECTING = 5.0
"""Seconds of it for a connection."""

USER_AGENT = "Hansatsu-Webhooks/1"

MOST_READ = 16 * 1024
"""Bytes of an answer that are read; the rest is left where it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try ended: with a status, or with an error word and no status.

    The words: ``unknown_name``, ``forbidden_address``, ``no_connection``, ``tls``, ``timeout``,
    ``broken`` (the connection ended in the middle, or what came was no HTTP).
    """

    status: int | None
    milliseconds: int
    error: str = ""
    excerpt: str = ""

    @property
    def taken(self) -> bool:
        """True when the receiver has it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """True when the receiver wants no more, ever: 410."""
        return self.status == 410


class Sender:
    """Sends over connections that are checked.

    Args:
        allowed: networks that are permitted beside the public internet.
        resolver: tells what a name means.
        tls: whom to trust; the system's authorities when None.
        patience: seconds for everything.
    """

    def __init__(
        self,
        allowed: Sequence[Network],
        *,
        resolver: Resolver = look_up,
        tls: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._backend = CheckedBackend(allowed, resolver)
        self._tls = tls or ssl.create_default_context()
        self._patience = patience
        self._kept = KeptConnections()

    async def send(self, url: str, headers: dict[str, str], body: str) -> Answer:
        """POST ``body`` as JSON. Never raises for what the receiver or the network does."""
        started = time.monotonic()
        status, error, excerpt = None, "", ""
        try:
            async with asyncio.timeout(self._patience):
                status, excerpt = await self._post(url, headers, body.encode())
        except UnknownNameError:
            error = "unknown_name"
        except ForbiddenAddressError:
            error = "forbidden_address"
        except (TimeoutError, httpcore.TimeoutException):
            error = "timeout"
        except (ssl.SSLError, httpcore.ConnectError) as fault:
            error = "tls" if _is_tls(fault) else "no_connection"
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            error = "broken"
        return Answer(status, int((time.monotonic() - started) * 1000), error, excerpt)

    async def close_idle(self) -> None:
        """Close connections that have waited for long. Call it now and then."""
        await self._kept.close_idle()

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._kept.close()

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        request = httpcore.Request(
            "POST",
            url,
            headers=list((_headers(url, len(body)) | headers).items()),
            content=body,
            extensions={"timeout": {"connect": CONNECTING}},
        )
        kept = self._kept.take(_where(request))
        if kept is not None:
            try:
                return await self._exchange(kept, request)
            except (httpcore.NetworkError, httpcore.ProtocolError):
                pass  # the server had closed it meanwhile, which is no failure of the message
        return await self._exchange(self._new(request), request)

    async def _exchange(self, kept: Kept, request: httpcore.Request) -> tuple[int, str]:
        try:
            answer = await kept.connection.handle_async_request(request)
            text = _text(await _beginning(answer))
            await answer.aclose()
        except BaseException:
            await kept.connection.aclose()
            raise
        if not _is_all_read(answer):
            await kept.connection.aclose()
        elif kept.connection.is_idle():
            self._kept.give_back(_where(request), kept)
        return answer.status, text

    def _new(self, request: httpcore.Request) -> Kept:
        connection = httpcore.AsyncHTTPConnection(
            request.url.origin, ssl_context=self._tls, network_backend=self._backend
        )
        now = time.monotonic()
        return Kept(connection, now, now)


def _where(request: httpcore.Request) -> Where:
    origin = request.url.origin
    return origin.scheme, origin.host, origin.port


def _headers(url: str, length: int) -> dict[str, str]:
    return {
        "Host": urlsplit(url).netloc,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(length),
    }


def _is_all_read(answer: httpcore.Response) -> bool:
    """True when nothing of it can be on its way still: a 204 has no body, and servers that send one
    all the same would have it taken for the next answer."""
    lengths = [value for name, value in answer.headers if name.lower() == b"content-length"]
    return answer.status != 204 or lengths in ([], [b"0"])


async def _beginning(answer: httpcore.Response) -> bytes:
    read = b""
    async for chunk in answer.aiter_stream():
        read += chunk
        if len(read) >= MOST_READ:
            break
    return read


def _text(data: bytes) -> str:
    """What can be shown and kept: PostgreSQL keeps no zero bytes."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")[:LONGEST_EXCERPT]


def _is_tls(fault: Exception) -> bool:
    """True when the handshake failed; httpcore puts the reason into its own error."""
    return any(isinstance(each, ssl.SSLError) for each in (fault, *fault.args))
