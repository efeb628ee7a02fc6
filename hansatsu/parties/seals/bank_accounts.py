"""Bank accounts that money goes back to: what a person types, as banks want it (Zengin format,
domain.md §2), kept sealed."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import plain
from hansatsu.parties.seals import secrets_box

LONGEST_HOLDER: Final = 30
"""Bytes of a payee's name in a bulk transfer; a voicing mark is one of its own."""
TYPES: Final = {"1": "普通", "2": "当座", "4": "貯蓄"}
_HALF: Final = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)
} | {"\u3099": "ﾞ", "\u309a": "ﾟ", "ー": "-", "・": ".", "゛": "ﾞ", "゜": "ﾟ"}
_SMALL: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_ALSO: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ()-.")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """``bank`` 4 digits, ``branch`` 3, ``type`` a key of ``TYPES``, ``number`` 7, ``holder`` in the
    half-width letters of transfers."""

    bank: str
    branch: str
    type: str
    number: str
    holder: str

    @property
    def masked(self) -> str:
        """As mails and pages may show it."""
        return f"{self.bank}-{self.branch} {type_words(self.type)} ****{self.number[-3:]}"


def type_words(type: str) -> str:
    """What sort of account a key of ``TYPES`` is, in the language of who reads it."""
    return {"1": _("普通"), "2": _("当座"), "4": _("貯蓄")}[type]


def read_account(typed: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
    """The account that was typed, or what is wrong with which field."""
    account = BankAccount(
        bank=plain(typed.get("bank", "")),
        branch=plain(typed.get("branch", "")),
        type=typed.get("type", ""),
        number=plain(typed.get("number", "")).zfill(7),
        holder=holder_name(typed.get("holder", "")),
    )
    errors: dict[str, str] = {}
    if not _is_number(account.bank, 4):
        errors["bank"] = _("金融機関番号を、4桁の数字で入力してください。")
    if not _is_number(account.branch, 3):
        errors["branch"] = _("支店番号を、3桁の数字で入力してください。")
    if account.type not in TYPES:
        errors["type"] = _("口座の種類を選んでください。")
    if not _is_number(account.number, 7) or account.number == "0000000":
        errors["number"] = _("口座番号を、7桁までの数字で入力してください。")
    if not account.holder:
        errors["holder"] = _("口座名義を、通帳のとおりにカタカナで入力してください。")
    elif len(account.holder) > LONGEST_HOLDER:
        errors["holder"] = _(
            "口座名義が長すぎます。通帳のカタカナの名義のうち、はじめの30文字までを入力してください。"
        )
    return (None if errors else account), errors


def holder_name(typed: str) -> str:
    """A name in the letters of transfers: half-width, no small kana, ``-`` for ``ー``; empty when
    it has others. Never cut."""
    wide = unicodedata.normalize("NFKC", plain(typed)).upper()
    kana = "".join(_katakana(sign) for sign in wide).translate(_SMALL)
    parts = unicodedata.normalize("NFKD", " ".join(kana.split()))
    half = [sign if sign in _ALSO else _HALF.get(sign, "") for sign in parts]
    return "" if "" in half else "".join(half)


def seal_account(account: BankAccount) -> str:
    """For the database."""
    return secrets_box.seal(json.dumps(asdict(account)))


def open_account(sealed: str) -> BankAccount:
    """What was sealed."""
    return BankAccount(**json.loads(secrets_box.unseal(sealed)))


def _is_number(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdigit()


def _katakana(sign: str) -> str:
    if "ぁ" <= sign <= "ゖ":
        return chr(ord(sign) + ord("ァ") - ord("ぁ"))
    return "-" if sign in "‐‑‒–—―−" else sign
