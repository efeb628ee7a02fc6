"""Where shops are paid, as a closing sees it."""

from collections.abc import Iterable

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops import account_versions


def masked_accounts(issuer: Issuer, shop_ids: Iterable[int]) -> dict[int, str]:
    """The accounts in force of these shops, masked, by shop id; a shop without one is left out."""
    versions = account_versions.to_pay(issuer, shop_ids)
    return {pk: account_versions.open_version(each).masked for pk, each in versions.items()}
