"""The card form with its 3-D Secure step, and the konbini page with its till."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.flows.charging.konbini import store_steps
from hansatsu.flows.charging.models import SandboxCheckout
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import plain

CheckoutView = Callable[Concatenate[HttpRequest, SandboxCheckout, ...], HttpResponse]
OPEN = ("open", "number")


def at_checkout(view: CheckoutView) -> Callable[..., HttpResponse]:
    """A page of a checkout, found by its unguessable reference; never of a live issuer."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, reference: str) -> HttpResponse:
        found = SandboxCheckout.objects.filter(reference=reference).first()
        issuer = Issuer.objects.filter(code=found.account).first() if found else None
        if found is None or issuer is None or issuer.mode not in SandboxProvider.modes:
            raise Http404("no such checkout")
        return view(request, books.close_if_over(found))

    return page


@require_http_methods(["GET", "HEAD"])
@at_checkout
def checkout(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """The card form or the konbini page, as it stands."""
    return _page(request, found)


@require_POST
@at_checkout
def card(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """Pay with the number that was typed."""
    if found.state != "open":
        return _again(found)
    typed = request.POST.get("card", "")
    match books.ending_of(re.sub(r"[\s-]", "", plain(typed))):
        case "success":
            books.pay(found)
        case "slow":
            books.pay(found, seconds=books.SLOW)
        case "three_d_secure":
            return SeeOther(reverse("sandbox:secure", kwargs={"reference": found.reference}))
        case "decline":
            sentence = _("このカードは承認されませんでした。別のカードをお使いください。")
            return _page(request, found, typed=typed, error=sentence)
        case _:
            sentence = _("テスト用のカード番号を入力してください。本物のカードは使えません。")
            return _page(request, found, typed=typed, error=sentence)
    return SeeOther(found.success_url)


@require_http_methods(["GET", "HEAD", "POST"])
@at_checkout
def secure(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """3-D Secure: the bank asks whether it is you."""
    if found.state != "open":
        return _again(found)
    if request.method != "POST":
        return render(request, "sandbox/secure.html", {"checkout": found})
    if request.POST.get("answer") == "yes":
        books.pay(found)
        return SeeOther(found.success_url)
    sentence = _(
        "本人認証ができませんでした。もう一度お試しいただくか、別のカードをお使いください。"
    )
    return _page(request, found, error=sentence)


@require_POST
@at_checkout
def number(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """Give out a konbini number, and lead back to the shop."""
    given = books.give_number(found)
    return SeeOther(given.success_url)


@require_POST
@at_checkout
def store(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """店頭で支払う: also a second time, and after the deadline, as tills do."""
    books.pay(found, anyway=True)
    return _again(found)


@require_POST
@at_checkout
def test(request: HttpRequest, found: SandboxCheckout) -> HttpResponse:
    """What else can happen: that it fails for good, chargebacks, and a refund that comes back."""
    match request.POST.get("what"):
        case "fail":
            books.fail(found)
        case "dispute":
            books.dispute(found)
        case "dispute_won" | "dispute_lost" as end:
            books.end_dispute(found, won=end == "dispute_won")
        case "refund_failed":
            books.fail_refund(found)
    return _again(found)


def _again(found: SandboxCheckout) -> HttpResponse:
    return SeeOther(reverse("sandbox:checkout", kwargs={"reference": found.reference}))


def _page(
    request: HttpRequest, found: SandboxCheckout, *, typed: str = "", error: str = ""
) -> HttpResponse:
    context = {
        "checkout": found,
        "is_open": found.state in OPEN,
        "cards": books.CARDS,
        "typed": typed,
        "error": error,
        "stores": store_steps(_instructions(found)),
        "payments": list(found.payments.all()),
        "refunded": sum(payment.refunded for payment in found.payments.all()),
    }
    return render(request, f"sandbox/{found.method}.html", context, status=422 if error else 200)


def _instructions(found: SandboxCheckout) -> dict[str, object]:
    return {
        "stores": [
            {"store": name, "payment_code": code, "confirmation_number": confirmation}
            for name, code, confirmation in found.numbers or []
        ]
    }
