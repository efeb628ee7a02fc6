"""Bank accounts that money goes back to: what a person types, as banks want it (Zengin format,
domain.md §2), kept sealed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import plain
from hansatsu.formats.zengin.names import read_name
from hansatsu.parties.seals import secrets_box
from hansatsu.parties.seals.transfer_names import why_unfit

TYPES: Final = {"1": "普通", "2": "当座", "4": "貯蓄"}


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
    if wrong := _wrong_holder(typed.get("holder", "")):
        errors["holder"] = wrong
    return (None if errors else account), errors


def holder_name(typed: str) -> str:
    """A name in the letters of transfers (``zengin.names``), never cut; empty when it cannot be."""
    name = read_name(typed)
    return "" if name.unfit else name.text


def seal_account(account: BankAccount) -> str:
    """For the database."""
    return secrets_box.seal(json.dumps(asdict(account)))


def open_account(sealed: str) -> BankAccount:
    """What was sealed."""
    return BankAccount(**json.loads(secrets_box.unseal(sealed)))


def _is_number(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdigit()


def _wrong_holder(typed: str) -> str:
    unfit = why_unfit(typed)
    if holder_name(typed):
        return unfit
    asked = _("口座名義を、通帳のとおりにカタカナで入力してください。")
    return f"{asked} {unfit}" if typed.strip() else asked
