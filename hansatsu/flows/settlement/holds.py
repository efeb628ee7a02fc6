"""支払保留: what a shop is owed waits, while the shop goes on. Proposed by one person, approved by
another; released by anybody who may approve (ADR 0273)."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from hansatsu.flows.settlement.models import Hold
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.two_people import (
    ProposalState,
    WhyNot,
    decide,
    locked,
    proposed_now,
    why_not,
)

Released = Literal[
    "released",
    "not_held",  # it was released before, or was never approved
]


def propose(deed: Deed, by: Staff, shop: Shop, *, until_day: date | None) -> Hold | None:
    """Propose to hold what a shop is owed until a day (that day is paid again), or until it is
    released. None when one is going, or proposed."""
    _end_what_is_over(shop)
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                issuer=shop.issuer,
                shop=shop,
                until_day=until_day,
                **proposed_now(by, deed.reason),
            )
            deed.record(
                "hold_proposed",
                hold.subject,
                things=[shop_name(shop.pk)],
                after={"until": until_day.isoformat() if until_day else ""},
            )
    except IntegrityError:
        return None
    return hold


def approve(deed: Deed, by: Staff, hold: Hold) -> WhyNot:
    """Approve a hold: from now on no run pays the shop."""
    with transaction.atomic():
        row = locked(hold)
        refusal = why_not(row, by)
        if refusal:
            return refusal
        decide(row, by, ProposalState.APPROVED, deed.reason)
        deed.record("hold_approved", row.subject, things=[shop_name(row.shop_id)])
    return ""


def decline(deed: Deed, by: Staff, hold: Hold) -> Literal["", "decided"]:
    """Decline a hold; who proposed it may take it back so."""
    with transaction.atomic():
        row = locked(hold)
        if row.state != ProposalState.PROPOSED:
            return "decided"
        decide(row, by, ProposalState.DECLINED, deed.reason)
        deed.record("hold_declined", row.subject, things=[shop_name(row.shop_id)])
    return ""


def release(deed: Deed, by: Staff, hold: Hold) -> Released:
    """End a hold: the next run pays what waits."""
    with transaction.atomic():
        row = locked(hold)
        if row.state != ProposalState.APPROVED or row.released_at is not None:
            return "not_held"
        row.released_by, row.released_at = by, clock.now()
        row.released_reason = deed.reason
        row.save(update_fields=["released_by", "released_at", "released_reason"])
        deed.record("hold_released", row.subject, things=[shop_name(row.shop_id)])
    return "released"


def going(issuer: Issuer, on: date) -> "QuerySet[Hold]":
    """The holds that stand on a day in Japan."""
    return Hold.objects.of(issuer).filter(
        Q(until_day=None) | Q(until_day__gt=on),
        state=ProposalState.APPROVED,
        released_at=None,
    )


def _end_what_is_over(shop: Shop) -> None:
    """Note of a hold whose last day is over that it has ended, so that there can be another."""
    today = in_japan(clock.now()).date()
    over = Hold.objects.of(shop.issuer).filter(
        shop=shop, state=ProposalState.APPROVED, released_at=None, until_day__lte=today
    )
    over.update(released_at=clock.now())


def held_shops(issuer: Issuer, on: date, shop_ids: Iterable[int]) -> dict[int, Hold]:
    """Of these shops, those whose money is held on a day, with the hold."""
    return {hold.shop_id: hold for hold in going(issuer, on).filter(shop_id__in=list(shop_ids))}


def find_hold(issuer: Issuer, hold_id: int) -> Hold | None:
    """The issuer's hold with this id; None for anybody else's."""
    found = Hold.objects.of(issuer).select_related("issuer", "shop", "proposed_by", "decided_by")
    return found.filter(pk=hold_id).first()
