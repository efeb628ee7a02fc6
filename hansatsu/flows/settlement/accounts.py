"""Where shops are paid, as a closing sees it."""

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.parties.shops.models import ShopAccount


def masked_accounts(issuer: Issuer) -> dict[int, str]:
    """The accounts in force, masked, by shop id."""
    rows = ShopAccount.objects.of(issuer).values_list("shop_id", "sealed")
    return {shop_id: open_account(sealed).masked for shop_id, sealed in rows}
