"""手数料区分: made, and which shops are of which from a day on. Each act stands in the record."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from django.db import transaction
from django.db.models import Max, Q

from hansatsu.flows.settlement.models import Closing, FeeClass, ShopFeeClass
from hansatsu.flows.settlement.plans import day_before
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import issuer_name, shop_name
from hansatsu.parties.shops.models import Shop

type Moved = Literal[
    "moved",
    "settled",  # that day is in a closing, whose fees stand
]


def fee_classes(issuer: Issuer) -> list[FeeClass]:
    """All classes of the issuer, the oldest first."""
    return list(FeeClass.objects.of(issuer))


def make_fee_class(deed: Deed, name: str, basis_points: int, fixed: int) -> FeeClass | None:
    """A new class; None when the name is another's.

    Args:
        name: as statements show it.
        basis_points: hundredths of a per cent of the takings.
        fixed: yen a payment.
    """
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)
        if FeeClass.objects.of(issuer).filter(name=name).exists():
            return None
        made = FeeClass.objects.create(
            issuer=issuer, name=name, basis_points=basis_points, fixed=fixed
        )
        after: dict[str, Value] = {
            "fee_class": name,
            "basis_points": basis_points,
            "fixed": fixed,
        }
        deed.record("fee_class_made", issuer_name(issuer.pk), after=after)
    return made


def settled_until(issuer: Issuer) -> date | None:
    """The last day that is in a closing; None before the first."""
    newest = Closing.objects.of(issuer).aggregate(newest=Max("cut_at"))["newest"]
    return day_before(newest) if newest else None


def move_shops(
    deed: Deed, shops: Sequence[Shop], fee_class: FeeClass | None, from_day: date
) -> Moved:
    """Have ``shops`` be of ``fee_class``, or pay no fee, from the start of ``from_day`` in Japan;
    what was planned for later days is dropped. Payments of before keep their class, and so do their
    refunds."""
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)
        settled = settled_until(issuer)
        if settled is not None and from_day <= settled:
            return "settled"
        rows = ShopFeeClass.objects.of(issuer).filter(shop__in=shops)
        rows.filter(from_day__gte=from_day).delete()
        running = rows.filter(Q(until_day=None) | Q(until_day__gt=from_day))
        before = sorted(set(running.values_list("fee_class__name", flat=True)))
        running.update(until_day=from_day)
        if fee_class is not None:
            ShopFeeClass.objects.bulk_create(
                ShopFeeClass(issuer=issuer, shop=shop, fee_class=fee_class, from_day=from_day)
                for shop in shops
            )
        deed.record(
            "fee_class_moved",
            issuer_name(issuer.pk),
            before={"fee_class": before},
            after={
                "fee_class": [fee_class.name] if fee_class else [],
                "from": from_day.isoformat(),
                "shops": len(shops),
            },
            things=[shop_name(shop.pk) for shop in shops],
        )
    return "moved"
