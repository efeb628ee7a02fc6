"""端末: the browsers and tills of the shop, and the keys of the API; for its managers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.flows.payments.takings import last_payment_at
from hansatsu.parties.shops import management
from hansatsu.parties.shops.api_keys import DEFAULT_SCOPES, find_api_key, list_api_keys
from hansatsu.parties.shops.models import Scope, Terminal
from hansatsu.parties.staff.second_factor import forget_browsers
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.scope_words import scope_help, scope_name
from hansatsu.web.shared.typed import plain
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

LONGEST_NAME = 40


@require_safe
@for_staff
def terminals(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them; revoked ones last."""
    return show(request, desk, "terminals", terminals=management.list_terminals(desk.shop))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def terminal_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a till that uses the API."""
    name, error = plain(request.POST.get("name", ""))[:LONGEST_NAME], ""
    if request.method == "POST":
        if name:
            made = management.add_pos_terminal(desk.actor, desk.shop, name)
            return SeeOther(shop_url("terminal", terminal_id=made.pk))
        error = _("端末の名前を入力してください。")
    return show(request, desk, "terminal_new", status=422 if error else 200, name=name, error=error)


@require_safe
@for_staff
def terminal(request: HttpRequest, desk: Desk, terminal_id: int) -> HttpResponse:
    """One terminal: its name, its keys, and stopping it."""
    return _page(request, desk, _found(desk, terminal_id))


@require_POST
@for_staff
def terminal_rename(request: HttpRequest, desk: Desk, terminal_id: int) -> HttpResponse:
    """Call it otherwise."""
    found = _found(desk, terminal_id)
    name = plain(request.POST.get("name", ""))[:LONGEST_NAME]
    if not name:
        return _page(request, desk, found, errors={"name": _("端末の名前を入力してください。")})
    management.rename_terminal(desk.actor, found, name)
    return SeeOther(shop_url("terminal", terminal_id=found.pk) + "?done=1")


@require_POST
@for_staff
def terminal_reference(request: HttpRequest, desk: Desk, terminal_id: int) -> HttpResponse:
    """Say whether a till of the API refuses a sale that it has sent before."""
    found = _api_till(desk, terminal_id)
    management.set_reference_once(desk.actor, found, once="reference_once" in request.POST)
    return SeeOther(shop_url("terminal", terminal_id=found.pk) + "?done=1")


@require_POST
@for_staff
def terminal_stop(request: HttpRequest, desk: Desk, terminal_id: int) -> HttpResponse:
    """Let it and its keys do nothing any more."""
    found = _found(desk, terminal_id)
    management.stop_terminal(desk.actor, found, reason=plain(request.POST.get("reason", "")))
    forget_browsers(terminal=found.pk)
    return SeeOther(shop_url("terminals"))


@require_POST
@for_staff
def key_new(request: HttpRequest, desk: Desk, terminal_id: int) -> HttpResponse:
    """Make a key; it is shown once. Sent twice, the form makes one."""
    found = _api_till(desk, terminal_id)
    scopes = [scope for scope in request.POST.getlist("scopes") if scope in Scope.values]
    if not scopes:
        error = _("キーでできることを、1つ以上選んでください。")
        return _page(request, desk, found, errors={"scopes": error})
    secret = management.add_key(desk.actor, found, scopes, request.POST.get("mark", ""))
    if not secret:
        return _page(request, desk, found, why=_("キーは、すでに発行されています。"))
    return show(request, desk, "key", found=found, secret=secret)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def key_stop(request: HttpRequest, desk: Desk, key_id: int) -> HttpResponse:
    """Have the API refuse a key: first shown, with the till that it is of and when that paid last,
    for a till in use stands still without it."""
    key = find_api_key(desk.shop, key_id)
    if key is None:
        raise Http404("not this shop's")
    if request.method != "POST":
        last = last_payment_at(key.terminal)
        scopes = [scope_name(scope) for scope in key.scopes]
        return show(request, desk, "key_stop", key=key, scopes=scopes, last=last)
    management.stop_key(desk.actor, key)
    return SeeOther(shop_url("terminal", terminal_id=key.terminal_id) + "?done=1")


def _page(
    request: HttpRequest,
    desk: Desk,
    found: Terminal,
    errors: dict[str, str] | None = None,
    why: str = "",
) -> HttpResponse:
    keys = [key for key in list_api_keys(desk.shop) if key.terminal_id == found.pk]
    return show(
        request,
        desk,
        "terminal",
        status=422 if errors else 409 if why else 200,
        found=found,
        mark=management.keys_mark(found),
        why=why,
        is_here=found.pk == desk.terminal.pk,
        keys=[(key, [scope_name(scope) for scope in key.scopes]) for key in keys],
        scopes=[(s.value, scope_name(s), scope_help(s), s in DEFAULT_SCOPES) for s in Scope],
        errors=errors or {},
        done="done" in request.GET,
    )


def _found(desk: Desk, terminal_id: int) -> Terminal:
    found = management.find_own_terminal(desk.shop, terminal_id)
    if found is None:
        raise Http404("not this shop's")
    return found


def _api_till(desk: Desk, terminal_id: int) -> Terminal:
    found = _found(desk, terminal_id)
    if found.kind != "pos" or found.revoked_at is not None:
        raise Http404("no till of the API")
    return found
