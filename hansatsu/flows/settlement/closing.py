"""Closings: made once, when they are due, and never changed (ADR 0270).

First the cut is committed and those who still write are waited for (``settlement.cuts``); then
each closing is one transaction: the issuer's rules are locked, what is due is looked at again,
statements are drafted from the ledger and written with their lines, what is owed by them, and the
hash. One that is killed on the way has written nothing but the cut, and is made at the next minute.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.db import transaction

from hansatsu.flows.settlement import cuts, leaf, plans
from hansatsu.flows.settlement.accounts import masked_accounts
from hansatsu.flows.settlement.drafting import Draft, drafts
from hansatsu.flows.settlement.models import (
    AdjustmentLine,
    Closing,
    ClosingKind,
    LineKind,
    Payable,
    SettlementRules,
    Statement,
    StatementLine,
)
from hansatsu.flows.settlement.rules import locked_rules, rules_of
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer

WORKER: Final = "system:settlement"
"""Who closes by the clock."""
SALT_BYTES: Final = 16
AT_ONCE: Final = 1_000
"""Rows that are written together."""

Closed = Literal[
    "closed",  # all that was due
    "nothing_due",
    "clock_jumped",
    "writers",
]


@dataclass(frozen=True, slots=True)
class Made:
    """How closing ended, and what was made, the oldest first; all before ``cut_at`` is final when
    the books were cut. ``nothing_due``: no closing day has passed. ``clock_jumped`` and
    ``writers``: nothing was made; as in ``cuts.cut_days``."""

    outcome: Closed
    cut_at: datetime
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a closing, and when it is paid."""

    kind: ClosingKind
    cut_at: datetime
    period_start: date
    last_day: date
    pay_on: date
    hand_in_by: date


def close_due(issuer: Issuer, deed: Deed | None = None) -> Made:
    """Cut the issuer's books and make the closings that are due. Not to be called inside a
    transaction. Called twice at once, each closing is made once.

    Args:
        issuer: whose.
        deed: who of the staff has it done, and why; it is recorded with each closing. None: the
            clock.
    """
    cut, midnight = cuts.cut_days(issuer)
    if cut != "cut":
        return Made(cut, midnight)
    made: list[Closing] = []
    while (closing := _close_next(issuer, midnight, deed)) is not None:
        made.append(closing)
    return Made("closed" if made else "nothing_due", midnight, tuple(made))


def is_due(issuer: Issuer) -> bool:
    """True when a closing day has passed and is not closed."""
    return bool(plans.due(issuer, rules_of(issuer), clock.now()))


def _close_next(issuer: Issuer, midnight: datetime, deed: Deed | None) -> Closing | None:
    """Make the oldest closing that is due at the cut of ``midnight``; None when none is."""
    with transaction.atomic():
        rules = locked_rules(issuer)
        waiting = plans.due(issuer, rules, midnight)
        if not waiting:
            return None
        plan = waiting[0]
        days = Days(
            ClosingKind.REGULAR,
            plan.cut_at,
            plan.period_start,
            plan.last_day,
            plan.pay_on,
            plan.hand_in_by,
        )
        by = deed.actor.actor if deed else WORKER
        closing = write(rules, days, drafts(issuer, plan.cut_at), by)
        if deed is not None:
            deed.record(
                "closed_by_hand",
                closing.subject,
                after={"number": closing.number, "yen": closing.payout},
            )
        return closing


def write(rules: SettlementRules, days: Days, drafted: Sequence[Draft], by: str) -> Closing:
    """Write a closing with its statements. The caller holds the issuer's rules, and has drafted
    under them."""
    issuer = rules.issuer
    before = Closing.objects.of(issuer).order_by("-number").first()
    number = before.number + 1 if before else 1
    accounts = masked_accounts(issuer, [draft.shop.pk for draft in drafted])
    written = [(_statement(issuer, draft, accounts), draft.lines()) for draft in drafted]
    for (statement, lines), draft in zip(written, drafted, strict=True):
        statement.leaf = leaf.leaf_of(issuer.code, number, draft.shop.code, statement, lines)
    closing = _closing(issuer, days, number, [statement for statement, _lines in written], by)
    closing.previous_hash = before.hash if before else leaf.genesis_of(issuer.code)
    closing.hash = leaf.hash_of(issuer.code, closing)
    closing.registration_number = rules.registration_number
    closing.save(force_insert=True)
    _save(closing, written)
    _take_adjustments(written)
    return closing


def _statement(issuer: Issuer, draft: Draft, accounts: dict[int, str]) -> Statement:
    return Statement(
        issuer=issuer,
        shop=draft.shop,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        opening=draft.opening,
        payments=draft.payments,
        payment_count=draft.payment_count,
        refunds=draft.refunds,
        refund_count=draft.refund_count,
        adjustments=draft.adjustments,
        fee=draft.fee,
        tax=draft.tax,
        tax_rate=draft.tax_rate,
        payout=draft.payout,
        carry=draft.carry,
        account=accounts.get(draft.shop.pk, ""),
        salt=secrets.token_bytes(SALT_BYTES),
    )


def _closing(
    issuer: Issuer, days: Days, number: int, statements: Sequence[Statement], by: str
) -> Closing:
    return Closing(
        issuer=issuer,
        number=number,
        kind=days.kind,
        cut_at=days.cut_at,
        period_start=days.period_start,
        last_day=days.last_day,
        pay_on=days.pay_on,
        hand_in_by=days.hand_in_by,
        made_at=clock.now(),
        made_by=by,
        statement_count=len(statements),
        opening=sum(each.opening for each in statements),
        payments=sum(each.payments for each in statements),
        payment_count=sum(each.payment_count for each in statements),
        refunds=sum(each.refunds for each in statements),
        refund_count=sum(each.refund_count for each in statements),
        adjustments=sum(each.adjustments for each in statements),
        fee=sum(each.fee for each in statements),
        tax=sum(each.tax for each in statements),
        payout=sum(each.payout for each in statements),
        carry=sum(each.carry for each in statements),
        root=leaf.root_of([bytes(each.leaf) for each in statements]),
    )


def _save(closing: Closing, written: Sequence[tuple[Statement, list[StatementLine]]]) -> None:
    for statement, _lines in written:
        statement.closing = closing
    Statement.objects.bulk_create([statement for statement, _ in written], batch_size=AT_ONCE)
    for statement, lines in written:
        for line in lines:
            line.issuer_id, line.statement = statement.issuer_id, statement
    every_line = [line for _statement, lines in written for line in lines]
    StatementLine.objects.bulk_create(every_line, batch_size=AT_ONCE)
    Payable.objects.bulk_create(
        [
            Payable(
                issuer_id=statement.issuer_id,
                statement=statement,
                shop_id=statement.shop_id,
                yen=statement.payout,
                due_on=closing.pay_on,
            )
            for statement, _lines in written
            if statement.payout
        ],
        batch_size=AT_ONCE,
    )


def _take_adjustments(written: Sequence[tuple[Statement, list[StatementLine]]]) -> None:
    for statement, lines in written:
        taken = [line.about or 0 for line in lines if line.kind == LineKind.ADJUSTMENT]
        if taken:
            AdjustmentLine.objects.filter(pk__in=taken, statement=None).update(statement=statement)
