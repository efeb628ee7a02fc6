"""What a member of staff is about to give back, sealed so that it can stand in an address.

The key in it is made once, when the refund's form is shown. Reload, back, a second tab and a
double tap carry the same key, so all of them together are one refund.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from hansatsu.flows.payments.refunds import (
    RefundAsked,
    RefundMade,
    find_refund,
    refund_payment,
    rehearse_refund,
    settle_refund,
)
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.audit import Actor, Value, audit, place_of_shop
from hansatsu.parties.issuers.names import payment_name, staff_name
from hansatsu.parties.seals.tokens import SealedToken
from hansatsu.parties.shops.models import Shop

LIFETIME: Final = timedelta(minutes=15)
"""How long an unmade refund's intent is good for; then it must be started anew."""


@dataclass(frozen=True, slots=True)
class RefundIntent:
    """One refund before it is made: by whom, of which payment of which shop, how many yen, why,
    under which idempotency key."""

    staff: int
    shop: int
    number: str
    amount: int
    reason: str
    key: str

    @property
    def actor(self) -> str:
        """As the ledger names who asks: a refund is a person's act, wherever they stand."""
        return staff_name(self.staff)


REFUND_TOKENS: Final = SealedToken(
    RefundIntent, "hansatsu.payments.refund", LIFETIME, compress=True
)
"""Intents as texts that fit in an address, though a reason may be long."""


def refund_by_staff(
    by: Actor, staff: Staff, shop: Shop, intent: RefundIntent, *, today_only: bool
) -> RefundMade:
    """Refund as intended, and put it into the audit log in the same transaction.

    Raises:
        ValueError: when the intent is another person's or shop's.
    """
    with transaction.atomic():
        made = refund_payment(_asked(staff, shop, intent, today_only))
        if made.outcome == "refunded":
            after: dict[str, Value] = {"amount": made.amount, "number": made.number}
            subject = payment_name(intent.number)
            things = [payment_name(made.number), place_of_shop(shop.pk)]
            audit(by, "refund", subject, reason=intent.reason, after=after, things=things)
    return made


def rehearse_by_staff(
    staff: Staff, shop: Shop, intent: RefundIntent, *, today_only: bool
) -> RefundMade:
    """What ``refund_by_staff`` would say now. Changes nothing."""
    return rehearse_refund(_asked(staff, shop, intent, today_only))


def made_refund(shop: Shop, intent: RefundIntent) -> str:
    """決済ID of the refund that was made under the intent's key; empty when none was."""
    return find_refund(shop, intent.actor, intent.key)


def settle_intent(shop: Shop, intent: RefundIntent) -> str:
    """Bring the intent to its end: its 決済ID if it was made; otherwise empty, and it never will
    be."""
    return settle_refund(shop, intent.actor, intent.key)


def _asked(staff: Staff, shop: Shop, intent: RefundIntent, today_only: bool) -> RefundAsked:
    if (intent.staff, intent.shop) != (staff.pk, shop.pk):
        raise ValueError("the intent is another person's")
    return RefundAsked(
        shop=shop,
        number=intent.number,
        actor=intent.actor,
        key=intent.key,
        amount=intent.amount,
        reason=intent.reason,
        staff=staff.pk,
        today_only=today_only,
    )
