"""What staff are told and shown while they log in, at the shop site and at the console alike."""

from typing import assert_never

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.identity.passkeys import passkeys_of
from hansatsu.parties.staff.checking import StaffCheck
from hansatsu.parties.staff.second_factor import Check
from hansatsu.web.shared.words import about_minutes


def why_refused(check: StaffCheck) -> str:
    """Why an ID and a password did not let in."""
    if check.outcome == "wait":
        minutes = about_minutes(check.wait_seconds)
        return _(
            "続けて間違えたため、しばらくログインできません。約%(minutes)d分後にもう一度お試しください。"
        ) % {"minutes": minutes}
    return _("ログインIDまたはパスワードが違います。もう一度ご確認ください。")


def why_wrong(outcome: Check) -> str:
    """Why a code was not taken, in a sentence; empty when it was."""
    match outcome:
        case "ok":
            return ""
        case "wait":
            return _must_wait()
        case "wrong":
            return _(
                "確認コードが違います。アプリに今出ている6桁を入力してください。一度使ったコードは、次のコードに変わるまでお待ちください。"
            )
        case never:
            assert_never(never)


def why_not_own(outcome: Check) -> str:
    """Why one's own password, typed once more, was not taken, in a sentence; empty when it was."""
    match outcome:
        case "ok":
            return ""
        case "wait":
            return _(
                "続けて間違えたため、しばらく入力できません。1分以上たってから、もう一度お試しください。"
            )
        case "wrong":
            return _("今のパスワードが違います。もう一度ご確認ください。")
        case never:
            assert_never(never)


def why_no_passkey(outcome: Check) -> str:
    """Why a passkey was not taken, in a sentence; empty when it was."""
    match outcome:
        case "ok":
            return ""
        case "wait":
            return _must_wait()
        case "wrong":
            return _(
                "このパスキーでは確認できませんでした。認証アプリの6桁の確認コードを入力してください。"
            )
        case never:
            assert_never(never)


def how_many_passkeys(staff: Staff) -> str:
    """How many passkeys somebody has."""
    count = len(passkeys_of(staff))
    return _("%(count)d件") % {"count": count} if count else _("なし")


def shop_roles() -> list[tuple[str, str]]:
    """The roles of a shop, each with what it is for, for a form."""
    return [
        (Role.CASHIER.value, _("レジ担当(お会計と当日の取消)")),
        (Role.MANAGER.value, _("店長(返金、担当者、端末、設定も)")),
    ]


def in_fours(secret: str) -> str:
    """A secret as it is typed into an app: four characters at a time."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def drawn(uri: str) -> SafeString:
    """The QR code that an authenticator app scans."""
    return mark_safe(qr_svg(uri))  # noqa: S308 - an SVG made by us


def _must_wait() -> str:
    return _(
        "続けて間違えたため、しばらく入力できません。1分以上たってから、もう一度お試しください。"
    )
