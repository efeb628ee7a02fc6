"""Accounts of shops in words: where each is, why one was not approved, and what differs."""

from typing import Any, assert_never

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hansatsu.formats.zengin.banks import find_place
from hansatsu.parties.seals.bank_accounts import BankAccount, type_words
from hansatsu.parties.shops.account_versions import Refusal
from hansatsu.parties.shops.models import AccountState, AccountVersion
from hansatsu.web.console.frame.tables import lines, table
from hansatsu.web.shared.time_words import moment_words


def account_state_words(state: str) -> str:
    """Where an account is."""
    return {
        AccountState.WAITING: _("承認待ち"),
        AccountState.APPROVED: _("承認済み"),
        AccountState.DECLINED: _("却下"),
        AccountState.WITHDRAWN: _("取り下げ"),
    }[AccountState(state)]


def account_refusal(why: Refusal) -> str:
    """Why an account was not approved or declined; empty when it was."""
    match why:
        case "":
            return ""
        case "decided":
            return _("すでに承認・却下されたか、別の口座が入力されました。内容を確かめてください。")
        case "oneself":
            return _(
                "自分で入力した口座は承認できません。ほかの責任者か経理担当に承認を頼んでください。"
            )
        case "nobody":
            return _("入力した人がわからないため承認できません。却下して、入力し直してください。")
        case never:
            assert_never(never)


def account_lines(account: BankAccount | None) -> dict[str, str]:
    """Each part of an account by its name, the number whole: for who compares it with the paper."""
    if account is None:
        return {}
    place = find_place(account.bank, account.branch)
    symbol = (
        {_("記号・番号"): f"{account.symbol}-{account.symbol_number}"} if account.symbol else {}
    )
    return {
        _("金融機関"): f"{place.bank} {account.bank}",
        **symbol,
        _("支店"): f"{place.branch} {account.branch}",
        _("預金種目"): type_words(account.type),
        _("口座番号"): account.number,
        _("口座名義"): account.holder,
    }


def compared(old: BankAccount | None, new: BankAccount) -> dict[str, Any]:
    """A table of both accounts, with what differs marked."""
    before, after = account_lines(old), account_lines(new)
    rows = []
    for name, value in after.items():
        was = before.get(name, "—")
        rows.append([name, was, value, _("変わる") if was != value and old else ""])
    return table([_("項目"), _("いまの口座"), _("新しい口座"), ""], rows)


def short_lines(account: BankAccount) -> SafeString:
    """An account in a cell: bank and branch, sort and number, holder as the bank reads it."""
    place = find_place(account.bank, account.branch)
    said = _("記号 %(symbol)s 番号 %(number)s")
    typed = said % {"symbol": account.symbol, "number": account.symbol_number}
    return lines(
        [
            f"{place.bank} {account.bank} · {place.branch} {account.branch}",
            f"{type_words(account.type)} {account.number}",
            *([typed] if account.symbol else []),
            account.holder,
        ]
    )


def entered_words(version: AccountVersion) -> str:
    """Who entered it, and when."""
    return f"{version.entered_by_name or _('不明')} · {moment_words(version.entered_at)}"


def decided_words(version: AccountVersion) -> str:
    """Who decided, and when; a dash while it waits."""
    if version.decided_at is None:
        return "—"
    who = version.decided_by_name or _("システム(承認のしくみより前の口座)")
    return f"{who} · {moment_words(version.decided_at)}"
