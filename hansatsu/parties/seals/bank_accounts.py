"""Bank accounts that money goes back to: what a person types, as banks want it (Zengin format,
domain.md §2), kept sealed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import plain
from hansatsu.formats.zengin import yucho
from hansatsu.formats.zengin.names import read_name
from hansatsu.parties.seals import secrets_box
from hansatsu.parties.seals.transfer_names import why_unfit

TYPES: Final = {"1": "普通", "2": "当座", "4": "貯蓄"}


@dataclass(frozen=True, slots=True)
class BankAccount:
    """``bank`` 4 digits, ``branch`` 3, ``type`` a key of ``TYPES``, ``number`` 7, ``holder`` in the
    half-width letters of transfers.

    ``symbol`` and ``symbol_number`` are 記号 and 番号 of ゆうちょ銀行 when these were typed: what a
    person can hold against the passbook. Empty otherwise.
    """

    bank: str
    branch: str
    type: str
    number: str
    holder: str
    symbol: str = ""
    symbol_number: str = ""

    @property
    def paid_at(self) -> tuple[str, str, str, str, str]:
        """Where a transfer goes: equal for one account, in whatever form it was typed."""
        return self.bank, self.branch, self.type, self.number, self.holder

    @property
    def typed(self) -> dict[str, str]:
        """As a form has it: 記号 and 番号 where these were typed."""
        return {
            "bank": self.bank,
            "branch": self.symbol or self.branch,
            "type": self.type,
            "number": self.symbol_number or self.number,
            "holder": self.holder,
        }

    @property
    def masked(self) -> str:
        """As mails and pages may show it."""
        words = f"{self.bank}-{self.branch} {type_words(self.type)} ****{self.number[-3:]}"
        if not self.symbol:
            return words
        said = _("記号 %(symbol)s 番号 ****%(number)s")
        typed = said % {"symbol": self.symbol, "number": self.symbol_number[-3:]}
        return f"{words} ({typed})"


def type_words(type: str) -> str:
    """What sort of account a key of ``TYPES`` is, in the language of who reads it."""
    return {"1": _("普通"), "2": _("当座"), "4": _("貯蓄")}[type]


def read_account(typed: Mapping[str, str]) -> tuple[BankAccount | None, dict[str, str]]:
    """The account that was typed, or what is wrong with which field.

    Of ゆうちょ銀行 the branch may be a 記号 and the number a 番号: they are converted and kept.
    """
    bank, branch, number = (plain(typed.get(name, "")) for name in ("bank", "branch", "number"))
    account = BankAccount(
        bank, branch, typed.get("type", ""), number.zfill(7), holder_name(typed.get("holder", ""))
    )
    errors: dict[str, str] = {}
    if bank == yucho.BANK and yucho.is_symbol(branch):
        account, errors = _from_symbol(account, number)
    elif not _is_number(branch, 3):
        errors["branch"] = _("支店番号を、3桁の数字で入力してください。")
    if not _is_number(bank, 4):
        errors["bank"] = _("金融機関番号を、4桁の数字で入力してください。")
    if account.type not in TYPES:
        errors["type"] = _("口座の種類を選んでください。")
    if not _is_number(account.number, 7) or account.number == "0000000":
        errors.setdefault("number", _("口座番号を、7桁までの数字で入力してください。"))
    if wrong := _wrong_holder(typed.get("holder", "")):
        errors["holder"] = wrong
    return (None if errors else account), errors


def _from_symbol(account: BankAccount, number: str) -> tuple[BankAccount, dict[str, str]]:
    """``account``, whose branch is a 記号 and whose number was typed as the 番号 ``number``."""
    found = yucho.transfer_account(account.branch, number)
    if found == "symbol":
        return account, {"branch": _("記号は、1で始まり0で終わる5桁か、0で始まる5桁の数字です。")}
    if found == "number":
        return account, {
            "number": _(
                "番号を、通帳のとおりに末尾まで入力してください。記号が1で始まる口座の番号は、1で終わります。"
            )
        }
    is_savings = found.type == "1" and account.type == "4"
    return replace(
        account,
        branch=found.branch,
        type="4" if is_savings else found.type,
        number=found.number,
        symbol=account.branch,
        symbol_number=number,
    ), {}


def holder_name(typed: str) -> str:
    """A name in the letters of transfers (``zengin.names``), never cut; empty when it cannot be."""
    name = read_name(typed)
    return "" if name.unfit else name.text


def seal_account(account: BankAccount) -> str:
    """For the database."""
    kept = {name: value for name, value in asdict(account).items() if value}
    return secrets_box.seal(json.dumps(kept))


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
