"""速報: what shops have taken since each was closed last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache

from hansatsu.flows.settlement.drafting import drafts
from hansatsu.flows.settlement.models import Closing
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer

KEPT_FOR: Final = 60
"""Seconds: a month of a large town takes some to add up."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """Yen and payments of all shops up to the moment ``until``; none of it is final."""

    payments: int
    payment_count: int
    refunds: int
    until: datetime


def so_far(issuer: Issuer) -> SoFar:
    """As it was at most a minute ago; after a closing it begins anew at once."""
    newest = Closing.objects.of(issuer).order_by("-number").values_list("number", flat=True).first()
    key = f"settlement-so-far:{issuer.pk}:{newest or 0}"
    found: SoFar | None = cache.get(key)
    if found is None:
        found = _read(issuer)
        cache.set(key, found, KEPT_FOR)
    return found


def _read(issuer: Issuer) -> SoFar:
    now = clock.now()
    found = drafts(issuer, now)
    return SoFar(
        sum(each.payments for each in found),
        sum(each.payment_count for each in found),
        sum(each.refunds for each in found),
        now,
    )
