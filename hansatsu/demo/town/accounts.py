"""Where the shops of a town are paid: entered by one clerk, approved by another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import BankAccount, holder_name
from hansatsu.parties.shops.account_versions import approve, enter, waiting
from hansatsu.parties.shops.models import AccountVersion, Shop

FORM: Final = BankAccount(bank="0129", branch="101", type="1", number="", holder="")
"""Every shop banks at 足利銀行; numbers are made up."""
FIRST_NUMBER: Final = 2_000_000


def build_accounts(issuer: Issuer, shops: Sequence[Shop], entered: str, approved: str) -> None:
    """Accounts in force for all shops but the last two: of these one waits, the other has none.

    Args:
        issuer: whose shops they are.
        shops: in the order of their numbers.
        entered: the login ID of who enters them.
        approved: the login ID of who approves them.
    """
    by, other = _actor(issuer, entered), _actor(issuer, approved)
    for place, shop in enumerate(shops[:-1]):
        number, holder = str(FIRST_NUMBER + 37 * place), holder_name(shop.name_kana)[:30]
        account = replace(FORM, number=number, holder=holder)
        enter(by, shop, account, reason="加盟店の申込書")
    for version in waiting(issuer).exclude(shop=shops[-2]):
        approve(Deed(other, "申込書と通帳の写しを確認"), version)
    now = clock.now()  # told long ago, as far as the demo's mails go
    AccountVersion.objects.of(issuer).update(told_entered_at=now)
    decided = AccountVersion.objects.of(issuer).exclude(decided_at=None)
    decided.update(told_decided_at=now)


def _actor(issuer: Issuer, login_id: str) -> Actor:
    staff = Staff.objects.of(issuer).get(login_id=login_id)
    return Actor(issuer, staff.actor, staff.display_name, CONSOLE)
