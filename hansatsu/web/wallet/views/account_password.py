"""パスワードの変更."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.password_change import change_password
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.fields import SHORTEST_PASSWORD, clean_password
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.account_words import password_error
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("password", "new_password", "new_again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_password(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Ask for the old one, and for the new one twice; nothing that is typed here is ever shown."""
    if request.method != "POST":
        return _form(request, resident)
    new = request.POST.get("new_password", "")
    errors = {
        "password": password_error(request, resident),
        "new_password": _new_error(resident, new),
        "new_again": "",
    }
    if not errors["new_password"] and new != request.POST.get("new_again", ""):
        errors["new_again"] = _("もう一度入力した新しいパスワードが、上のものと違います。")
    if any(errors.values()):
        return _form(request, resident, errors, status=422)
    device = sessions.current_device(request, resident.issuer)
    if device is None:  # logged out from elsewhere since the page began
        return go("login", resident.issuer)
    changed = change_password(device, new, address=address_of(request))
    sessions.stay_logged_in(request, changed)
    return SeeOther(wallet_url("account", resident.issuer) + "?changed=password")


def _new_error(resident: Resident, new: str) -> str:
    if resident.password and new == "":
        return _("新しいパスワードを入力してください。")
    unlike = (
        resident.login_id,
        resident.email,
        resident.family_name,
        resident.given_name,
        resident.nickname,
    )
    return clean_password(new, unlike=unlike).error


def _form(
    request: HttpRequest,
    resident: Resident,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_password",
        status=status,
        resident=resident,
        errors=errors or {},
        wrong=[(f"id_{name}", error) for name, error in (errors or {}).items() if error],
        help=_("%(least)d文字以上。ログインIDやお名前と似たものは使えません。")
        % {"least": SHORTEST_PASSWORD},
    )
