"""Names that bind a cookie to us (RFC 6265bis, 4.1.3), over https only.

``__Host-``: set by this very host, securely, for all its paths: no neighbour under the same domain
can plant one. ``__Secure-``: the same for cookies of one path, as far as browsers can tell.
"""

from collections.abc import Mapping


def host_name(name: str, *, is_https: bool) -> str:
    """The name of a cookie for all paths."""
    return f"__Host-{name}" if is_https else name


def path_name(name: str, *, is_https: bool) -> str:
    """The name of a cookie of one path."""
    return f"__Secure-{name}" if is_https else name


def value_of(cookies: Mapping[str, str], bound: str, former: str) -> str:
    """The cookie under its name ``bound``; otherwise under the name that it had before December
    2026, which is read for one release, so that nobody is logged out by an upgrade."""
    return cookies.get(bound, "") or cookies.get(former, "")
