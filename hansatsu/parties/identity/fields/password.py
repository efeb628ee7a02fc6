"""パスワード."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hansatsu.formats.typed import Cleaned

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 128
TOO_LIKE: Final = 0.7
"""From here on a password counts as like the login ID; Django's own measure."""


def clean_password(password: str, *, unlike: Iterable[str] = ()) -> Cleaned[str]:
    """パスワード, taken exactly as typed.

    Args:
        password: as typed.
        unlike: what it must not resemble: the login ID, the mail address, names.
    """
    if not password:
        return Cleaned("", _("パスワードを入力してください。"))
    if len(password) < SHORTEST_PASSWORD:
        return Cleaned(
            "",
            _("パスワードは%(least)d文字以上で入力してください。") % {"least": SHORTEST_PASSWORD},
        )
    if len(password) > LONGEST_PASSWORD:
        return Cleaned(
            "",
            _("パスワードは%(most)d文字以内で入力してください。") % {"most": LONGEST_PASSWORD},
        )
    if _resembles(password, unlike):
        return Cleaned(
            "",
            _(
                "ログインID、メールアドレス、お名前とよく似たパスワードは使えません。別のものにしてください。"
            ),
        )
    if len(set(password)) < 4 or _is_common(password):
        return Cleaned(
            "",
            _("よく使われる、推測されやすいパスワードです。別のものにしてください。"),
        )
    return Cleaned(password)


def _resembles(password: str, others: Iterable[str]) -> bool:
    password = password.casefold()
    parts = {
        part for other in others for part in (other.casefold(), other.split("@")[0].casefold())
    }
    return any(
        SequenceMatcher(a=password, b=part).quick_ratio() >= TOO_LIKE for part in parts if part
    )


def _is_common(password: str) -> bool:
    try:
        _common_passwords().validate(password)
    except ValidationError:
        return True
    return False


@cache
def _common_passwords() -> CommonPasswordValidator:
    return CommonPasswordValidator()
