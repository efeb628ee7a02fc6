"""Passkeys of staff at shop site and console: answering ``passkey_login.ts`` where a second factor
is asked for, and the pages on which staff keep their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers

from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.models import Passkey, Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.staff.passkeys import (
    add_passkey,
    check_passkey,
    remove_passkey,
    request_options,
)
from hansatsu.parties.staff.second_factor import Check, check_code
from hansatsu.web.shared.passkey_pages import PasskeyPages
from hansatsu.web.shared.staff_words import why_no_passkey, why_wrong
from hansatsu.web.shared.typed import identifier


def asked(request: HttpRequest, purpose: str, staff: Staff) -> HttpResponse:
    """What the browser of ``staff`` is asked (``PublicKeyCredentialRequestOptionsJSON``)."""
    return JsonResponse(request_options(request.session, purpose, staff))


def judged(
    request: HttpRequest,
    purpose: str,
    staff: Staff,
    by: Actor,
    go_on: Callable[[], HttpResponse],
) -> HttpResponse:
    """Judge the browser's answer: ``{"location"}`` of where ``go_on`` leads, with its cookies, when
    it shows a passkey of ``staff``; otherwise ``{"words"}``."""
    text = request.POST.get("answer", "")
    outcome = check_passkey(
        by,
        request.session,
        purpose,
        staff,
        text,
        address=address_of(request),
        tokens=tokens_of(request),
    )
    if outcome != "ok":
        return JsonResponse({"words": why_no_passkey(outcome)}, status=422)
    led = go_on()
    response = JsonResponse({"location": led["Location"]})
    response.cookies = led.cookies
    add_never_cache_headers(response)
    return response


def own_pages(
    staff: Staff, by: Actor, url: Callable[..., str], show: Callable[..., HttpResponse]
) -> PasskeyPages:
    """The pages of the passkeys of ``staff``; a code of the authenticator proves who it is.

    Args:
        staff: whose.
        by: ``staff``, for the audit log.
        url: the address of a page of the site, by name and the passkey's id.
        show: a page of the site (``PasskeyPages``).
    """

    def prove(request: HttpRequest) -> str:
        typed = identifier(request.POST.get("code", ""))
        outcome: Check = check_code(
            staff, typed, address=address_of(request), tokens=tokens_of(request)
        )
        return why_wrong(outcome)

    def add(answer: str, challenge: bytes, name: str) -> Passkey | None:
        return add_passkey(by, staff, answer, challenge, name=name)

    def remove(passkey: Passkey) -> None:
        remove_passkey(by, passkey)

    return PasskeyPages(staff, prove, add, remove, url, show)
