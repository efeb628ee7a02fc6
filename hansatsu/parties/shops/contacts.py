"""Whom the office writes to at a shop.

What changes where money goes is told to the address of before as well, for a month: who takes a
shop's mail over would be the only one to hear of it.
"""

from datetime import timedelta
from typing import Final

from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.shops.models import ContactChange, Shop
from hansatsu.parties.shops.registering import change_shop

OLD_HEAR_FOR: Final = timedelta(days=30)
"""For how long an address that was replaced is told of a shop's account."""


def addresses(shop: Shop) -> list[str]:
    """The shop's mail address, and those that it had until lately; none when it has none."""
    since = clock.now() - OLD_HEAR_FOR
    replaced = ContactChange.objects.filter(shop=shop, at__gt=since).order_by("-pk")
    found = [shop.contact_email, *replaced.values_list("before", flat=True)]
    return list(dict.fromkeys(each for each in found if each))


def set_contact(by: Actor, shop: Shop, email: str) -> None:
    """Have the office write to ``email`` (cleaned; empty: to nobody); by the shop's manager.

    Raises:
        django.core.exceptions.ValidationError: when it is malformed.
    """
    change_shop(by, shop, {"contact_email": email}, reason="")
