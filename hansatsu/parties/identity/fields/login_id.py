"""ログインID."""

import re

from django.utils.translation import gettext as _

from hansatsu.formats.typed import Cleaned, identifier

_LOGIN_ID = re.compile(r"[a-z0-9._-]{4,32}")


def clean_login_id(text: str) -> Cleaned[str]:
    """ログインID; capital letters count as small ones. Whether it is free is another question."""
    login_id = identifier(text).casefold()
    if not login_id:
        return Cleaned("", _("ログインIDを入力してください。"))
    if not _LOGIN_ID.fullmatch(login_id):
        return Cleaned(
            login_id,
            _(
                "ログインIDは、半角の英字、数字、「.」「_」「-」の4文字以上32文字以内で入力してください。"
            ),
        )
    return Cleaned(login_id)
