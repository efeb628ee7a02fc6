"""パスキー: a finger, a face or a PIN of one's own device in place of the password and the mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.accounts.passkeys import (
    LONGEST_NAME,
    MOST,
    add_passkey,
    passkeys_of,
    registration_options,
    remove_passkey,
    rename_passkey,
)
from hansatsu.identity.browser_words import browser_words
from hansatsu.identity.models import Passkey, Resident
from hansatsu.identity.passkeys import new_challenge, take_challenge
from hansatsu.web.wallet.access import SeeOther, for_residents, wallet_url
from hansatsu.web.wallet.account_words import password_error, visitor_address
from hansatsu.web.wallet.show import show

DONE = ("added", "renamed", "removed")


@require_safe
@for_residents
def account_passkeys(request: HttpRequest, resident: Resident) -> HttpResponse:
    """The passkeys that there are."""
    passkeys = passkeys_of(resident)
    done = request.GET.get("done", "")
    return show(
        request,
        resident.issuer,
        "account_passkeys",
        passkeys=passkeys,
        may_add=len(passkeys) < MOST,
        most=MOST,
        done=done if done in DONE else "",
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def add(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Ask for the password, then have the browser make a passkey (``passkey_add.ts``)."""
    if request.method != "POST":
        return _add_page(request, resident)
    if error := password_error(request, resident):
        return _add_page(request, resident, error=error, status=422)
    challenge = new_challenge(request.session, _purpose(resident))
    return _add_page(request, resident, options=registration_options(resident, challenge))


@require_POST
@for_residents
def finish(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Keep what the browser made. Its challenge counts once, so a fault means beginning anew."""
    challenge = take_challenge(request.session, _purpose(resident))
    name = browser_words(request.META.get("HTTP_USER_AGENT", "")) or _("パスキー")
    made = challenge and add_passkey(
        resident,
        request.POST.get("answer", ""),
        challenge,
        name=name,
        address=visitor_address(request),
    )
    if not made:
        return _add_page(request, resident, has_failed=True, status=422)
    return _to_list(resident, "added")


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def one(request: HttpRequest, resident: Resident, passkey: int) -> HttpResponse:
    """One passkey: its name can be changed."""
    row = _passkey(resident, passkey)
    if request.method != "POST":
        return _one_page(request, resident, row)
    typed = request.POST.get("name", "")
    name = " ".join(typed.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        error = (
            _("%(longest)d文字以内で入力してください。") % {"longest": LONGEST_NAME}
            if name
            else _("名前を入力してください。")
        )
        return _one_page(request, resident, row, typed=typed, error=error, status=422)
    rename_passkey(row, name)
    return _to_list(resident, "renamed")


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def remove(request: HttpRequest, resident: Resident, passkey: int) -> HttpResponse:
    """Ask once, then forget the passkey."""
    row = _passkey(resident, passkey)
    if request.method != "POST":
        return show(request, resident.issuer, "account_passkey_remove", passkey=row)
    remove_passkey(row, address=visitor_address(request))
    return _to_list(resident, "removed")


def _purpose(resident: Resident) -> str:
    return f"add:{resident.issuer_id}:{resident.pk}"


def _passkey(resident: Resident, number: int) -> Passkey:
    row = (
        Passkey.objects.filter(resident=resident, pk=number)
        .select_related("resident__issuer")
        .first()
    )
    if row is None:
        raise Http404("not a passkey of this resident")
    return row


def _to_list(resident: Resident, done: str) -> HttpResponse:
    return SeeOther(f"{wallet_url('account_passkeys', resident.issuer)}?done={done}")


def _add_page(
    request: HttpRequest, resident: Resident, *, status: int = 200, **context: object
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_passkey_add",
        status=status,
        resident=resident,
        **context,
    )


def _one_page(
    request: HttpRequest,
    resident: Resident,
    passkey: Passkey,
    *,
    typed: str | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_passkey",
        status=status,
        passkey=passkey,
        name=passkey.name if typed is None else typed,
        error=error,
        longest=LONGEST_NAME,
    )
