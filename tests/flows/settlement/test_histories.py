"""Random months: every statement adds up, nothing is lost between two, and all of them together are
what the ledger's shop account says."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.closing import Days, close_due, write
from hansatsu.flows.settlement.drafting import drafts
from hansatsu.flows.settlement.models import (
    ClosingKind,
    FeeClass,
    Payable,
    SettlementRules,
    ShopFeeClass,
    Statement,
)
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.formats.japan import JAPAN, start_of
from hansatsu.ledger import api as ledger
from hansatsu.ledger.checks import checks_in_order
from hansatsu.parties.shops.models import Shop
from tests.support.check_folders import check_folder
from tests.support.frozen_clock import FrozenClock
from tests.support.settling import Settling, adjusted, begin

CHECKS = checks_in_order([check_folder("flows/settlement")])
FIRST = date(2026, 3, 1)

HISTORIES = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 1), st.integers(1, 50_000)),
        st.tuples(st.just("refund"), st.integers(0, 5), st.integers(1, 60_000)),
        st.tuples(st.just("class"), st.integers(0, 1), st.integers(0, 1)),
        st.tuples(st.just("adjust"), st.integers(0, 1), st.integers(-30_000, 30_000)),
        st.tuples(st.just("on_demand"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("days"), st.integers(1, 20), st.just(0)),
    ),
    min_size=5,
    max_size=16,
)


@dataclass
class Months:
    """A town whose days go by; what it did is kept to be looked at again."""

    settling: Settling
    now: datetime
    classes: list[FeeClass]
    numbers: list[str] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)

    def shop(self, place: int) -> Shop:
        return (self.settling.town.shop, self.settling.town.large_shop)[place]

    def pay(self, place: int, yen: int) -> None:
        self.numbers.append(self.settling.pay(yen, self.shop(place)))
        self._move(self.shop(place), yen)

    def refund(self, place: int, yen: int) -> None:
        if not self.numbers:
            return
        number = self.numbers[place % len(self.numbers)]
        issuer = self.settling.town.issuer
        standing = ledger.payment_standing(ledger_connection(), issuer.pk, number)
        assert standing is not None
        if standing.left:
            amount = min(yen, standing.left)
            self.settling.town.refund(number, amount)
            self._move(Shop.objects.get(pk=standing.entry.shop_id), -amount)

    def fee_class(self, place: int, kind: int) -> None:
        shop, today = self.shop(place), self.now.date()
        ShopFeeClass.objects.filter(shop=shop, from_day__gte=today).delete()
        ShopFeeClass.objects.filter(shop=shop, until_day=None).update(until_day=today)
        ShopFeeClass.objects.create(
            issuer=shop.issuer, shop=shop, fee_class=self.classes[kind], from_day=today
        )

    def on_demand(self, place: int) -> None:
        issuer, shop = self.settling.town.issuer, self.shop(place)
        made = close_due(issuer)
        with transaction.atomic():
            rules = locked_rules(issuer)
            found = drafts(issuer, made.cut_at, shop=shop, on_demand=self.classes[1])
            day = self.now.date()
            days = Days(ClosingKind.ON_DEMAND, made.cut_at, day, day, day, day)
            if found:
                write(rules, days, found, "test")

    def days(self, count: int) -> None:
        self.now += timedelta(days=count)
        self.settling.clock.show(self.now)
        close_due(self.settling.town.issuer)

    def _move(self, shop: Shop, yen: int) -> None:
        self.moved[shop.pk] = self.moved.get(shop.pk, 0) + yen

    def act(self, step: tuple[str, int, int]) -> None:
        match step:
            case ("pay", place, yen):
                self.pay(place, yen)
            case ("refund", place, yen):
                self.refund(place, yen)
            case ("class", place, kind):
                self.fee_class(place, kind)
            case ("adjust", place, yen) if yen:
                adjusted(self.settling, self.shop(place), yen)
            case ("on_demand", place, _):
                self.on_demand(place)
            case ("days", count, _):
                self.days(count)


@pytest.fixture(scope="module")
def clock(months: FrozenClock) -> FrozenClock:
    return months


def begun(clock: FrozenClock) -> Months:
    settling = begin(clock)
    issuer = settling.town.issuer
    classes = [
        FeeClass.objects.create(issuer=issuer, name="一般", basis_points=180, fixed=0),
        FeeClass.objects.create(issuer=issuer, name="会員", basis_points=55, fixed=7),
    ]
    settling.at("2026-03-01 09:00:00")
    return Months(settling, datetime(2026, 3, 1, 9, tzinfo=JAPAN), classes)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORIES)
def test_months_add_up(clock: FrozenClock, history: list[Any]) -> None:
    town = begun(clock)
    for step in history:
        town.act(step)
    town.days(62)  # what is open is closed
    issuer = town.settling.town.issuer
    for shop in (town.shop(0), town.shop(1)):
        statements = list(Statement.objects.filter(shop=shop).order_by("ends_at"))
        taken = sum(each.payments - each.refunds for each in statements)
        owed = sum(Payable.objects.filter(shop=shop).values_list("yen", flat=True))
        charged = sum(each.fee + each.tax - each.adjustments for each in statements)
        account = (
            ledger_connection()
            .execute(
                "select coalesce(sum(amount), 0) from ledger.posting"
                " where account_id = -1 and shop_id = %s and at < %s",
                [shop.pk, statements[-1].ends_at],
            )
            .fetchall()[0][0]
        )
        assert taken == account == town.moved.get(shop.pk, 0)
        assert taken - charged == owed + statements[-1].carry
        assert statements[0].starts_at < start_of(FIRST)
    assert SettlementRules.objects.of(issuer).count() == 1
    for check in CHECKS:
        assert ledger_connection().execute(check.read_bytes()).fetchall() == []
