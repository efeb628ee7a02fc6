"""Webhook: where the shop's own servers are told of payments, for its managers."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.flows.payments.poster_intents import new_key, own_key
from hansatsu.messages.webhooks import management
from hansatsu.messages.webhooks.events import PAYMENT_PAID, PAYMENT_REFUNDED
from hansatsu.messages.webhooks.models import Endpoint
from hansatsu.messages.webhooks.selectors import delivery_page, endpoints_of, find_endpoint
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.scope_words import event_name
from hansatsu.web.shared.typed import plain
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show
from hansatsu.web.shop.webhook_words import event_choices, fault_words, told_delivery

ROWS = 20
USUAL = (PAYMENT_PAID, PAYMENT_REFUNDED)
LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form of a new endpoint holds."""

    key: str
    url: str = ""
    events: tuple[str, ...] = USUAL
    contact: str = ""


@require_safe
@for_staff
def webhooks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All endpoints, and what they are for."""
    return show(
        request,
        desk,
        "webhooks",
        endpoints=endpoints_of(desk.shop),
        removed="removed" in request.GET,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def webhook_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make an endpoint; its secret is shown once. Sent twice, the form makes one."""
    if request.method != "POST":
        return _form(request, desk, Typed(new_key()), {})
    typed = Typed(
        own_key(request.POST.get("key", "")),
        plain(request.POST.get("url", "")),
        tuple(request.POST.getlist("events")),
        plain(request.POST.get("contact", "")),
    )
    opened = management.add_endpoint(
        desk.actor,
        desk.shop,
        key=typed.key,
        url=typed.url,
        events=typed.events,
        contact=typed.contact,
    )
    if opened.endpoint is None:
        faults = opened.fields or (("url", opened.outcome),)
        return _form(request, desk, typed, {field: fault_words(fault) for field, fault in faults})
    return _secret(request, desk, opened.endpoint, opened.secret, is_new=True)


@require_safe
@for_staff
def webhook(request: HttpRequest, desk: Desk, endpoint_id: int) -> HttpResponse:
    """One endpoint: how it is, what it was sent, and what can be done."""
    return _page(request, desk, _found(desk, endpoint_id))


@require_POST
@for_staff
def webhook_act(request: HttpRequest, desk: Desk, endpoint_id: int, act: str) -> HttpResponse:
    """Do one of the things that the page of an endpoint offers."""
    endpoint = _found(desk, endpoint_id)
    if act == "test":
        management.test_endpoint(desk.actor, endpoint)
    elif act == "enable":
        management.resume_endpoint(desk.actor, endpoint)
    elif act == "secret":
        mark = request.POST.get("mark", "")
        secret = management.change_secret(desk.actor, endpoint, mark)
        if secret:
            return _secret(request, desk, endpoint, secret, is_new=False)
        return _page(request, desk, endpoint, why=_("シークレットは、すでに変わっています。"))
    elif act == "remove":
        management.stop_endpoint(desk.actor, endpoint)
        return SeeOther(shop_url("webhooks") + "?removed=1")
    else:
        raise Http404("no such act")
    return _done(endpoint, act)


@require_POST
@for_staff
def webhook_again(
    request: HttpRequest, desk: Desk, endpoint_id: int, delivery_id: int
) -> HttpResponse:
    """Send one of the deliveries again."""
    endpoint = _found(desk, endpoint_id)
    if not management.send_again(desk.actor, endpoint, delivery_id):
        raise Http404("not of this endpoint")
    return _done(endpoint, "again")


def _form(request: HttpRequest, desk: Desk, typed: Typed, errors: dict[str, str]) -> HttpResponse:
    places = {"events": f"events-{PAYMENT_PAID}"}
    return show(
        request,
        desk,
        "webhook_new",
        status=422 if errors else 200,
        typed=typed,
        events=[(value, words, value in typed.events) for value, words in event_choices()],
        errors=errors,
        summary=[(places.get(field, field), error) for field, error in errors.items()],
    )


def _page(request: HttpRequest, desk: Desk, endpoint: Endpoint, why: str = "") -> HttpResponse:
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) <= LONGEST_NUMBER
    page = delivery_page(endpoint, before=int(before) if is_number else None, limit=ROWS)
    return show(
        request,
        desk,
        "webhook",
        status=422 if why else 200,
        endpoint=endpoint,
        events=[event_name(event) for event in endpoint.events],
        mark=management.secret_mark(endpoint),
        deliveries=[told_delivery(each) for each in page.deliveries],
        older=urlencode({"before": page.next_before}) if page.next_before else "",
        done=request.GET.get("done", ""),
        why=why,
    )


def _secret(
    request: HttpRequest, desk: Desk, endpoint: Endpoint, secret: str, *, is_new: bool
) -> HttpResponse:
    return show(request, desk, "webhook_secret", endpoint=endpoint, secret=secret, is_new=is_new)


def _done(endpoint: Endpoint, act: str) -> HttpResponse:
    return SeeOther(shop_url("webhook", endpoint_id=endpoint.pk) + f"?done={act}")


def _found(desk: Desk, endpoint_id: int) -> Endpoint:
    found = find_endpoint(desk.shop, endpoint_id)
    if found is None:
        raise Http404("not this shop's")
    return found
