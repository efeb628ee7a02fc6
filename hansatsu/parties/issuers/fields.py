"""What an issuer's fields take, said so that the typist knows what to do; for the console's
settings and ``hansatsu createissuer`` alike."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SEAL = 2
"""Characters that fit the seal on cards and posters."""
PHONE = re.compile(r"(\+[1-9]|0)[0-9-]{6,17}[0-9]")
"""From the area code's 0 on, or from + and the country's: a number without its 0 reaches nobody."""
PHONE_DIGITS = range(10, 16)
"""E.164 has at most 15; no Japanese number that people dial has fewer than ten."""
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{4,100}}\Z)({_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")


def check_seal(text: str) -> None:
    """One or two characters, none of them a space.

    Raises:
        ValidationError: saying so.
    """
    if not 1 <= len(text) <= SEAL or not text.isprintable() or any(map(str.isspace, text)):
        raise ValidationError(_("朱印の文字は1文字か2文字にしてください。例: 小山"))


def check_phone(text: str) -> None:
    """Digits with hyphens, area code first.

    Raises:
        ValidationError: saying so.
    """
    digits = sum(letter.isdecimal() for letter in text)
    if not PHONE.fullmatch(text) or digits not in PHONE_DIGITS:
        raise ValidationError(
            _("電話番号は市外局番から、半角の数字とハイフンで入力してください。例: 0285-00-0000")
        )


def check_domain(text: str) -> None:
    """A host's name, without http:// and @.

    Raises:
        ValidationError: saying so.
    """
    if not DOMAIN.fullmatch(text):
        raise ValidationError(
            _("メールの「@」より後ろを、半角の小文字で入力してください。例: pay.example.jp")
        )


def check_english(text: str) -> None:
    """Plain letters, or nothing: Japanese is shown then (``language.in_language``).

    Raises:
        ValidationError: saying so.
    """
    if not text.isascii():
        raise ValidationError(_("英語名は半角の英数字で入力してください。"))


def check_sender(mail_from: str, domain: str) -> None:
    """Mails come from the domain that residents are told to allow.

    Raises:
        ValidationError: of ``mail_from``, saying so.
    """
    host = mail_from.rpartition("@")[2].lower()
    if host != domain and not host.endswith(f".{domain}"):
        said = _("利用者に許可していただくドメイン「%(domain)s」のメールアドレスにしてください。")
        raise ValidationError({"mail_from": said % {"domain": domain}})
