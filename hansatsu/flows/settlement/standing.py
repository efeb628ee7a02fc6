"""How far what statements pay out has come: one word a statement, the same in lists, sums and
files."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Sum, Value, When
from django.db.models.fields import CharField

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.accounts import shops_with_account
from hansatsu.flows.settlement.models import PayableState, PayoutRow, RowOutcome, Statement
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer


class Standing(StrEnum):
    """Where a statement's payout is. ``carried``: the shop owes, and nothing is paid. ``nothing``:
    there is nothing to pay. ``failed``: the bank could not pay it, and its money is not back yet.
    ``held`` and ``no_account`` wait for somebody, ``waiting`` for the next run."""

    PAID = "paid"
    FAILED = "failed"
    IN_RUN = "in_run"
    WAITING = "waiting"
    HELD = "held"
    NO_ACCOUNT = "no_account"
    CARRIED = "carried"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Part:
    """How many statements stand so, and what they pay out (of ``carried``: what is carried), in
    yen."""

    count: int = 0
    yen: int = 0


def with_standing(issuer: Issuer, statements: "QuerySet[Any]") -> "QuerySet[Any]":
    """The issuer's statements, each with its ``standing``, as it is now."""
    of_shop = OuterRef("shop_id")
    failed = PayoutRow.objects.of(issuer).filter(outcome=RowOutcome.FAILED, released_at=None)
    held = holds.going(issuer, in_japan(clock.now()).date())
    found: QuerySet[Any] = statements.annotate(
        standing=Case(
            When(payable__state=PayableState.PAID, then=Value(Standing.PAID)),
            When(Exists(failed.filter(payable=OuterRef("payable"))), then=Value(Standing.FAILED)),
            When(payable__state=PayableState.IN_RUN, then=Value(Standing.IN_RUN)),
            When(carry__lt=0, then=Value(Standing.CARRIED)),
            When(payout=0, then=Value(Standing.NOTHING)),
            When(Exists(held.filter(shop=of_shop)), then=Value(Standing.HELD)),
            When(
                ~Exists(shops_with_account(issuer).filter(shop=of_shop)),
                then=Value(Standing.NO_ACCOUNT),
            ),
            default=Value(Standing.WAITING),
            output_field=CharField(),
        )
    )
    return found


def parts_of(issuer: Issuer, closings: Iterable[int]) -> dict[int, dict[Standing, Part]]:
    """Of closings by their ids: how their statements stand, in the order of ``Standing``."""
    rows = with_standing(issuer, Statement.objects.of(issuer).filter(closing__in=list(closings)))
    summed = rows.order_by().values_list("closing_id", "standing")
    found: dict[int, dict[Standing, Part]] = {}
    for closing, standing, count, payout, carry in summed.annotate(
        Count("pk"), Sum("payout"), Sum("carry")
    ):
        parts = found.setdefault(closing, {})
        parts[Standing(standing)] = Part(count, payout + carry)
    return {
        closing: {each: parts[each] for each in Standing if each in parts}
        for closing, parts in found.items()
    }
