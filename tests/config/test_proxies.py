"""Behind a proxy, log-in tries are counted by the address that a trusted proxy names."""

import importlib
from collections.abc import Iterator
from typing import Any

import django.core.wsgi
import pytest
from django.conf import settings

from hansatsu.config import wsgi
from hansatsu.config.proxies import Proxies

Seen = list[str]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """The addresses that the application behind the entrance is told."""
    told: Seen = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        told.append(environ["REMOTE_ADDR"])
        return []

    monkeypatch.setattr(django.core.wsgi, "get_wsgi_application", lambda: application)
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", Proxies("127.0.0.1,10.0.0.1"))
    importlib.reload(wsgi)
    yield told
    monkeypatch.undo()
    importlib.reload(wsgi)


def call(remote: str, forwarded: str) -> None:
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded, "wsgi.url_scheme": "http"}
    wsgi.application(environ, lambda *_: None)


def test_a_trusted_proxy_is_believed(seen: Seen) -> None:
    call("127.0.0.1", "192.0.2.7")
    call("127.0.0.1", "198.51.100.9, 192.0.2.7, 10.0.0.1")
    assert seen == ["192.0.2.7", "192.0.2.7"]


def test_a_stranger_cannot_name_another_address(seen: Seen) -> None:
    call("203.0.113.5", "192.0.2.7")
    assert seen == ["203.0.113.5"]


@pytest.mark.parametrize(
    ("forwarded", "sender"),
    [
        ("192.0.2.7:50000", "192.0.2.7"),
        ("[2001:db8::1]:50000", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("198.51.100.9, 192.0.2.7:50000, 10.0.0.1:443", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_addresses_are_read_however_they_are_written(
    seen: Seen, forwarded: str, sender: str
) -> None:
    call("127.0.0.1", forwarded)
    assert seen == [sender]


@pytest.mark.parametrize("forwarded", ["unknown", "192.0.2.7, _hidden", "", "1.2.3.4.5", "[", ":"])
def test_what_is_no_address_leads_no_further(seen: Seen, forwarded: str) -> None:
    call("127.0.0.1", forwarded)
    assert seen == ["127.0.0.1"]


def test_networks_and_everybody_may_be_listed() -> None:
    assert Proxies("10.0.0.0/8, ::1").sender("10.1.2.3", "192.0.2.7,10.9.9.9") == "192.0.2.7"
    assert Proxies("*").sender("203.0.113.5", "192.0.2.7, 198.51.100.9") == "192.0.2.7"
    assert Proxies("").sender("203.0.113.5", "192.0.2.7") == "203.0.113.5"
    with pytest.raises(ValueError, match="proxy"):
        Proxies("proxy")
