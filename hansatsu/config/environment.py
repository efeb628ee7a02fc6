"""Reading settings from the environment, and saying clearly what is wrong with it."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError, conninfo

from hansatsu.config.proxies import Proxies
from hansatsu.database.connections import try_connection
from hansatsu.database.waiting import with_waits

BIRTHS = ("live", "demo", "simulation", "test")

LOCK_TIMEOUT = "HANSATSU_LOCK_TIMEOUT"
"""What a kind of process sets for itself: how long its statements wait for a lock."""


def required(name: str, meaning: str) -> str:
    """The value of an environment variable that has no default.

    Raises:
        ImproperlyConfigured: naming the variable and what it is for.
    """
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name} ({meaning}).")
    return value


def secret(name: str, meaning: str, shortest: int = 32) -> str:
    """A required value that must have at least ``shortest`` characters."""
    value = required(name, meaning)
    if len(value) < shortest:
        raise ImproperlyConfigured(f"{name} is too short: use {shortest} characters or more.")
    return value


def secrets(name: str, meaning: str) -> list[str]:
    """Required keys with commas between them; the first is in use, the others still open."""
    keys = [key.strip() for key in required(name, meaning).split(",") if key.strip()]
    if not keys or min(map(len, keys)) < 32:
        raise ImproperlyConfigured(f"{name} is too short: each key has 32 characters or more.")
    return keys


def number(name: str, default: int) -> int:
    """A whole number of one or more."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number of 1 or more.")
    return int(value)


def networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as ``10.0.0.0/8``, with commas between them."""
    words = [each.strip() for each in os.environ.get(name, default).split(",")]
    try:
        return [ip_network(each) for each in words if each]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Write networks like 10.0.0.0/8.") from error


def proxies() -> Proxies:
    """The proxies that name whom a request comes from (``TRUSTED_PROXIES``)."""
    try:
        return Proxies(os.environ.get("TRUSTED_PROXIES", ""))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES: {error}. Write addresses and networks with commas between them."
        ) from error


def birth() -> str:
    """What kind of database this is (``HANSATSU_BIRTH``)."""
    value = os.environ.get("HANSATSU_BIRTH", "live")
    if value not in BIRTHS:
        raise ImproperlyConfigured(f"HANSATSU_BIRTH is {value!r}: use one of {', '.join(BIRTHS)}.")
    return value


def site_url() -> str:
    """The address people type (``SITE_URL``), without a slash at its end."""
    value = required("SITE_URL", "the address of the site, such as https://pay.example.jp")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(
            f"SITE_URL is {value!r}: write it like https://pay.example.jp, with no path."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ImproperlyConfigured(
            f"SITE_URL is {value!r}: only this machine may be reached without https."
        )
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def database(connections: int) -> dict[str, object]:
    """Django's database from ``DATABASE_URL``, with a pool of at most ``connections``.

    A connection out of the pool is tried first, so that a restart of the server is nobody's error;
    ``LOCK_TIMEOUT`` is set by a process for itself.
    """
    url = required("DATABASE_URL", "the PostgreSQL database, as the application's role")
    waits = {"lock_timeout": os.environ.get(LOCK_TIMEOUT, "3s"), "statement_timeout": "60s"}
    try:
        parts = conninfo.conninfo_to_dict(with_waits(url, waits))
    except ProgrammingError as error:
        raise ImproperlyConfigured("DATABASE_URL is not a PostgreSQL address.") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {
            **parts,
            "pool": {
                "min_size": 1,
                "max_size": connections,
                "timeout": 10,
                "check": try_connection,
            },
            # values travel apart from statements: the ledger reads binary results, and what is
            # asked often is planned once
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }


def mailer() -> dict[str, object]:
    """Django's mailer from ``EMAIL_URL``.

    ``smtp://user:password@host:port``; ``smtps://`` speaks TLS from the first byte, and
    ``smtp+tls://`` changes to it (STARTTLS).
    """
    value = required("EMAIL_URL", "the mail server, such as smtp+tls://user:password@host:587")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    default_ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in default_ports or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL is not like smtp+tls://user:password@host:587.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": port or default_ports[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": 20,
        },
    }
