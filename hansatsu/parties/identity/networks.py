"""Where a request comes from, and whose that address is: one household has a whole network of IPv6
addresses (RFC 6177), and takes a new one for each try if it likes."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

HOUSEHOLD = 64
"""Bits that one line shares, whatever address a browser picks."""

SITE = 48
"""Bits that one customer of a provider shares at most."""


def address_of(request: HttpRequest) -> str:
    """The network address that a request comes from, for limits and records; proxies that are
    believed have told it (``config.proxies``). Empty when the server named none."""
    return str(request.META.get("REMOTE_ADDR", ""))


def networks_of(address: str) -> tuple[str, ...]:
    """What tries from ``address`` are counted by, the narrowest first: the address itself for IPv4;
    the /64 and the /48 for IPv6. What is no address stands as it is."""
    try:
        read = ip_address(address)
    except ValueError:
        return (address,)
    if not isinstance(read, IPv6Address):
        return (str(read),)
    if read.ipv4_mapped is not None:
        return (str(read.ipv4_mapped),)
    return tuple(str(IPv6Network((int(read), bits), strict=False)) for bits in (HOUSEHOLD, SITE))
