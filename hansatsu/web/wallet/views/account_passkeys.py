"""パスキー: a finger, a face or a PIN of one's own device in place of the password and the mail."""

from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hansatsu.flows.accounts.passkeys import add_passkey, remove_passkey
from hansatsu.parties.identity.models import Passkey, Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.passkey_pages import PageView, PasskeyPages, View
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.account_words import password_error
from hansatsu.web.wallet.show import show


def of_residents(view: PageView) -> View:
    """A page of the resident's own passkeys."""

    @for_residents
    @wraps(view)
    def page(request: HttpRequest, resident: Resident, **names: Any) -> HttpResponse:
        return view(request, _pages(request, resident), **names)

    return page


def _pages(request: HttpRequest, resident: Resident) -> PasskeyPages:
    address = address_of(request)

    def add(answer: str, challenge: bytes, name: str) -> Passkey | None:
        return add_passkey(resident, answer, challenge, name=name, address=address)

    return PasskeyPages(
        owner=resident,
        prove=lambda form: password_error(form, resident),
        add=add,
        remove=lambda passkey: remove_passkey(resident, passkey, address=address),
        url=lambda name, *args: reverse(f"wallet:{name}", args=[resident.issuer.code, *args]),
        show=partial(_show, request, resident),
    )


def _show(
    request: HttpRequest, resident: Resident, page: str, *, status: int = 200, **context: object
) -> HttpResponse:
    on_page = {
        "layout": "wallet/base.html",
        "header": "components/header.html",
        "back": wallet_url("account", resident.issuer),
        "resident": resident,
        **context,
    }
    return show(request, resident.issuer, f"account_{page}", status=status, **on_page)
