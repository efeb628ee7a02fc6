"""Bodies that never come hold up no page: they are awaited before a page's thread is taken."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from hansatsu.flows.charging.provider_accounts import open_account
from tests.support.sites import Site
from tests.town import make_town

SLOW = 12
"""Three for each thread of the site's page process."""

PATIENCE = 2
"""Seconds that a page may take meanwhile."""

ADDRESSES = ("/{}/pay/settle/", "/psp/sandbox/{}/webhook/", "/shop/login/")

CSRF = "c" * 32
"""A client that asks for any page first has a token, and has the form read."""


@contextmanager
def slow_bodies(port: int, address: str, count: int) -> Iterator[list[socket.socket]]:
    """So many requests that declare 500 bytes and send two."""
    head = (
        f"POST {address} HTTP/1.1\r\nHost: localhost:{port}\r\n"
        f"Cookie: hansatsu_csrf={CSRF}\r\nContent-Length: 500\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\na="
    )
    with ExitStack() as open_ones:
        yield [_send(open_ones, port, head.encode()) for _ in range(count)]


def _send(open_ones: ExitStack, port: int, head: bytes) -> socket.socket:
    connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    connection.sendall(head)
    return connection


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_answer_while_bodies_do_not_come(site: Site, address: str) -> None:
    issuer = make_town().issuer
    open_account(issuer, "sandbox", {"webhook_secret": "s" * 40})
    with slow_bodies(site.port, address.format(issuer.code), SLOW):
        for _ in range(3):
            begun = time.monotonic()
            pages = http.client.HTTPConnection("localhost", site.port, timeout=PATIENCE)
            pages.request("GET", "/shop/login/")
            assert pages.getresponse().status == 200
            pages.close()
            assert time.monotonic() - begun < PATIENCE


def test_a_body_that_comes_late_is_answered(site: Site) -> None:
    with slow_bodies(site.port, "/shop/login/", 1) as (connection,):
        connection.sendall(b"b" * 498)
        assert connection.recv(64).startswith(b"HTTP/1.1 403")  # whole, and without a CSRF token
