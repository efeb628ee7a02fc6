"""Cookies that only we can set, and that nobody is logged out by their new names."""

import runpy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings

from hansatsu.config import settings as written
from hansatsu.system.cookie_names import host_name, path_name
from tests.support.clients import Visitor
from tests.support.log_ins import walk_in
from tests.support.tills import Till, hire
from tests.town import make_town


@contextmanager
def https() -> Iterator[None]:
    """The settings of a site that people reach over https."""
    with override_settings(
        SESSION_COOKIE_NAME=host_name("hansatsu_session", is_https=True),
        CSRF_COOKIE_NAME=host_name("hansatsu_csrf", is_https=True),
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
    ):
        yield


def test_names_are_bound_over_https_only() -> None:
    assert host_name("a", is_https=False) == path_name("a", is_https=False) == "a"
    assert host_name("a", is_https=True) == "__Host-a"
    assert path_name("a", is_https=True) == "__Secure-a"


def test_the_settings_of_a_site_over_https_bind_session_and_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SITE_URL", "https://pay.example.jp")
    settings = runpy.run_path(written.__file__)
    for name in ("SESSION", "CSRF"):
        assert settings[f"{name}_COOKIE_NAME"] == f"__Host-hansatsu_{name.lower()}"
        assert settings[f"{name}_COOKIE_SECURE"]
        assert f"{name}_COOKIE_DOMAIN" not in settings
        assert f"{name}_COOKIE_PATH" not in settings


def test_a_whole_log_in_over_https_sets_bound_cookies_alone() -> None:
    town = make_town()
    with https():
        visitor = Visitor(town.issuer)
        visitor.client.defaults["wsgi.url_scheme"] = "https"
        walk_in(visitor, town.resident)
        names = set(visitor.client.cookies)
        assert {"__Host-hansatsu_session", f"__Secure-hansatsu_device_{town.issuer.code}"} <= names
        assert all(name.startswith(("__Host-", "__Secure-")) for name in names)
        for name, cookie in visitor.client.cookies.items():
            assert cookie["secure"]
            assert not cookie["domain"]
            assert cookie["path"] == "/" or name.startswith("__Secure-")


def test_a_resident_stays_logged_in_over_the_upgrade() -> None:
    town = make_town()
    visitor = Visitor(town.issuer)
    walk_in(visitor, town.resident)
    with https():
        assert visitor.get("").status_code == 200
        held = visitor.client.cookies["hansatsu_session"].value
        assert visitor.client.cookies["__Host-hansatsu_session"].value == held
        del visitor.client.cookies["hansatsu_session"]
        assert visitor.get("").status_code == 200


def test_a_known_browser_stays_known_over_the_upgrade() -> None:
    town = make_town()
    visitor = Visitor(town.issuer)
    walk_in(visitor, town.resident, save="yes")
    with https():
        del visitor.client.cookies["hansatsu_session"]
        assert visitor.get("").status_code == 200


def test_a_till_stays_logged_in_and_the_same_terminal_over_the_upgrade() -> None:
    town = make_town()
    till = Till(town.shop, hire(town.shop, role="manager"))
    before = till.terminal
    with https():
        assert till.get("").status_code == 200
        del till.client.cookies["hansatsu_session"]
        assert till.get("").status_code == 200
        till.post("logout/")
        answer = till.log_in()
        assert answer["Location"] == "/shop/"  # trusted here: no second factor is asked for
        assert before.shop.terminals.count() == 1
        assert f"__Secure-hansatsu_terminal_{town.shop.pk}" in till.client.cookies


def test_a_form_from_before_the_upgrade_can_be_sent() -> None:
    town = make_town()
    visitor = Visitor(town.issuer)
    visitor.client.handler.enforce_csrf_checks = True
    page = visitor.get("login/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    with https():
        form = {"login_id": "hanako", "csrfmiddlewaretoken": token}
        answer = visitor.post("login/", form)
        assert answer.status_code == 303
        assert "__Host-hansatsu_csrf" in answer.cookies
