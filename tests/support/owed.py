"""What shops are owed, without waiting for a month to end: goodwill of the issuer that a closing on
demand has told them of, so that the books agree with it."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hansatsu.flows.settlement.models import (
    BEGINNING,
    Adjustment,
    AdjustmentLine,
    Closing,
    Payable,
    Statement,
    StatementLine,
)
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.shops.models import Shop
from tests.support.clerks import employ
from tests.town import Town

HASH = bytes(32)
"""Stands for a hash that nobody looks at."""


def owe(town: Town, yen: Mapping[Shop, int], due_on: date | None = None) -> list[Payable]:
    """Have the town owe each shop as much, due today or on ``due_on``."""
    issuer = town.issuer
    one, other = employ(issuer, name="調整 一"), employ(issuer, name="調整 二")
    return [_owe(shop, each, due_on or _today(), one, other) for shop, each in yen.items()]


def _owe(shop: Shop, yen: int, due_on: date, one: Staff, other: Staff) -> Payable:
    issuer, now = shop.issuer, clock.now()
    adjustment = Adjustment.objects.create(
        issuer=issuer,
        kind="goodwill",
        key=secrets.token_hex(8),
        reason="試験",
        state="approved",
        proposed_by=one,
        proposed_at=now,
        lapses_at=now,
        decided_by=other,
        decided_at=now,
    )
    starts = _end_of_last(shop)
    ends = starts + timedelta(days=1)
    last = Closing.objects.of(issuer).order_by("number").last()
    amounts = {"opening": 0, "payments": 0, "payment_count": 0, "refunds": 0, "refund_count": 0}
    amounts |= {"adjustments": yen, "fee": 0, "tax": 0, "payout": yen, "carry": 0}
    closing = Closing.objects.create(
        issuer=issuer,
        number=last.number + 1 if last else 1,
        kind="on_demand",
        cut_at=ends,
        period_start=in_japan(starts).date(),
        last_day=in_japan(starts).date(),
        pay_on=due_on,
        hand_in_by=due_on,
        made_at=now,
        made_by="test",
        statement_count=1,
        root=HASH,
        previous_hash=last.hash if last else HASH,
        hash=secrets.token_bytes(32),
        **amounts,
    )
    statement = Statement.objects.create(
        issuer=issuer,
        closing=closing,
        shop=shop,
        starts_at=starts,
        ends_at=ends,
        tax_rate=1_000,
        salt=HASH,
        leaf=HASH,
        **amounts,
    )
    line = AdjustmentLine.objects.create(
        issuer=issuer, adjustment=adjustment, shop=shop, yen=yen, statement=statement
    )
    StatementLine.objects.create(
        issuer=issuer, statement=statement, kind="adjustment", about=line.pk, amount=yen
    )
    return Payable.objects.create(
        issuer=issuer, statement=statement, shop=shop, yen=yen, due_on=due_on
    )


def _end_of_last(shop: Shop) -> datetime:
    last = Statement.objects.of(shop.issuer).filter(shop=shop).order_by("ends_at").last()
    return last.ends_at if last else BEGINNING


def _today() -> date:
    return in_japan(clock.now()).date()
