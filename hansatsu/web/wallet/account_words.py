"""What the account pages say of a password asked again, and of waiting."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.reauth import recheck
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.web.shared.words import about_minutes


def password_error(request: HttpRequest, resident: Resident) -> str:
    """Check ``password`` of the form against the resident's; empty when it is right, otherwise the
    sentence beside the field."""
    password = request.POST.get("password", "")
    if not password:
        return _("パスワードを入力してください。")
    again = recheck(resident, password, address=address_of(request))
    if again.outcome == "wait":
        return wait_words(again.wait_seconds)
    if again.outcome == "wrong":
        return _("パスワードが違います。もう一度ご確認ください。")
    return ""


def wait_words(seconds: int) -> str:
    """When one may try again, in whole minutes."""
    return _(
        "回数が多いため、受け付けを止めています。約%(minutes)d分後にもう一度お試しください。"
    ) % {"minutes": about_minutes(seconds)}
