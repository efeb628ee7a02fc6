"""随時払い: asked for by the shop, closed by the office for that shop alone."""

from datetime import date

import pytest

from hansatsu.flows.settlement import on_demand
from hansatsu.flows.settlement.models import Closing, FeeClass, PayoutRequest, SettlementRules
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.staff.checking import open_staff
from tests.support.settling import Settling, deed_of
from tests.town import PASSWORD, quick_hashing


@pytest.fixture
def manager(settling: Settling) -> Staff:
    with quick_hashing():
        return open_staff(
            settling.town.issuer,
            login_id="tencho",
            password=PASSWORD,
            role=Role.MANAGER,
            display_name="店長",
            shop=settling.town.shop,
        )


@pytest.fixture
def clerk(settling: Settling) -> Staff:
    return settling.clerk("経理 一")


@pytest.fixture
def allowed(settling: Settling) -> None:
    issuer = settling.town.issuer
    fee_class = FeeClass.objects.create(issuer=issuer, name="随時", basis_points=100, fixed=200)
    SettlementRules.objects.of(issuer).update(
        on_demand=True, on_demand_minimum=5_000, on_demand_fee_class=fee_class
    )


def asked(settling: Settling, manager: Staff) -> PayoutRequest:
    settling.at("2026-03-05 12:00:00")
    settling.pay(10_000)
    settling.at("2026-03-06 00:00:00")
    settling.pay(400)
    assert on_demand.ask(deed_of(manager), manager, settling.town.shop) == "asked"
    found = on_demand.open_request(settling.town.shop)
    assert found is not None
    return found


@pytest.mark.usefixtures("allowed")
def test_a_shop_is_paid_in_between_up_to_the_last_midnight(
    settling: Settling, manager: Staff, clerk: Staff
) -> None:
    request = asked(settling, manager)
    shown = 10_000 - 300 - 30
    answer = on_demand.close(deed_of(clerk), clerk, request, shown=shown)
    assert answer.outcome == "closed"
    statement = settling.last()
    assert answer.statement == statement
    assert (statement.payments, statement.fee, statement.tax) == (10_000, 300, 30)
    assert (statement.payout, statement.closing.kind) == (shown, "on_demand")
    assert statement.closing.statement_count == 1
    assert statement.closing.last_day == date(2026, 3, 5)
    assert statement.closing.pay_on == date(2026, 3, 10)  # two bank days after Friday the 6th
    settling.at("2026-04-01 00:00:05")
    (regular,) = settling.close()
    assert (regular.number, regular.statement_count) == (2, 2)
    assert (settling.last().opening, settling.last().payments) == (0, 400)


@pytest.mark.usefixtures("allowed")
def test_at_a_closing_days_cut_the_regular_one_comes_first(
    settling: Settling, manager: Staff, clerk: Staff
) -> None:
    request = asked(settling, manager)
    settling.at("2026-04-01 00:00:00")
    assert on_demand.close(deed_of(clerk), clerk, request, shown=10_000).outcome == "too_little"
    assert [each.kind for each in Closing.objects.of(settling.town.issuer)] == ["regular"]
    assert settling.last().payout == 10_400
    assert PayoutRequest.objects.get(pk=request.pk).state == "asked"


@pytest.mark.usefixtures("allowed")
def test_what_was_shown_is_what_is_paid(settling: Settling, manager: Staff, clerk: Staff) -> None:
    request = asked(settling, manager)
    settling.at("2026-03-07 00:00:00")  # 400 yen more are closed by now
    assert on_demand.close(deed_of(clerk), clerk, request, shown=9_670).outcome == "changed"
    assert not Closing.objects.of(settling.town.issuer).exists()
    assert PayoutRequest.objects.get(pk=request.pk).state == "asked"


@pytest.mark.usefixtures("allowed")
def test_one_request_at_a_time_and_answered_once(
    settling: Settling, manager: Staff, clerk: Staff
) -> None:
    request = asked(settling, manager)
    assert on_demand.ask(deed_of(manager), manager, settling.town.shop) == "already"
    assert on_demand.decline(deed_of(clerk), clerk, request) == "declined"
    assert on_demand.withdraw(deed_of(manager), manager, request) == "decided"
    assert on_demand.close(deed_of(clerk), clerk, request, shown=9_670).outcome == "decided"
    assert not Closing.objects.of(settling.town.issuer).exists()
    assert on_demand.ask(deed_of(manager), manager, settling.town.shop) == "asked"


def test_who_does_not_allow_it_is_not_asked(settling: Settling, manager: Staff) -> None:
    shop = settling.town.shop
    assert on_demand.ask(deed_of(manager), manager, shop) == "not_allowed"
    assert not PayoutRequest.objects.of(shop.issuer).exists()


@pytest.mark.usefixtures("allowed")
def test_too_little_is_not_paid_in_between(settling: Settling, manager: Staff) -> None:
    settling.at("2026-03-05 12:00:00")
    settling.pay(5_354)  # 253 fee and 25 tax: 5,076; a yen under 5,000 needs 5,272
    settling.at("2026-03-05 23:00:00")
    shop = settling.town.shop
    assert on_demand.ask(deed_of(manager), manager, shop) == "too_little"  # not cut yet
    assert not PayoutRequest.objects.of(shop.issuer).exists()
    settling.at("2026-03-06 00:00:00")
    assert on_demand.ask(deed_of(manager), manager, shop) == "asked"
