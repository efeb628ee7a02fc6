"""Fees: by class and day, rounded once, mirrored by what is given back."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.flows.settlement import fees
from hansatsu.flows.settlement.models import FeeClass, ShopFeeClass
from tests.support.settling import Settling

YEN = st.integers(-(10**12), 10**12)


def of_class(settling: Settling, name: str, basis_points: int, fixed: int, since: str) -> FeeClass:
    """The town's shop is of this class from a day on; what it was ends then."""
    issuer, shop = settling.town.issuer, settling.town.shop
    made = FeeClass.objects.create(issuer=issuer, name=name, basis_points=basis_points, fixed=fixed)
    ShopFeeClass.objects.filter(shop=shop, until_day=None).update(until_day=since)
    ShopFeeClass.objects.create(issuer=issuer, shop=shop, fee_class=made, from_day=since)
    return made


@given(YEN, st.integers(0, 2_000), st.integers(0, 10_000), st.integers(0, 10**6))
def test_what_is_given_back_mirrors_what_was_charged(
    base: int, points: int, fixed: int, count: int
) -> None:
    fee_class = FeeClass(basis_points=points, fixed=fixed)
    charged = fees.fee_of(fee_class, base, count)
    assert charged == -fees.fee_of(fee_class, -base, -count)
    assert abs(fees.mirrored(base, points)) * fees.BASIS <= abs(base) * points
    assert (abs(fees.mirrored(base, points)) + 1) * fees.BASIS > abs(base) * points


def test_the_rate_of_tax_is_that_of_the_day() -> None:
    assert fees.tax_rate_on(date(2019, 9, 30)) == 800
    assert fees.tax_rate_on(date(2019, 10, 1)) == 1_000


def test_a_fee_is_rounded_down_once_and_taxed_once(settling: Settling) -> None:
    of_class(settling, "会員", 150, 3, "2026-03-01")
    settling.at("2026-03-05 12:00:00")
    for _ in range(3):
        settling.pay(333)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    statement = settling.last()
    # 999 x 1.5 % = 14.985 -> 14, and 3 x 3; the tax on 23 is 2.3 -> 2
    assert (statement.fee, statement.tax, statement.tax_rate) == (23, 2, 1_000)
    assert statement.payout == 999 - 23 - 2


def test_a_payment_is_of_the_class_of_its_day(settling: Settling) -> None:
    of_class(settling, "一般", 200, 0, "2026-03-01")
    of_class(settling, "会員", 100, 0, "2026-03-10")
    settling.at("2026-03-09 23:59:59")
    settling.pay(10_000)
    settling.at("2026-03-10 00:00:00")
    settling.pay(10_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    lines = settling.last().lines.filter(kind="fee").select_related("fee_class")
    assert [(line.fee_class.name, line.base, line.amount) for line in lines if line.fee_class] == [
        ("一般", 10_000, 200),
        ("会員", 10_000, 100),
    ]


def test_a_refund_is_of_the_class_of_its_payment(settling: Settling) -> None:
    of_class(settling, "一般", 200, 5, "2026-03-01")
    settling.at("2026-03-09 12:00:00")
    number = settling.pay(10_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    of_class(settling, "会員", 100, 0, "2026-04-01")
    settling.at("2026-04-02 12:00:00")
    settling.town.refund(number, 4_000)  # 5 yen a payment stay: some of it was kept
    settling.at("2026-05-01 00:00:05")
    settling.close()
    assert (settling.last().fee, settling.last().tax) == (-80, -8)
    settling.at("2026-05-02 12:00:00")
    settling.town.refund(number)
    settling.at("2026-06-01 00:00:05")
    settling.close()
    assert (settling.last().fee, settling.last().carry) == (-120 - 5, -4_000 - 6_000 + 88 + 137)


def test_a_shop_without_a_class_pays_none(settling: Settling) -> None:
    of_class(settling, "一般", 200, 5, "2026-04-01")
    settling.at("2026-03-31 23:59:59")
    settling.pay(10_000)
    settling.at("2026-04-01 00:00:05")
    settling.close()
    assert (settling.last().fee, settling.last().payout) == (0, 10_000)


def test_two_classes_never_hold_on_one_day(settling: Settling) -> None:
    fee_class = of_class(settling, "一般", 200, 5, "2026-03-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        ShopFeeClass.objects.create(
            issuer=settling.town.issuer,
            shop=settling.town.shop,
            fee_class=fee_class,
            from_day="2026-05-01",
        )
