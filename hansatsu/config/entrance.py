"""Requests on their way to Django: a page's thread gets one only when all of it has come.

Granian reads a WSGI request's body in the thread that answers it, without a limit of time, so a few
bodies that never come shut all pages (ADR 0161). Here bodies are awaited on the event loop, where
waiting costs nothing, and what comes too slowly is given up.
"""

import asyncio
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from hansatsu.config.proxies import Application

GRACE = 20
"""Seconds until the first of a body must have come …"""

LEAST_RATE = 4 * 1024
"""… and a second more for so many bytes that have: a slow line is not a silent one."""

MOST_AWAITED = 256
"""Bodies that a process waits for. Above that the one that has been waited for longest is given up,
so that a client that sends silence gets in the way of others that do, and of nobody else."""

IN_MEMORY = 64 * 1024
"""Bytes of a body; what is larger waits in a temporary file."""

MOST_KEPT = 64 * 1024 * 1024
"""Bytes of bodies that a process keeps, come or still coming, so that large ones sent slowly fill
no disk. Above that the largest that is still coming is given up."""

CONNECTIONS = 2 * MOST_AWAITED
"""That a process holds open: more than bodies, otherwise none would be given up in time."""

TOO_SLOW = "The request did not come in time. Send it again.\n"
"""Read by a program, if by anyone: a browser sends again by itself."""

Headers = list[tuple[str, str]]


class Entrance:
    """A WSGI application behind granian's RSGI.

    Args:
        application: called in a thread, with a body that is all there.
        threads: so many requests are answered at a time.
        largest: bytes that a body may declare; of a larger one none is read, and the application
            is given the size that was declared, to refuse it in words.
        grace, most_awaited, most_kept: see ``GRACE``, ``MOST_AWAITED``, ``MOST_KEPT``.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        largest: int,
        grace: float = GRACE,
        most_awaited: int = MOST_AWAITED,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._largest = largest
        self._grace = grace
        self._most_awaited = most_awaited
        self._most_kept = most_kept
        self._kept = 0
        self._awaited: dict[asyncio.Task[IO[bytes] | None], int] = {}
        """What each body that is on its way has kept so far."""

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        environ = environ_of(scope)
        declared = environ.get("CONTENT_LENGTH", "")
        # A body without a declared size is empty to Django, and is not read here either.
        size = int(declared) if declared.isascii() and declared.isdecimal() else 0
        body: IO[bytes] | None = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        if 0 < size <= self._largest:
            body = await self._body(protocol, size)
        if body is None:
            closing = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
            protocol.response_str(408, closing, TOO_SLOW)
            return
        environ["wsgi.input"] = body
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._answer, environ, protocol)
        finally:
            self._kept -= size if size <= self._largest else 0

    async def _body(self, protocol: Any, size: int) -> IO[bytes] | None:
        """All ``size`` bytes, kept until they are answered; None when they do not come."""
        if len(self._awaited) >= self._most_awaited:
            self._give_up(next(iter(self._awaited)))
        reading = asyncio.ensure_future(self._read(protocol, size))
        self._awaited[reading] = 0
        body = None
        try:
            body = await reading
        except asyncio.CancelledError:
            if not reading.cancelled():  # it is the server that ends
                raise
        finally:
            if reading not in self._awaited:  # given up: counted no more, though it may have come
                body = None
            received = self._awaited.pop(reading, 0)
            self._kept -= 0 if body is not None else received
        return body

    def _give_up(self, reading: asyncio.Task[IO[bytes] | None]) -> None:
        self._kept -= self._awaited.pop(reading)
        reading.cancel()

    def _keep(self, received: int) -> None:
        """Count what the body that is being read has received; the largest gives way."""
        reading = asyncio.current_task()
        if reading in self._awaited:
            self._awaited[reading] += received
            self._kept += received
        while self._kept > self._most_kept and self._awaited:
            self._give_up(max(self._awaited, key=self._awaited.__getitem__))

    async def _read(self, protocol: Any, size: int) -> IO[bytes] | None:
        begun, received = asyncio.get_running_loop().time(), 0
        body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 # it closes with its last user
        try:
            async with asyncio.timeout(self._grace) as patience:
                async for part in protocol:
                    received += len(part)
                    self._keep(len(part))
                    body.write(part)
                    patience.reschedule(begun + self._grace + received / LEAST_RATE)
        except TimeoutError:
            return None
        if received != size:
            return None
        body.seek(0)
        return body

    def _answer(self, environ: dict[str, Any], protocol: Any) -> None:
        """In a thread: what the application says, joined, a zip of print files too."""
        started: list[tuple[int, Headers]] = []

        def start(line: str, headers: Headers, _: Any = None) -> None:
            started[:] = [(int(line.split(" ", 1)[0]), headers)]

        with environ["wsgi.input"]:
            said = self._application(environ, start)
            try:
                content = b"".join(said)
            finally:
                if (close := getattr(said, "close", None)) is not None:
                    close()
        protocol.response_bytes(*started[0], content)


def environ_of(scope: Any) -> dict[str, Any]:
    """What WSGI (PEP 3333) tells of a request, as granian itself tells it, but without headers that
    have an underscore: they would pass for those with a hyphen, which a proxy sets."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_SOFTWARE": "Granian",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ
