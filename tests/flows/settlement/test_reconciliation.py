"""資金照合: nothing is missing and nothing too much, and what is wrong shows as what it is."""

import secrets
from datetime import date
from typing import Any, LiteralString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Method, ProviderPayment
from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    BankLineKind,
    FeeClass,
    ShopFeeClass,
    Statement,
)
from hansatsu.ledger import api as ledger
from tests.flows.charging.shopper import PRICE
from tests.support.adjusting import adjust
from tests.support.frozen_clock import FrozenClock
from tests.support.reconciling import FEE, Money
from tests.support.settling import Settling, begin

K = BankLineKind
MARCH, APRIL = "2026-03-31", "2026-04-30"


@pytest.fixture
def money(settling: Settling) -> Money:
    """A month and a half: orders, sales, a closing, a run that was paid."""
    money = Money(settling)
    settling.at("2026-03-05 10:00")
    for _ in range(3):
        money.buy()
    settling.at("2026-03-10 10:00")
    money.provider_pays(2)
    for amount in (4_000, 2_500, 7_000):
        money.sell(amount)
    settling.at("2026-04-01 00:05")
    settling.close()
    settling.at("2026-04-15 10:00")
    money.pay_out()
    money.sell(1_500)
    settling.at("2026-05-01 00:05")
    return money


def test_every_yen_of_two_months_is_where_it_should_be(money: Money) -> None:
    assert money.gaps(MARCH) == {}
    assert money.gaps(APRIL) == {}
    found = money.found(APRIL)
    figures = {each.code: each.yen for each in found.figures}
    assert (found.bank, found.expected) == (money.found(APRIL).bank, found.bank)
    assert (figures["provider"], figures["provider_fees"]) == (-PRICE, -2 * FEE)
    assert (figures["payables"], figures["since"]) == (0, 1_500)


def test_a_payment_counted_twice_shows_as_it(money: Money) -> None:
    statement = Statement.objects.of(money.issuer).get(payment_count=3)
    doubled = "payments = payments + 2500, payout = payout + 2500"
    _plant(money, "settlement_statement", doubled, statement.pk)
    assert money.gaps(MARCH) == {"taken": -2_500}


def test_an_order_that_nobody_paid_shows_as_it(money: Money) -> None:
    _, reference = money.orders[2]
    payment = ProviderPayment.objects.of(money.issuer).get(payment_id=reference)
    ProviderPayment.objects.filter(pk=payment.pk).delete()
    assert money.gaps(MARCH) == {"orders": -PRICE}


def test_a_transfer_marked_paid_that_was_not_shows_as_it(settling: Settling) -> None:
    money = Money(settling, bank_pays=False)
    money.buy()
    money.sell(3_000)
    settling.at("2026-04-01 00:05")
    settling.close()
    settling.at("2026-04-15 10:00")
    run = money.pay_out()
    assert run is not None
    settling.at("2026-05-01 00:05")
    assert money.gaps(APRIL) == {"sent": 3_000}
    assert money.found(APRIL).difference == run.total


def test_money_that_came_back_without_a_record_shows_as_it(money: Money) -> None:
    money.settling.at("2026-04-20 10:00")
    money.line(K.RETURNED, 700)
    assert money.gaps(APRIL) == {"returned": 700}


def test_money_collected_from_a_shop_waits_for_its_approval(money: Money) -> None:
    settling = money.settling
    settling.at("2026-04-20 10:00")
    settling.town.refund(money.sales[2])
    settling.at("2026-05-01 00:05")
    settling.close()
    settling.at("2026-05-10 10:00")
    money.line(K.COLLECTED, 5_500)
    assert money.gaps("2026-05-31") == {"collected": 5_500}
    money.adjust(AdjustmentKind.COLLECTED, 5_500, date(2026, 5, 10))
    assert money.gaps("2026-05-31") == {}


def test_what_a_dispute_takes_is_a_loss(money: Money) -> None:
    settling = money.settling
    order, payment = money.orders[0]
    settling.at("2026-04-16 10:00")
    money.shopper.tell("disputed", order, payment)
    money.shopper.tell("dispute_lost", order, payment, about=f"{payment}-disput")
    settling.at("2026-05-01 00:10")
    assert money.gaps(APRIL) == {}
    figures = {each.code: each.yen for each in money.found(APRIL).figures}
    assert figures["lost"] < 0
    assert money.gaps(MARCH) == {}  # as it was then


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *["buy", "sell", "sell", "sell", "refund", "provider", "premium", "late"],
                *["double", "dispute", "won", "take_back", "correct", "goodwill", "grant"],
                *["run", "failed run", "run with fees", "back", "back for less", "other", "next"],
                *["next", "write off", "collect"],
            ]
        ),
        st.integers(1, 9_999),
    ),
    min_size=12,
    max_size=40,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=ACTIONS)
def test_whatever_happens_the_signs_are_right(
    months: FrozenClock, actions: list[tuple[str, int]]
) -> None:
    settling = begin(months)
    money = Money(settling)
    fee = FeeClass.objects.create(issuer=money.issuer, name="並", basis_points=137, fixed=3)
    ShopFeeClass.objects.create(
        issuer=money.issuer, shop=settling.town.shop, fee_class=fee, from_day=date(2026, 3, 1)
    )
    walk = _Walk(money)
    for action, number in actions:
        walk.does(action, number)
        money.later(7)
    walk.does("next", 0)
    for month in range(3, walk.month + 1):
        assert money.gaps(f"2026-{month:02}-01") == {}, month


class _Walk:
    """What may happen in any order."""

    def __init__(self, money: Money) -> None:
        self.money, self.settling, self.month = money, money.settling, 3

    def does(self, action: str, number: int) -> Any:
        money, town = self.money, self.settling.town
        match action:
            case "buy":
                money.buy(Method.KONBINI if number % 2 else Method.CARD)
            case "sell":
                money.sell(number)
            case "refund" if money.sales:
                self._refund(number)
            case "provider":
                money.provider_pays(1 + number % 3)
            case "premium":
                money.line(K.PREMIUM, number)
            case "late":
                order = money.shopper.order(Method.KONBINI)
                money.shopper.tell("expired", order)
                money.shopper.tell("paid", order, money.shopper.pays(order))
            case "double" if money.orders:
                money.double(money.orders[number % len(money.orders)][0])
            case "dispute" | "won" | "take_back" if money.orders:
                self._away(action, *money.orders[number % len(money.orders)])
            case "correct":
                money.correct(number)
            case "goodwill":
                money.adjust(AdjustmentKind.GOODWILL, number - 5_000 or 1)
            case "write off":
                money.adjust(AdjustmentKind.WRITTEN_OFF, 1 + number % 500)
            case "collect":
                self._collect(1 + number % 500)
            case "grant":
                town.charge(town.resident, town.all_shops, number)
            case "run" | "failed run" | "run with fees":
                money.pay_out(fail=action == "failed run", fee=action == "run with fees" and 220)
            case "back" | "back for less":
                money.come_back(880 if action == "back for less" else 0)
            case "other":
                money.line(K.OTHER, -number)
                money.line(K.INTEREST, 1 + number % 7)
            case "next" if self.month < 11:
                self.month += 1
                self.settling.at(f"2026-{self.month:02}-01 00:05")
                self.settling.close()

    def _refund(self, number: int) -> None:
        payment = self.money.sales[number % len(self.money.sales)]
        request = ledger.Request.of("test", secrets.token_hex(8), payment, number)
        refund = ledger.Refund(request, self.money.issuer.pk, payment, number)
        ledger.refund(ledger_connection(), refund)  # refused when so much is not left

    def _collect(self, yen: int) -> None:
        if adjusted(self.money, AdjustmentKind.COLLECTED, yen):
            self.money.line(K.COLLECTED, yen)

    def _away(self, action: str, order: Any, payment: str) -> None:
        shopper = self.money.shopper
        if action == "dispute":
            shopper.tell("disputed", order, payment, about="one")
            return
        kind = "dispute_won" if action == "won" else "refunded"
        shopper.tell(kind, order, payment, about="one")  # type: ignore[arg-type]


def adjusted(money: Money, kind: AdjustmentKind, yen: int) -> bool:
    """True when two people could decide it."""
    return adjust(money.settling, kind, yen, money.today)


def _plant(money: Money, table: str, change: LiteralString, pk: int) -> None:
    """Write what the database forbids."""
    owner = money.settling.clock.owner
    owner.execute(SQL("alter table {} disable trigger user").format(Identifier(table)))
    owner.execute(SQL("update {} set " + change + " where id = %s").format(Identifier(table)), [pk])
    owner.execute(SQL("alter table {} enable trigger user").format(Identifier(table)))
