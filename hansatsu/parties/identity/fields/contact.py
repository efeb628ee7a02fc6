"""メールアドレス and 電話番号."""

import re
from typing import Final

import phonenumbers
from django.utils.translation import gettext as _

from hansatsu.formats.typed import HYPHENS, Cleaned, identifier

LONGEST_EMAIL: Final = 254
JAPAN: Final = 81
"""Its country calling code."""

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?=[^@]{4,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)


def clean_email(text: str) -> Cleaned[str]:
    """メールアドレス. Old addresses of Japanese carriers, with a dot before the @ or two in a row,
    are taken; ``mail.addresses`` quotes them when mail is sent."""
    email = re.sub(r"\s", "", identifier(text))
    if not email:
        return Cleaned("", _("メールアドレスを入力してください。"))
    local, at, domain = email.rpartition("@")
    if not at:
        return Cleaned(email, _("「@」が入ったメールアドレスを入力してください。"))
    email = f"{local}@{domain.lower()}"
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        return Cleaned(
            email,
            _("メールアドレスの形になっていません。hanako@example.jp のように入力してください。"),
        )
    return Cleaned(email)


def clean_phone(text: str) -> Cleaned[str]:
    """電話番号 in E.164 form; without a country's code it is a Japanese one."""
    typed = identifier(text)
    if not typed:
        return Cleaned("", _("電話番号を入力してください。"))
    try:
        number = phonenumbers.parse(re.sub(HYPHENS, "-", typed), "JP")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number) or number.extension:
        return Cleaned(
            typed, _("電話番号は市外局番から入力してください。例: 0285-00-0000、090-1234-5678")
        )
    return Cleaned(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def shown_phone(phone: str) -> str:
    """A kept telephone number as people write it: 090-1234-5678, or +1 415-555-2671."""
    if not phone:
        return ""
    number = phonenumbers.parse(phone, "JP")
    is_ours = number.country_code == JAPAN
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if is_ours else form.INTERNATIONAL)
