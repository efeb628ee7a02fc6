"""ご登録情報の確認・変更: everything that is registered, and a page to change each."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.accounts.email_change import pending_change
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.passkeys import passkeys_of
from hansatsu.parties.identity.resident_fields import FIELD, FIELDS, PARTS, values_of
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.resident_lines import LINES
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
        own_rows=_own_rows(resident),
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


def _own_rows(resident: Resident) -> list[Row]:
    """A row for each part, with all its lines."""
    values = values_of(resident)
    rows = []
    for part, label in PARTS.items():
        lines = [line.shown(values) for line in LINES if FIELD[line.names[0]].part == part]
        href = wallet_url("account_part", resident.issuer, part=part)
        rows.append(Row(str(label), "\n".join(lines) or _("未登録"), href))
    return rows


def _office_rows(resident: Resident) -> list[Row]:
    """What was asked for once, and only the office changes."""
    values = values_of(resident)
    return [
        Row(str(field.label), field.shown(values[field.name]) or _("未登録"))
        for field in FIELDS
        if field.is_asked and not field.part
    ]


def _done(changed: str) -> str:
    """What to say of the change that led back here."""
    if changed == "nothing":
        return _("変更はありませんでした。")
    names = {**PARTS, "password": _("パスワード"), "email": _("メールアドレス")}
    if changed not in names:
        return ""
    return _("%(what)sを変更しました。") % {"what": names[changed]}
