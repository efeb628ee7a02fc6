"""Settings fail loudly: one sentence that names the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from hansatsu.config import environment


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "EMAIL_URL", "FIELD_KEYS", "SECRET_KEY", "SITE_URL"]
)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    read = {
        "DATABASE_URL": lambda: environment.database(1),
        "EMAIL_URL": environment.mailer,
        "FIELD_KEYS": lambda: environment.secrets("FIELD_KEYS", "keys"),
        "SECRET_KEY": lambda: environment.secret("SECRET_KEY", "a key"),
        "SITE_URL": environment.site_url,
        "TRUSTED_PROXIES": environment.proxies,
    }[name]
    with pytest.raises(ImproperlyConfigured, match=rf"^Set {name} \(.+\)\.$"):
        read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "mail.example.jp"),
        ("EMAIL_URL", "smtp://mail.example.jp:none"),
        ("SITE_URL", "pay.example.jp"),
        ("SITE_URL", "https://pay.example.jp/oyama"),
        ("SITE_URL", "http://pay.example.jp"),
        ("SITE_URL", "http://192.0.2.1:8000"),
        ("HANSATSU_BIRTH", "reborn"),
        ("DATABASE_URL", "nonsense"),
        ("TRUSTED_PROXIES", "10.0.0.1, the proxy"),
    ],
)
def test_what_is_malformed_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    read = {
        "DATABASE_URL": lambda: environment.database(1),
        "EMAIL_URL": environment.mailer,
        "HANSATSU_BIRTH": environment.birth,
        "SITE_URL": environment.site_url,
        "TRUSTED_PROXIES": environment.proxies,
    }[name]
    with pytest.raises(ImproperlyConfigured, match=name):
        read()


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is too short"):
        environment.secret("SECRET_KEY", "a key")


def test_a_mail_server_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://town:p%40ss@mail.example.jp")
    options = environment.mailer()["OPTIONS"]
    assert options == {
        "host": "mail.example.jp",
        "port": 587,
        "username": "town",
        "password": "p@ss",
        "use_tls": True,
        "use_ssl": False,
        "timeout": 20,
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://pay.example.jp",
        "http://localhost:8000",
        "http://oyama.localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    ],
)
def test_only_this_machine_is_reached_without_https(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SITE_URL", url)
    assert environment.site_url() == url
