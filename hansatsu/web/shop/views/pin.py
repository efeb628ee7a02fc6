"""The lock screen of a shared tablet: who takes over, and their PIN."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.parties.staff import shop_sessions
from hansatsu.parties.staff.pins import check_pin, staff_with_pins
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shop.access import actor_of, current_desk
from hansatsu.web.shop.terminals import terminal_of


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """担当者を交代する: nobody is at the till until somebody types a PIN."""
    desk = current_desk(request)
    if desk is not None:
        audit(desk.actor, "lock", desk.terminal.actor)
        shop_sessions.lock(request)
    return SeeOther(shop_url("pin"))


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Who is it, and the PIN. Only in a shift that was opened with a password at this browser."""
    opener = shop_sessions.shift_opener(request)
    shop = None if opener is None else opener.shop
    terminal = None if shop is None else terminal_of(request, shop)
    if shop is None or terminal is None:
        return SeeOther(shop_url("login"))
    error = ""
    chosen = request.POST.get("staff", "") or request.GET.get("staff", "")
    if request.method == "POST":
        error = _take_over(request, shop, terminal, chosen)
        if not error:
            return SeeOther(shop_url("till"))
    context = {
        "issuer": shop.issuer,
        "shop": shop,
        "terminal": terminal,
        "people": staff_with_pins(shop),
        "chosen": chosen,
        "error": error,
    }
    response = render(request, "shop/pin.html", context, status=422 if error else 200)
    add_never_cache_headers(response)
    return response


def _take_over(request: HttpRequest, shop: Shop, terminal: Terminal, chosen: str) -> str:
    """Log in whose PIN it is; otherwise why not, in a sentence."""
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else 0
    outcome, staff = check_pin(shop, terminal.pk, number, request.POST.get("pin", ""))
    if staff is not None:
        shop_sessions.switch(request, staff)
        actor = actor_of(staff, shop, address_of(request), terminal.name)
        audit(actor, "take_over", terminal.actor)
        return ""
    if outcome == "wait":
        return _(
            "続けて間違えたため、しばらく入力できません。ログインIDとパスワードでログインしてください。"
        )
    return _("暗証番号が違います。もう一度ご確認ください。")
