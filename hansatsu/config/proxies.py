"""Whom a request comes from when it has come through proxies.

Only the proxies that are listed are believed, and of the list that they pass on the last address
that is not one of theirs: what stands before it was written by the sender of the request.
"""

from collections.abc import Callable, Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

Address = IPv4Address | IPv6Address
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ANY = "*"
SCHEMES = ("http", "https")


class Proxies:
    """The proxies that are believed.

    Args:
        listed: addresses and networks with commas between them; ``*`` is everybody.

    Raises:
        ValueError: when one is neither.
    """

    def __init__(self, listed: str) -> None:
        names = [each.strip() for each in listed.split(",") if each.strip()]
        self._are_all = ANY in names
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(each) for each in names if each != ANY
        ]

    def believes(self, address: Address) -> bool:
        """True when it is one of them."""
        return self._are_all or any(address in network for network in self._networks)

    def sender(self, remote: str, forwarded: str) -> str:
        """The address that a request comes from.

        Args:
            remote: who has connected.
            forwarded: ``X-Forwarded-For`` as it came: addresses, some with a port or in brackets.
        """
        sender = read_address(remote)
        if sender is None:
            return remote
        for hop in reversed(forwarded.split(",")):
            if not self.believes(sender):
                break
            named = read_address(hop)
            if named is None:  # nobody can be asked who stands before it
                break
            sender = named
        return str(sender)


def read_address(text: str) -> Address | None:
    """``192.0.2.7``, ``192.0.2.7:50000``, ``2001:db8::1``, ``[2001:db8::1]``, ``[2001:db8::1]:80``;
    an IPv4 address within IPv6 is the IPv4 address. None for anything else."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def behind(proxies: Proxies, application: Application) -> Application:
    """``application``, told who sent a request, and how, by the proxies that are believed."""

    def called(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        remote = read_address(environ.get("REMOTE_ADDR", ""))
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded and remote is not None and proxies.believes(remote):
            environ["REMOTE_ADDR"] = proxies.sender(str(remote), forwarded)
            if (scheme := environ.get("HTTP_X_FORWARDED_PROTO", "")) in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        elif remote is not None:
            environ["REMOTE_ADDR"] = str(remote)
        return application(environ, start)

    return called
