"""Connecting to the very address that was checked.

A name may mean a public address when it is checked and a private one when it is connected to
(DNS rebinding). So a name is resolved once for each connection, what it means is checked, and the
connection is made to those numbers. TLS still proves the name: it is asked for in the handshake,
and the certificate must bear it.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from hansatsu.messages.webhooks.addresses import Network, is_permitted

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MOST_TRIED = 3
"""Addresses of one name."""

_LOOKING_UP = ThreadPoolExecutor(max_workers=16, thread_name_prefix="webhook-names")
"""Threads of their own: a slow name server must not take those that other work runs in."""


class UnknownNameError(httpcore.ConnectError):
    """The name means nothing."""


class ForbiddenAddressError(httpcore.ConnectError):
    """The name means an address that we must not connect to."""


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        _LOOKING_UP, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to permitted addresses only.

    Args:
        allowed: networks that are permitted beside the public internet.
        resolver: tells what a name means; asked once for each connection.
    """

    def __init__(self, allowed: Sequence[Network], resolver: Resolver = look_up) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to ``host``.

        Raises:
            UnknownNameError: when it means nothing.
            ForbiddenAddressError: when one of its addresses is not permitted. The others might
                be, but a name that mixes them is up to no good.
            httpcore.ConnectError: when none of them answers.
        """
        try:
            addresses = [ipaddress.ip_address(each) for each in await self._resolver(host, port)]
        except (OSError, UnicodeError, ValueError) as error:
            raise UnknownNameError(str(error)) from error
        if not addresses:
            raise UnknownNameError(host)
        if not all(is_permitted(each, self._allowed) for each in addresses):
            raise ForbiddenAddressError(host)
        *earlier, last = addresses[:MOST_TRIED]
        for address in earlier:
            try:
                return await self._plain.connect_tcp(str(address), port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._plain.connect_tcp(str(last), port, timeout)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never.

        Raises:
            ForbiddenAddressError: always.
        """
        raise ForbiddenAddressError(path)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._plain.sleep(seconds)
