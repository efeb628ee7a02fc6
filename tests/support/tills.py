"""A till without a screen: Django's test client at the shop site, and codes to read there."""

import secrets
from typing import Any

import pyotp
from django.http import HttpResponse
from django.test import Client
from stdnum import luhn

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Device, SecondFactor, Staff
from hansatsu.parties.seals.secrets_box import unseal
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.parties.staff.checking import open_staff
from hansatsu.parties.staff.second_factor import set_second_factor
from hansatsu.web.shop.entering import SITE
from tests.support.clients import words
from tests.support.entering import enter
from tests.support.shown_codes import code_to_show
from tests.town import PASSWORD, quick_hashing


def hire(shop: Shop, login_id: str = "", role: str = "cashier") -> Staff:
    """A member of the shop's staff, with everybody's password."""
    with quick_hashing():
        return open_staff(
            shop.issuer,
            login_id=login_id or f"staff-{secrets.token_hex(6)}",
            password=PASSWORD,
            role=role,
            display_name="レジ 一郎",
            shop=shop,
        )


def new_code(staff: Staff) -> str:
    """The code that the authenticator of ``staff`` shows, forgetting that one of this time was
    used: tests do not wait for half a minute."""
    SecondFactor.objects.filter(staff=staff).update(last_step=-1)
    factor = SecondFactor.objects.get(staff=staff)
    return pyotp.TOTP(unseal(factor.sealed_secret)).at(clock.now())


class Till:
    """A browser at ``shop``, where a new cashier (or ``staff``) has come in. Addresses start
    below ``/shop/``."""

    def __init__(self, shop: Shop, staff: Staff | None = None, **defaults: Any) -> None:
        self.shop = shop
        self.staff = staff or hire(shop)
        address = f"house of {shop.issuer.code}"
        self.client = Client(**({"SERVER_NAME": "localhost", "REMOTE_ADDR": address} | defaults))
        if self.staff.needs_second_factor:
            set_second_factor(self.staff, pyotp.random_base32())
        enter(self.client, SITE, self.staff, proven=self.staff.needs_second_factor)
        self.terminal = Terminal.objects.filter(shop=shop).latest("pk")

    def log_in(self) -> HttpResponse:
        """Send the log-in form."""
        form = {"login_id": self.staff.login_id, "password": PASSWORD}
        with quick_hashing():  # what is done for accounts that are not there
            return self.client.post("/shop/login/", form)

    def get(self, page: str = "", **extra: Any) -> HttpResponse:
        """GET one of the shop site's pages."""
        return self.client.get(self.address(page), **extra)

    def post(self, page: str, form: dict[str, str] | None = None, **extra: Any) -> HttpResponse:
        """POST to one of the shop site's pages."""
        return self.client.post(self.address(page), form or {}, **extra)

    def ring_up(self, amount: str, code: str, key: str = "", **extra: Any) -> HttpResponse:
        """Send amount and code, as one showing of the till does."""
        form = {"amount": amount, "code": code, "key": key or secrets.token_urlsafe(16)}
        return self.post("till/", form, **extra)

    def confirm_page(self, amount: str, code: str, key: str = "") -> str:
        """The confirm page that amount and code lead to."""
        answer = self.ring_up(amount, code, key)
        assert answer.status_code == 303, words(answer)
        return answer["Location"]

    @staticmethod
    def address(page: str) -> str:
        """``today/`` as a path; what is a path already stays."""
        return page if page.startswith("/") else f"/shop/{page}"


def code_on(device: Device) -> str:
    """The pay code that the browser shows."""
    shown = code_to_show(device)
    assert shown.digits, f"waits for {shown.waits} s"
    return shown.digits


def wrong(code: str) -> str:
    """The same code with another TOTP, and a check digit that fits."""
    body = code[:11] + f"{(int(code[11:19]) + 1) % 10**8:08d}"
    return f"{body}{luhn.calc_check_digit(body)}"
