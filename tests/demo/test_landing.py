"""The demo's first page tells how to log in, the manager's second factor included."""

import json
from pathlib import Path

import pyotp
import pytest
from django.test import RequestFactory

from hansatsu.parties import clock
from hansatsu.web.demo.landing import landing
from tests.support.clients import words

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_it_shows_the_managers_present_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = [
        {"login_id": "boss", "password": "p1", "role": "manager", "totp_secret": SECRET},
        {"login_id": "till", "password": "p2", "role": "cashier"},
    ]
    town = {"residents": [], "shops": [{"code": "S0001", "staff": staff}]}
    (tmp_path / "demo.json").write_text(json.dumps(town))
    monkeypatch.setenv("HANSATSU_HOME", str(tmp_path))
    earlier = pyotp.TOTP(SECRET).at(clock.now())
    shown = words(landing(RequestFactory().get("/")))
    later = pyotp.TOTP(SECRET).at(clock.now())
    assert f"data-second-factor>{earlier}<" in shown or f"data-second-factor>{later}<" in shown
    assert shown.count("data-second-factor") == 1
    for said in ("boss", "p1", "till", "p2"):
        assert f">{said}<" in shown
    assert SECRET not in shown
