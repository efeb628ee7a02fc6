"""What the top page asks once a second: is the code still good, and has it been paid with?"""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.code_status import look
from hansatsu.parties.identity.models import Device
from hansatsu.parties.identity.sessions import current_device
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.just_paid import remember_payment
from hansatsu.web.wallet.pay_code import draw, milliseconds

LARGEST_STEP_DIGITS = 9


@require_safe
@for_everyone
def code(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The news for this browser, as JSON; 401 once it has been stopped or logged out."""
    device = current_device(request, issuer)
    response = JsonResponse({}, status=401) if device is None else _news(request, device)
    add_never_cache_headers(response)
    return response


def step_in(request: HttpRequest, name: str) -> int | None:
    """A step of time in the address; None for anything else."""
    text = request.GET.get(name, "")
    is_step = text.isascii() and text.isdecimal() and len(text) <= LARGEST_STEP_DIGITS
    return int(text) if is_step else None


def _spent(request: HttpRequest) -> int:
    """The last spent step that the page knows: -1, as it was told, when there was none."""
    known = step_in(request, "spent")
    return -1 if known is None else known


def _news(request: HttpRequest, device: Device) -> HttpResponse:
    found = look(
        device,
        shown=step_in(request, "step"),
        after_step=step_in(request, "after"),
        spent=_spent(request),
    )
    drawn = found.code and draw(found.code)
    if found.paid:
        remember_payment(request, found.paid)
    return JsonResponse(
        {
            "now": milliseconds(found.now),
            "code": drawn and asdict(drawn),
            "waits": found.code.waits if found.code else 0,
            "paid": found.paid and _completion_url(device, found.paid),
        }
    )


def _completion_url(device: Device, number: str) -> str:
    return wallet_url("payment", device.issuer, number=number) + "?paid=1"
