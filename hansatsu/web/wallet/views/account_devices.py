"""ログイン中の端末: every browser that is logged in or saved, and ending one."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hansatsu.parties import clock
from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.identity.devices import devices_of, revoke_device, revoke_devices
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.sessions import current_device
from hansatsu.parties.wallets.selectors import in_japan
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.show import show


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A browser in the list; times in Japan. ``saved_until`` is None when it is not saved."""

    number: int
    name: str
    opened_at: datetime
    seen_at: datetime
    saved_until: datetime | None
    is_this: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_devices(request: HttpRequest, resident: Resident) -> HttpResponse:
    """This browser first, then the others; POST ends all the others."""
    this = current_device(request, resident.issuer)
    if request.method == "POST":
        ended = revoke_devices(resident, keep=this)
        _record(request, resident, ended)
        return SeeOther(wallet_url("account_devices", resident.issuer) + "?stopped=all")
    rows = [_row(each, this) for each in devices_of(resident)]
    return show(
        request,
        resident.issuer,
        "account_devices",
        this=next((row for row in rows if row.is_this), None),
        others=[row for row in rows if not row.is_this],
        stopped=request.GET.get("stopped", ""),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def end_device(request: HttpRequest, resident: Resident, number: int) -> HttpResponse:
    """Ask once, then end the browser. A second tap finds it ended, which is what was wanted."""
    device = Device.objects.filter(resident=resident, number=number).first()
    if device is None or (request.method != "POST" and device.revoked_at is not None):
        raise Http404("not a browser of this resident")
    this = current_device(request, resident.issuer)
    if request.method != "POST":
        return show(request, resident.issuer, "account_device", row=_row(device, this))
    if device.revoked_at is None:
        revoke_device(device)
        _record(request, resident, 1)
    if device == this:
        return go("login", resident.issuer)
    return SeeOther(wallet_url("account_devices", resident.issuer) + "?stopped=1")


def _record(request: HttpRequest, resident: Resident, count: int) -> None:
    record(
        resident.issuer,
        "devices_ended",
        resident=resident,
        request_address=address_of(request),
        count=count,
    )


def _row(each: Device, this: Device | None) -> DeviceRow:
    is_saved = each.saved_until is not None and each.saved_until > clock.now()
    return DeviceRow(
        number=each.number,
        name=browser_words(each.label) or _("名前のわからない端末"),
        opened_at=in_japan(each.created_at),
        seen_at=in_japan(each.seen_at),
        saved_until=in_japan(each.saved_until) if each.saved_until and is_saved else None,
        is_this=each == this,
    )
