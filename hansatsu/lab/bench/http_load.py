"""Tills that pay one after the other over kept connections, as cheaply as Python can.

One process and one `epoll`; requests are bytes that were made before, answers are read as far as
is needed to tell that they are whole and whether they are a success.
"""

import json
import select
import socket
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from hansatsu.lab.bench.figures import Run, run_of

PAID = "201"
CLOSED = "connection closed"
"""What counts for an answer where none came."""

HINDERS = ("409 code_used", "410 code_expired", "429", "503", CLOSED)
"""How answers begin that a slow machine brings about: codes died or were used meanwhile, calls were
too many or took too long. All others are a fault of the benchmark or of what is measured."""


class _Till:
    """One connection and the requests that are still to be sent."""

    __slots__ = ("buffer", "port", "requests", "sent_at", "socket")

    def __init__(self, port: int, requests: Iterable[bytes]) -> None:
        self.port = port
        self.requests = iter(requests)
        self.sent_at = 0.0
        self.connect()

    def connect(self) -> None:
        """Open a connection, on which nothing has come yet."""
        self.buffer = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, now: float) -> bool:
        """Send the next request; False when all are sent."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.sent_at = now
        self.socket.send(request)
        return True

    def read(self) -> str | None:
        """What was answered, once the answer is whole: the status, and the code of a problem."""
        try:
            came = self.socket.recv(65536)
        except ConnectionError:
            came = b""
        if not came:
            return CLOSED
        self.buffer += came
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return None
        start = head.lower().index(b"content-length: ") + 16
        if len(body) < int(head[start : start + 6].split(b"\r", 1)[0]):
            return None
        self.buffer = b""
        status = head[9:12].decode()
        return status if status.startswith("2") else f"{status} {_code(body)}".rstrip()


def _code(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("code", "")) if isinstance(said, dict) else ""


def measure_http(
    port: int,
    tills: Sequence[Iterable[bytes]],
    seconds: float,
    success: str = PAID,
    hindered: Counter[str] | None = None,
) -> Run:
    """Have all tills pay at once for some seconds, or until one has nothing left to send.

    Args:
        port: where they pay.
        tills: what each sends, one after the other.
        seconds: after which none sends any more.
        success: the status of what is measured; pages are no payments.
        hindered: counts answers of `HINDERS`, by status and code (``409 code_used``); None
            where there may be none.

    Raises:
        NothingPaidError: when nothing was a success.
        RuntimeError: when an answer was none and is not counted.
    """
    poll = select.epoll()
    waiting: dict[int, _Till] = {}
    latencies: list[float] = []
    started = time.perf_counter()

    def begin(till: _Till) -> None:
        poll.register(till.socket, select.EPOLLIN)
        waiting[till.socket.fileno()] = till

    def end(till: _Till) -> None:
        del waiting[till.socket.fileno()]
        poll.unregister(till.socket)
        till.socket.close()

    for requests in tills:
        till = _Till(port, requests)
        begin(till)
        till.send(started)
    going_on = True
    now = started
    while waiting:
        for number, _ in poll.poll():
            till = waiting[number]
            answer = till.read()
            if answer is None:
                continue
            now = time.perf_counter()
            if answer == success:
                latencies.append(now - till.sent_at)
            elif hindered is None or not answer.startswith(HINDERS):
                raise RuntimeError(f"A request of the benchmark was answered {answer}.")
            else:
                hindered[answer] += 1
            going_on = going_on and now - started < seconds
            if going_on and answer == CLOSED:
                end(till)
                till.connect()
                begin(till)
            if not going_on or not till.send(now):
                going_on = False
                end(till)
    return run_of(latencies, now - started)
