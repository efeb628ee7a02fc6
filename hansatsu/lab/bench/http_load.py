"""Tills that pay one after the other over kept connections, as cheaply as Python can.

One process and one `epoll`; requests are bytes that were made before, answers are read as far as
is needed to tell that they are whole and a success.
"""

import select
import socket
import time
from collections.abc import Iterable, Sequence

from hansatsu.lab.bench.figures import Run, run_of

PAID = b"201"


class _Till:
    """One connection and the requests that are still to be sent."""

    __slots__ = ("buffer", "requests", "sent_at", "socket")

    def __init__(self, port: int, requests: Iterable[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = iter(requests)
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, now: float) -> bool:
        """Send the next request; False when all are sent."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.sent_at = now
        self.socket.send(request)
        return True

    def read(self) -> bytes | None:
        """The status, once the answer is whole."""
        self.buffer += self.socket.recv(65536)
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return None
        start = head.lower().index(b"content-length: ") + 16
        if len(body) < int(head[start : start + 6].split(b"\r", 1)[0]):
            return None
        self.buffer = b""
        return head[9:12]


def measure_http(
    port: int, tills: Sequence[Iterable[bytes]], seconds: float, success: bytes = PAID
) -> Run:
    """Have all tills pay at once for some seconds, or until one has nothing left to send.

    Args:
        port: where they pay.
        tills: what each sends.
        seconds: how long.
        success: the status of what is measured; pages are no payments.

    Raises:
        RuntimeError: when a payment was refused: then something else than payments was measured.
    """
    poll = select.epoll()
    waiting = {}
    started = time.perf_counter()
    for requests in tills:
        till = _Till(port, requests)
        poll.register(till.socket, select.EPOLLIN)
        waiting[till.socket.fileno()] = till
        till.send(started)
    latencies: list[float] = []
    going_on = True
    now = started
    while waiting:
        for number, _ in poll.poll():
            till = waiting[number]
            status = till.read()
            if status is None:
                continue
            now = time.perf_counter()
            if status != success:
                raise RuntimeError(f"A payment of the benchmark was answered {status.decode()}.")
            latencies.append(now - till.sent_at)
            going_on = going_on and now - started < seconds
            if not going_on or not till.send(now):
                going_on = False
                poll.unregister(number)
                till.socket.close()
                del waiting[number]
    return run_of(latencies, now - started)
