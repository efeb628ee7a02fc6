"""A shop's own statements, and what the next one would say."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.drafting import Draft, drafts
from hansatsu.flows.settlement.models import BEGINNING, PayoutRequest, Statement, StatementLine
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.flows.settlement.standing import with_standing
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Coming:
    """The next closing of a shop: what it has taken for it up to ``until``, less what it gave back
    and what it owed before, is ``yen``. None of it is final. The closing's last day is
    ``last_day``; it is paid on ``pay_on``."""

    yen: int
    until: datetime
    last_day: date
    pay_on: date


@dataclass(frozen=True, slots=True)
class Expected:
    """As ``Coming``, with all that the statement would say; no ``draft`` when the shop is closed up
    to now."""

    draft: Draft | None
    until: datetime
    last_day: date
    pay_on: date


def statements_of(shop: Shop) -> "QuerySet[Any]":
    """The shop's statements, newest first, each with its ``standing``, closing and payable."""
    rows = with_standing(shop.issuer, Statement.objects.of(shop.issuer).filter(shop=shop))
    return rows.select_related("closing", "payable", "shop__issuer").order_by("-ends_at")


def find_statement(shop: Shop, closing_number: int) -> Any | None:
    """What the issuer's closing with this number says to the shop; None when it says nothing."""
    return statements_of(shop).filter(closing__number=closing_number).first()


def find_line(statement: Statement, line_id: int) -> StatementLine | None:
    """The statement's line of payments or refunds with this id; None for any other."""
    lines = statement.lines.select_related("emoney").filter(emoney__isnull=False)
    return lines.filter(pk=line_id).first()


def parts_of_line(
    statement: Statement, line: StatementLine, *, before: str | None, limit: int
) -> list[ledger.ShopPart]:
    """The payments, or refunds, that a line adds up, newest first, from below the one with the
    決済ID ``before`` on."""
    assert line.emoney_id is not None
    return ledger.shop_parts(
        ledger_connection(),
        statement.issuer_id,
        statement.shop_id,
        kind="payment" if line.kind == "payment" else "refund",
        emoney_id=line.emoney_id,
        since=statement.starts_at,
        until=statement.ends_at,
        before=before,
        limit=limit,
    )


def coming(shop: Shop) -> Coming:
    """What the shop has taken since it was closed last: two looks, for a page that is seen
    often."""
    now = clock.now()
    plan = plans.next_plan(shop.issuer, rules_of(shop.issuer), now)
    last = Statement.objects.of(shop.issuer).filter(shop=shop).order_by("-ends_at").first()
    summed = ledger.shop_sum(
        ledger_connection(),
        shop.issuer_id,
        shop.pk,
        since=last.ends_at if last else BEGINNING,
        until=min(now, plan.cut_at),
    )
    carried = last.carry if last else 0
    return Coming(summed.total + carried, now, plan.last_day, plan.pay_on)


def expected(shop: Shop) -> Expected:
    """What the shop's next statement would say if it were closed now."""
    now = clock.now()
    plan = plans.next_plan(shop.issuer, rules_of(shop.issuer), now)
    found = drafts(shop.issuer, min(now, plan.cut_at), shop=shop)
    return Expected(found[0] if found else None, now, plan.last_day, plan.pay_on)


def last_request(shop: Shop) -> PayoutRequest | None:
    """The payout on demand that the shop asked for last, whatever came of it."""
    return PayoutRequest.objects.of(shop.issuer).filter(shop=shop).order_by("-pk").first()
