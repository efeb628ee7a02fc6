"""What is typed of a shop, in a form or in a line of a file, as it is kept."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import held, identifier, narrowed, plain
from hansatsu.formats.zengin import yucho
from hansatsu.formats.zengin.banks import find_place
from hansatsu.formats.zengin.names import read_name
from hansatsu.parties.identity.fields.contact import clean_email
from hansatsu.parties.issuers.fields import PHONE
from hansatsu.parties.seals.bank_accounts import BankAccount, read_account

CODE: Final = re.compile(r"[A-Z0-9]{1,16}")
KANA: Final = re.compile(r"[ァ-ヶー・ A-Za-z0-9&'.\-]+")
WITHOUT_ZERO: Final = re.compile(r"[1-9][0-9-]{7,11}")
LONGEST: Final = {"name": 60, "name_kana": 100, "name_en": 100, "address": 150}
NEEDED: Final = ("name", "name_kana", "address")
"""English is for who has it: without, pages in English show the Japanese name."""
ACCOUNT_HEADINGS: Final = {
    "bank": "金融機関番号",
    "branch": "支店番号",
    "type": "預金種目",
    "number": "口座番号",
    "holder": "口座名義カナ",
}
"""What an account is typed in, in the words of files and forms."""
ACCOUNT: Final = tuple(ACCOUNT_HEADINGS)


def code_of(typed: str) -> str:
    """A shop's number as it is kept: to register it by, and to find the shop that has it."""
    return identifier(typed).upper()


def read_shop(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of ``NewShop`` that are text, and what is wrong with which of them."""
    found = {
        "code": code_of(typed.get("code", "")),
        "name": narrowed(typed.get("name", "")),
        "name_kana": _kana(typed.get("name_kana", "")),
        "name_en": narrowed(typed.get("name_en", "")),
        "address": narrowed(typed.get("address", "")),
        "phone": re.sub(r"[‐‑‒–—―−ー()\s]+", "-", identifier(typed.get("phone", ""))).strip("-"),
    }
    errors = {name: _("入力してください。") for name in NEEDED if not found[name]}
    contact = clean_email(typed.get("contact_email", ""))
    if contact.value and contact.error:
        errors["contact_email"] = contact.error
    found["contact_email"] = contact.value
    for name, longest in LONGEST.items():
        if len(found[name]) > longest:
            errors[name] = _("%(longest)d文字以内で入力してください。") % {"longest": longest}
    if not CODE.fullmatch(found["code"]):
        errors["code"] = _("英大文字と数字で、16文字以内で入力してください。例: S0001")
    if found["name_kana"] and not KANA.fullmatch(found["name_kana"]):
        errors["name_kana"] = _("フリガナはカタカナで入力してください。")
    if not found["name_en"].isascii():
        errors["name_en"] = _("英語名は半角の英数字で入力してください。")
    if WITHOUT_ZERO.fullmatch(found["phone"]):
        errors["phone"] = _(
            "電話番号のはじめの0がありません。0から入力してください。例: 0285-00-0001"
        )
    elif found["phone"] and not PHONE.fullmatch(found["phone"]):
        errors["phone"] = _("電話番号は市外局番から、数字とハイフンで入力してください。")
    return found, errors


def read_shop_account(typed: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
    """The account that was typed, at a bank and a branch that exist; or what is wrong with which
    field. Nothing typed at all is no account and no fault. 517 is 0517."""
    given = {name: plain(typed.get(name, "")) for name in ACCOUNT}
    if not any(given.values()):
        return None, {}
    given["bank"], given["branch"] = given["bank"].zfill(4), given["branch"].zfill(3)
    account, errors = read_account(given | {"holder": typed.get("holder", "")})
    if "bank" not in errors and "branch" not in errors and (account or not _has_symbol(given)):
        place = find_place(given["bank"], account.branch if account else given["branch"])
        if not place.bank:
            errors["bank"] = _("この番号の金融機関はありません。")
        elif not place.branch:
            said = _("「%(bank)s」に、この番号の支店はありません。")
            errors["branch"] = said % {"bank": place.bank}
    return (None if errors else account), errors


def account_notes(typed: Mapping[str, str]) -> list[str]:
    """What of an account is kept otherwise than it was typed, a sentence each: numbers that got
    zeros before them, 記号 and 番号 of ゆうちょ銀行, and a holder's name of which the bank reads
    other letters. Full width made half is not told."""
    widths = {"bank": 4, "branch": 3, "number": 7}
    given = {name: plain(typed.get(name, "")) for name in widths}
    kept = {name: each.zfill(widths[name]) for name, each in given.items()}
    if _has_symbol(given):
        found = yucho.transfer_account(given["branch"], given["number"])
        if not isinstance(found, str):
            kept |= {"branch": found.branch, "number": found.number}
    notes = [
        f"{ACCOUNT_HEADINGS[name]}: {each} → {kept[name]}"
        for name, each in given.items()
        if each and each != kept[name]
    ]
    holder = read_name(typed.get("holder", ""))
    if holder.conversions and not holder.unfit:
        notes.append(f"{ACCOUNT_HEADINGS['holder']}: {held(typed['holder'])} → {holder.text}")
    return notes


def _has_symbol(given: Mapping[str, str]) -> bool:
    """True when what was typed are 記号 and 番号, of which the branch is not known yet."""
    return given["bank"] == yucho.BANK and yucho.is_symbol(given["branch"])


def account_words(account: BankAccount) -> str:
    """As pages and the audit log show it: names of bank and branch, the number masked."""
    place = find_place(account.bank, account.branch)
    names = " ".join(name for name in (place.bank, place.branch) if name)
    return f"{names} {account.masked} {unicodedata.normalize('NFKC', account.holder)}".strip()


def _kana(text: str) -> str:
    wide = unicodedata.normalize("NFKC", held(text))
    moved = (chr(ord(sign) + 96) if "ぁ" <= sign <= "ゖ" else sign for sign in wide)
    return " ".join("".join(moved).split())
