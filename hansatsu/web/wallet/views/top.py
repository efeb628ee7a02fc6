"""トップ画面: what one has, and the code to pay with."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.charging.selectors import sells
from hansatsu.flows.payments.code_status import Look, look
from hansatsu.parties.identity.models import Device
from hansatsu.parties.wallets.selectors import top_balance
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import for_devices
from hansatsu.web.wallet.pay_code import draw, milliseconds
from hansatsu.web.wallet.show import show_framed
from hansatsu.web.wallet.views.code import step_in


@require_safe
@for_devices
def top(request: HttpRequest, device: Device) -> HttpResponse:
    """The note with the balance, the pay code, and the shortcuts that work.

    ``?after=STEP`` asks for a newer code than that, where no script does.
    """
    resident, issuer = device.resident, device.issuer
    found = look(device, shown=None, after_step=step_in(request, "after"), spent=None)
    pay = _pay_code(found) if found.may_pay else None
    return show_framed(
        request,
        issuer,
        "top",
        {
            "sells": sells(issuer),
            "may_pay": pay is not None,
            "has_code": pay is not None and pay["code"] is not None,
        },
        resident=resident,
        balance=top_balance(issuer, resident.wallet_id),
        balance_address=wallet_url("balance", issuer),
        pay=pay,
    )


def _pay_code(found: Look) -> dict[str, object]:
    return {
        "now": milliseconds(found.now),
        "spent": found.spent,
        "code": found.code and draw(found.code),
        "waits": found.code.waits if found.code else 0,
        "shown_until": found.code and found.code.shown_until,
    }
