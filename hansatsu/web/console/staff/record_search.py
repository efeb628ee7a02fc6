"""Looking into 操作の記録: what a clerk may mean by what is typed."""

import re
from typing import Final

from django.db.models import Q

from hansatsu.formats.typed import plain
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.audit import Wanted
from hansatsu.parties.issuers.names import (
    order_name,
    payment_name,
    resident_name,
    shop_name,
    staff_name,
)
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.shared.audit_words import acts_named

MOST: Final = 50
"""Things of a kind that are thought of."""
NUMBER: Final = re.compile(r"[A-Z0-9]{13}[0-9]{20}(?:-[0-9]{17})?|[0-9]{12}")
"""決済ID, or the number of an order."""


def meant(clerk: Clerk, text: str) -> Wanted:
    """What ``text`` may mean: words of a reason, a person, an act; a shop, a payment, an order; and
    of who may find people, a resident by the whole login ID."""
    typed = plain(text)
    return Wanted(text=text.strip(), acts=acts_named(typed), subjects=tuple(_things(clerk, typed)))


def _things(clerk: Clerk, typed: str) -> list[str]:
    issuer = clerk.issuer
    shops = Shop.objects.of(issuer).filter(Q(code__iexact=typed) | Q(name__icontains=typed))
    staff = Staff.objects.of(issuer).filter(display_name__icontains=typed)
    found = [shop_name(pk) for pk in shops.values_list("pk", flat=True)[:MOST]]
    found += [staff_name(pk) for pk in staff.values_list("pk", flat=True)[:MOST]]
    number = typed.upper().replace(" ", "")
    if NUMBER.fullmatch(number):
        found += [payment_name(number), order_name(number)]
    if clerk.may(Act.SUPPORT):
        residents = Resident.objects.of(issuer).filter(login_id__iexact=typed)
        found += [resident_name(pk) for pk in residents.values_list("pk", flat=True)[:MOST]]
    return found
