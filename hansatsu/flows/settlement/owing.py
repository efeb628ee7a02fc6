"""What shops are owed by closings that are made, and have not been paid."""

from django.db.models import QuerySet, Sum

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.accounts import shops_with_account
from hansatsu.flows.settlement.models import Payable, PayableState
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop


def owed_to(shop: Shop) -> int:
    """Yen that wait for a run, or stand in one."""
    rows = Payable.objects.of(shop.issuer).filter(shop=shop).exclude(state=PayableState.PAID)
    return rows.aggregate(sum=Sum("yen"))["sum"] or 0


def payable_now(issuer: Issuer) -> "QuerySet[Payable]":
    """What waits for a run with nothing in its way: neither held nor without an account."""
    held = holds.going(issuer, in_japan(clock.now()).date()).values("shop_id")
    rows = Payable.objects.of(issuer).filter(state=PayableState.WAITING)
    return rows.filter(shop__in=shops_with_account(issuer)).exclude(shop__in=held)
