"""Which addresses a webhook may be sent to.

The maker of an endpoint tells our server where to connect to: so it must not lead into the
network that our server stands in. Two looks: at the text when the endpoint is made, and at each
network address that the name means when a connection is made (``connecting``).
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from hansatsu.messages.webhooks.models import LONGEST_URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
HTTPS_PORT = 443
FIRST_FREE_PORT = 1024
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def url_fault(url: str, allowed: Sequence[Network]) -> str:
    """Why an endpoint cannot have this URL, in one word; empty when it can.

    ``url`` (malformed or too long), ``https`` (must be), ``credentials``, ``port`` (443, or 1024
    and up), ``address`` (written as numbers, and not permitted).
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return "url"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "url"
    literal = _literal(host)
    if parts.scheme not in {"http", "https"} or parts.fragment or not _is_host(host):
        return "url"
    if parts.username is not None or parts.password is not None:
        return "credentials"
    if parts.scheme == "http" and not (host in OWN_MACHINE and _reaches_own_machine(allowed)):
        return "https"
    if port is not None and port != HTTPS_PORT and port < FIRST_FREE_PORT:
        return "port"
    if literal is not None and not is_permitted(literal, allowed):
        return "address"
    return ""


def is_permitted(address: Address, allowed: Sequence[Network]) -> bool:
    """True when to connect to ``address``: it is of the public internet, or in a network that the
    operator allows. What an IPv6 address carries inside counts as well."""
    return all(
        any(each in network for network in allowed)
        or (each.is_global and not each.is_multicast and not each.is_reserved)
        for each in _meant(address)
    )


def _meant(address: Address) -> list[Address]:
    """The address where packets end: an IPv4 address that is mapped, tunnelled or translated."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inside: list[Address] = [address] if address not in NAT64 else []
    if address in NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        inside.append(address.sixtofour)
    if address.teredo is not None:
        inside.extend(address.teredo)
    return inside


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_host(host: str) -> bool:
    if _literal(host) is not None:
        return True
    # a name of digits is an IPv4 address to some resolvers: 2130706433, 0x7f.1
    last = host.rpartition(".")[2]
    return bool(_HOST.fullmatch(host)) and not re.fullmatch(r"\d+|0x[0-9a-f]*", last, re.I)


def _reaches_own_machine(allowed: Sequence[Network]) -> bool:
    return any(ipaddress.ip_address("127.0.0.1") in network for network in allowed)
