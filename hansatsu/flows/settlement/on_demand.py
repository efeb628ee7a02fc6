"""随時払い: a shop asks to be paid before the next closing day, where its issuer allows it.

The shop's manager asks; who settles at the office makes a closing of this shop alone, up to the
last cut, and it goes into the next run; or declines. What is paid is what the statement says, not
what was expected when it was asked for.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.db import IntegrityError, transaction

from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.closing import Days, close_due, write
from hansatsu.flows.settlement.drafting import Draft, drafts
from hansatsu.flows.settlement.models import ClosingKind, PayoutRequest, RequestState, Statement
from hansatsu.flows.settlement.rules import locked_rules, rules_of
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.shops.models import Shop

OPEN: Final = RequestState.ASKED

Asked = Literal[
    "asked",
    "already",  # one is open
    "not_allowed",  # the issuer pays on its days only
    "too_little",  # less than the least amount by now
]
Answered = Literal[
    "closed",
    "decided",  # somebody was faster, or the shop took it back
    "not_allowed",
    "too_little",
    "changed",  # it is not the amount that was shown
    "clock_jumped",
    "writers",
]
"""``clock_jumped`` and ``writers`` as in ``cuts.cut_days``: nothing was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request was answered; its statement when it was closed."""

    outcome: Answered
    statement: Statement | None = None


def expected(shop: Shop) -> Draft | None:
    """What a statement on demand would say by the last midnight in Japan; None when it is closed so
    far already."""
    midnight = plans.midnight_of(clock.now())
    rules = rules_of(shop.issuer)
    found = drafts(shop.issuer, midnight, shop=shop, on_demand=rules.on_demand_fee_class)
    return found[0] if found else None


def ask(deed: Deed, by: Staff, shop: Shop) -> Asked:
    """A manager asks for a payout of what the shop is owed up to the last midnight."""
    rules = rules_of(shop.issuer)
    if not rules.on_demand:
        return "not_allowed"
    draft = expected(shop)
    if draft is None or draft.payout < rules.on_demand_minimum:
        return "too_little"
    try:
        with transaction.atomic():
            request = PayoutRequest.objects.create(
                issuer=shop.issuer, shop=shop, asked_by=by, asked_at=clock.now()
            )
            deed.record(
                "payout_requested",
                request.subject,
                things=[shop_name(shop.pk)],
                after={"yen": draft.payout},
            )
    except IntegrityError:
        return "already"
    return "asked"


def withdraw(deed: Deed, by: Staff, request: PayoutRequest) -> Literal["withdrawn", "decided"]:
    """The shop takes its request back."""
    act = "payout_request_withdrawn"
    return "withdrawn" if _end(deed, by, request, RequestState.WITHDRAWN, act) else "decided"


def decline(deed: Deed, by: Staff, request: PayoutRequest) -> Literal["declined", "decided"]:
    """The office does not pay in between; the shop is paid on the next payout day."""
    act = "payout_request_declined"
    return "declined" if _end(deed, by, request, RequestState.DECLINED, act) else "decided"


def close(deed: Deed, by: Staff, request: PayoutRequest, *, shown: int) -> Answer:
    """Close for the shop alone, up to the last midnight. Not to be called inside a transaction.

    Args:
        deed: who does it, and why.
        by: the same person.
        request: which.
        shown: the yen that the page said would be paid.
    """
    issuer = request.issuer
    regular = close_due(issuer, deed)  # a closing that is due comes before
    if regular.outcome in ("clock_jumped", "writers"):
        return Answer(regular.outcome)
    with transaction.atomic():
        rules = locked_rules(issuer)
        row = PayoutRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.state != OPEN:
            return Answer("decided")
        if not rules.on_demand:
            return Answer("not_allowed")
        now = clock.now()
        found = drafts(issuer, regular.cut_at, shop=row.shop, on_demand=rules.on_demand_fee_class)
        if not found or found[0].payout < rules.on_demand_minimum:
            return Answer("too_little")
        if found[0].payout != shown:
            return Answer("changed")
        pay_on, hand_in_by = plans.on_demand_pay_on(rules, in_japan(now).date())
        plan = plans.next_plan(issuer, rules, now)
        days = Days(
            ClosingKind.ON_DEMAND,
            regular.cut_at,
            plan.period_start,
            plans.day_before(regular.cut_at),
            pay_on,
            hand_in_by,
        )
        closing = write(rules, days, found, by.actor)
        statement = closing.statements.get()
        row.statement = statement
        _decide(row, by, RequestState.CLOSED, deed.reason)
        deed.record(
            "payout_request_closed",
            row.subject,
            things=[shop_name(row.shop_id), closing.subject],
            after={"yen": statement.payout, "closing": closing.number},
        )
    return Answer("closed", statement)


def find_request(issuer: Issuer, request_id: int) -> PayoutRequest | None:
    """The issuer's request with this id; None for anybody else's."""
    found = PayoutRequest.objects.of(issuer).select_related("issuer", "shop__issuer", "asked_by")
    return found.filter(pk=request_id).first()


def open_request(shop: Shop) -> PayoutRequest | None:
    """The shop's request that waits for an answer."""
    found = PayoutRequest.objects.of(shop.issuer).filter(shop=shop, state=OPEN)
    return found.select_related("asked_by").first()


def _end(deed: Deed, by: Staff, request: PayoutRequest, state: RequestState, act: str) -> bool:
    with transaction.atomic():
        row = PayoutRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.state != OPEN:
            return False
        _decide(row, by, state, deed.reason)
        deed.record(act, row.subject, things=[shop_name(row.shop_id)])
    return True


def _decide(row: PayoutRequest, by: Staff, state: RequestState, reason: str) -> None:
    row.state, row.decided_by, row.decided_at = state, by, clock.now()
    row.decided_reason = reason
    row.save(update_fields=["state", "statement", "decided_by", "decided_at", "decided_reason"])
