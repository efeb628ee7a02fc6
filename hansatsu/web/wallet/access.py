"""Who may see a page: the issuer in the address, and the resident who is logged in to it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from hansatsu.flows.accounts import saved_devices
from hansatsu.parties.identity.devices import touch_device
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.identity.sessions import current_device
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.kept_amounts import with_amount
from hansatsu.web.shared.redirects import SeeOther

IssuerView = Callable[Concatenate[HttpRequest, Issuer, ...], HttpResponse]
ResidentView = Callable[Concatenate[HttpRequest, Resident, ...], HttpResponse]
DeviceView = Callable[Concatenate[HttpRequest, Device, ...], HttpResponse]
View = Callable[..., HttpResponse]
LONGEST_RETURN = 1_000  # characters of an address that is returned to after the log-in


def for_everyone(view: IssuerView) -> View:
    """A page of an issuer that needs no log-in; an unknown issuer is not found."""

    @wraps(view)
    def page(request: HttpRequest, issuer_code: str, **names: str) -> HttpResponse:
        return view(request, _issuer(issuer_code), **names)

    return page


def for_residents(view: ResidentView) -> View:
    """A personal page: a stranger is led to the log-in and back, a saved device is logged in on
    the way. No browser and no proxy keeps a copy."""

    @for_devices
    @wraps(view)
    def page(request: HttpRequest, device: Device, **names: str) -> HttpResponse:
        return view(request, device.resident, **names)

    return page


def for_devices(view: DeviceView) -> View:
    """A personal page that also asks which of the resident's browsers shows it."""

    @wraps(view)
    def page(request: HttpRequest, issuer_code: str, **names: str) -> HttpResponse:
        issuer = _issuer(issuer_code)
        here = who_is_here(request, issuer)
        if here.device is None:
            response = _to_log_in(request, issuer)
        else:
            touch_device(here.device)
            response = view(request, here.device, **names)
        here.keep(request, response)
        add_never_cache_headers(response)
        return response

    return page


@dataclass(frozen=True, slots=True)
class Here:
    """The browser that asks, when it is logged in, and the token for its cookie."""

    device: Device | None = None
    token: str = ""

    @property
    def resident(self) -> Resident | None:
        """Who is logged in."""
        return None if self.device is None else self.device.resident

    def keep(self, request: HttpRequest, response: HttpResponse) -> None:
        """Have a saved device keep its new token."""
        if self.device is not None:
            saved_devices.set_cookie(request, response, self.device, self.token)


def who_is_here(request: HttpRequest, issuer: Issuer) -> Here:
    """Who is logged in to ``issuer``'s site; a saved device is logged in by this."""
    device = current_device(request, issuer)
    if device is not None:
        saved_devices.confirm(request, device)
        return Here(device)
    entry = saved_devices.enter(request, issuer)
    return Here() if entry is None else Here(entry.device, entry.token)


def go(name: str, issuer: Issuer, **names: str) -> HttpResponse:
    """On to one of the issuer's pages."""
    return SeeOther(wallet_url(name, issuer, **names))


def _issuer(code: str) -> Issuer:
    issuer = find_issuer(code)
    if issuer is None:
        raise Http404("no such issuer")
    return issuer


def _to_log_in(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    target = wallet_url("login", issuer)
    wanted = request.get_full_path() if request.method == "GET" else with_amount(request)
    is_worth_a_return = wanted not in ("", wallet_url("top", issuer))
    if is_worth_a_return and len(wanted) <= LONGEST_RETURN:
        target += "?" + urlencode({"next": wanted})
    return SeeOther(target)
