"""ご登録情報の確認・変更: everything that is registered, and a page to change each."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.accounts.changes import PARTS
from hansatsu.flows.accounts.email_change import pending_change
from hansatsu.parties.identity.fields import shown_birth_date, shown_phone, shown_postal_code
from hansatsu.parties.identity.models import Gender, Language, Occupation, Resident
from hansatsu.parties.identity.passkeys import passkeys_of
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.show import show


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; without ``href`` it is only shown."""

    label: str
    value: str
    href: str = ""


@require_safe
@for_residents
def account(request: HttpRequest, resident: Resident) -> HttpResponse:
    """The list."""
    return show(
        request,
        resident.issuer,
        "account",
        resident=resident,
        log_in_rows=_log_in_rows(resident),
        own_rows=[_part(resident, part, value) for part, value in _values(resident).items()],
        office_rows=_office_rows(resident),
        pending=pending_change(resident),
        done=_done(request.GET.get("changed", "")),
    )


def _log_in_rows(resident: Resident) -> list[Row]:
    issuer = resident.issuer
    passkeys = len(passkeys_of(resident))
    return [
        Row(_("メールアドレス"), resident.email, wallet_url("account_email", issuer)),
        Row(_("パスワード"), _("変更する"), wallet_url("account_password", issuer)),
        Row(
            _("パスキー"),
            _("%(count)d件") % {"count": passkeys} if passkeys else _("未登録"),
            wallet_url("passkeys", issuer),
        ),
        Row(_("ログイン中の端末"), _("確認する"), wallet_url("account_devices", issuer)),
    ]


def _values(resident: Resident) -> dict[str, str]:
    """What stands beside each part."""
    return {
        "name": f"{resident.full_name}\n{resident.family_kana} {resident.given_kana}",
        "nickname": resident.nickname,
        "occupation": str(dict(Occupation.choices).get(resident.occupation, "")),
        "address": _address(resident),
        "phone": shown_phone(resident.phone),
        "news": _("受け取る") if resident.news_mail else _("受け取らない"),
        "language": str(Language(resident.language).label),
    }


def _address(resident: Resident) -> str:
    code = shown_postal_code(resident.postal_code)
    lines = (
        f"〒{code}" if code else "",
        f"{resident.prefecture}{resident.city}{resident.street}",
        resident.building,
    )
    return "\n".join(line for line in lines if line)


def _part(resident: Resident, part: str, value: str) -> Row:
    href = wallet_url("account_part", resident.issuer, part=part)
    return Row(str(PARTS[part]), value or _("未登録"), href)


def _office_rows(resident: Resident) -> list[Row]:
    return [
        Row(_("ログインID"), resident.login_id),
        Row(_("生年月日"), shown_birth_date(resident.birth_date) or _("未登録")),
        Row(_("性別"), str(dict(Gender.choices).get(resident.gender, "")) or _("未登録")),
    ]


def _done(changed: str) -> str:
    """What to say of the change that led back here."""
    if changed == "nothing":
        return _("変更はありませんでした。")
    names = {**PARTS, "password": _("パスワード"), "email": _("メールアドレス")}
    if changed not in names:
        return ""
    return _("%(what)sを変更しました。") % {"what": names[changed]}
