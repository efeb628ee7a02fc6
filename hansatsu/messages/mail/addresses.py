"""Addresses as mail servers want them."""

import re

_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def deliverable(address: str) -> str:
    """``address`` with its local part in quotes where the standard (RFC 5321) wants them.

    Japanese carriers once gave out addresses such as ``hanako.@docomo.ne.jp``, which only
    quotes make valid.
    """
    local, _, domain = address.rpartition("@")
    if local.startswith('"') or _PLAIN.fullmatch(local):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'
