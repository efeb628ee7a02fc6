"""Where shops are paid, as a closing sees it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountState, AccountVersion


def accounts_in_force(issuer: Issuer, shop_ids: Iterable[int]) -> dict[int, BankAccount]:
    """The accounts in force of these shops, by shop id; a shop without one is left out."""
    versions = account_versions.to_pay(issuer, shop_ids)
    return {pk: account_versions.open_version(each) for pk, each in versions.items()}


def masked_accounts(issuer: Issuer, shop_ids: Iterable[int]) -> dict[int, str]:
    """The same, masked."""
    return {pk: account.masked for pk, account in accounts_in_force(issuer, shop_ids).items()}


def shops_with_account(issuer: Issuer) -> "QuerySet[AccountVersion, int]":
    """The ids of shops that have an account in force."""
    approved = AccountVersion.objects.of(issuer).filter(state=AccountState.APPROVED)
    return approved.values_list("shop_id", flat=True)
