"""Somebody at work in the console: Django's test client, let in as after a second factor."""

import secrets
from typing import Any

import pyotp
from django.http import HttpResponse
from django.test import Client

from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff.checking import open_staff
from hansatsu.parties.staff.second_factor import set_second_factor
from hansatsu.web.console.entrance.entering import SITE
from tests.support.entering import enter
from tests.town import PASSWORD, quick_hashing


def employ(issuer: Issuer, role: str = Role.OWNER, name: str = "事務 一郎") -> Staff:
    """A member of the issuer's staff, with everybody's password and an authenticator."""
    with quick_hashing():
        staff = open_staff(
            issuer,
            login_id=f"clerk-{secrets.token_hex(6)}",
            password=PASSWORD,
            role=role,
            display_name=name,
        )
    set_second_factor(staff, pyotp.random_base32())
    return staff


class Desk:
    """A browser in the console of ``issuer``. Addresses start below ``/console/``."""

    def __init__(self, issuer: Issuer, role: str = Role.OWNER, staff: Staff | None = None) -> None:
        self.issuer = issuer
        self.staff = staff or employ(issuer, role)
        address = f"office of {issuer.code}"[:40]
        self.client = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
        enter(self.client, SITE, self.staff, proven=True)

    def send_password(self, password: str = PASSWORD, **fields: str) -> HttpResponse:
        """Send the log-in form."""
        form = {"login_id": self.staff.login_id, "password": password, **fields}
        with quick_hashing():  # what is done for accounts that are not there
            return self.post("login/", form)

    def get(self, page: str = "", **extra: Any) -> HttpResponse:
        """GET one of the console's pages."""
        return self.client.get(self.address(page), **extra)

    def post(self, page: str, form: dict[str, Any] | None = None, **extra: Any) -> HttpResponse:
        """POST to one of the console's pages."""
        return self.client.post(self.address(page), form or {}, **extra)

    def confirm(self, page: str, form: dict[str, Any]) -> HttpResponse:
        """POST to a page that shows first what will come of it, and again from there."""
        shown = self.post(page, form)
        return self.post(page, form | {"step": "do"}) if shown.status_code == 200 else shown

    @staticmethod
    def address(page: str) -> str:
        """``staff/`` as a path; what is a path already stays."""
        return page if page.startswith("/") else f"/console/{page}"
