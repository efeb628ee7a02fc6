"""What a member of staff is about to give back, sealed so that it can stand in an address.

The key in it is made once, when the refund's form is shown. Reload, back, a second tab and a
double tap carry the same key, so all of them together are one refund. Two forms of one payment
have two keys: so what was left to refund goes along, and a refund that another page, person or till
has made meanwhile is shown first (ADR 0233).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from django.db import transaction

from hansatsu.flows.payments.refunds import (
    Outcome,
    RefundAsked,
    RefundMade,
    find_refund,
    find_refundable,
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

StaffOutcome = Outcome | Literal["left_changed"]
"""``left_changed``: another refund of the payment was made meanwhile, and must be shown first."""


@dataclass(frozen=True, slots=True)
class RefundIntent:
    """One refund before it is made: by whom, of which payment of which shop, how many yen, why,
    under which idempotency key. ``left`` is how many yen could still be refunded when its form was
    shown; None in what the version before has sealed."""

    staff: int
    shop: int
    number: str
    amount: int
    reason: str
    key: str
    left: int | None = None

    @property
    def actor(self) -> str:
        """As the ledger names who asks: a refund is a person's act, wherever they stand."""
        return staff_name(self.staff)


REFUND_TOKENS: Final = SealedToken(
    RefundIntent, "hansatsu.payments.refund", LIFETIME, compress=True
)
"""Intents as texts that fit in an address, though a reason may be long."""


def sent_left(sent: str) -> int | None:
    """Yen that a page was shown with as left to refund, and has sent back; None for what no form of
    ours sends."""
    return int(sent) if re.fullmatch(r"[0-9]{1,10}", sent) else None


def refund_by_staff(
    by: Actor,
    staff: Staff,
    shop: Shop,
    intent: RefundIntent,
    *,
    today_only: bool,
    left: int | None,
) -> RefundMade[StaffOutcome]:
    """Refund as intended, and put it into the audit log in the same transaction.

    The ledger decides first: its refusals and replays stand. What was left before a refund that it
    would make anew is looked at while it holds the wallet's lock, so that of two refunds at once
    the second meets the first; and all is taken back when that is not what was shown.

    Args:
        by: who stands in the audit log.
        staff: who makes it.
        shop: whose payment it is.
        intent: what is to be made, once for its key.
        today_only: refuse a payment of an earlier day in Japan.
        left: yen that could still be refunded by the page that was shown last; None for a page of
            the version before, which did not tell: then it is not looked at.

    Raises:
        ValueError: when the intent is another person's or shop's.
    """
    with transaction.atomic():
        made = refund_payment(_asked(staff, shop, intent, today_only))
        if made.outcome == "refunded":
            if left is not None and _left_before(shop, intent.number, made.amount) != left:
                transaction.set_rollback(True)
                return RefundMade("left_changed")
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


def _left_before(shop: Shop, number: str, refunded: int) -> int | None:
    """Yen that were left before ``refunded`` of them were, counted as the pages count them."""
    found = find_refundable(shop, number)
    return None if found is None else found.left + refunded


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
