"""What a till asks of settlements: its shop's and no other's."""

from datetime import timedelta

import pytest

from hansatsu.flows.settlement.models import Closing, FeeClass, Payable, PayableState
from hansatsu.parties import clock
from tests.api.conftest import make_till
from tests.support.pos import ApiProcesses, Pos
from tests.support.settled import Terms, close
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def settled() -> tuple[Town, list[Closing]]:
    town = make_town()
    town.charge(town.resident, town.all_shops, 10_000)
    paid = town.pay(town.resident, town.shop, 8_000)
    town.refund(paid.number, 500)
    fee = FeeClass.objects.create(issuer=town.issuer, name="標準", basis_points=100)
    first = close(town.issuer, terms=Terms(fee=fee))
    rest = [close(town.issuer, first.cut_at + timedelta(days=each)) for each in (1, 2)]
    return town, [first, *rest]


@pytest.fixture(scope="module")
def mine(api: ApiProcesses, settled: tuple[Town, list[Closing]]) -> Pos:
    return make_till(api, settled[0], "webhooks")  # any key may look


def test_a_settlement_says_what_is_paid_and_adds_up(mine: Pos) -> None:
    answer = mine.call("GET", "/settlements/0001-S0001")
    assert answer.status == 200, answer
    told = answer.json
    assert (told["payments"], told["refunds"]) == (
        {"count": 1, "amount": 8_000},
        {"count": 1, "amount": 500},
    )
    assert (told["fee"], told["tax"], told["payout"], told["carry"]) == (75, 7, 7_418, 0)
    assert sum(line["amount"] for line in told["lines"]) == told["payout"] + told["carry"]
    assert (told["state"], told["first_day"], told["paid_at"]) == ("held", None, None)
    assert "567" not in str(told["lines"])


def test_settlements_are_listed_newest_first_in_pages(mine: Pos) -> None:
    first = mine.call("GET", "/settlements?limit=2").json
    rest = mine.call("GET", f"/settlements?limit=2&cursor={first['next_cursor']}").json
    assert [each["closing"] for each in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None


def test_what_was_paid_says_when(settled: tuple[Town, list[Closing]], mine: Pos) -> None:
    payables = Payable.objects.filter(statement__closing=settled[1][0])
    payables.update(state=PayableState.PAID, paid_at=clock.now())
    told = mine.call("GET", "/settlements/0001-S0001").json
    assert told["state"] == "paid"
    assert told["paid_at"] is not None


@pytest.mark.parametrize("number", ["0001-S0002", "1-S0001", "9999-S0001", "S0001", "0-0", "%00"])
def test_nobody_elses_is_found(mine: Pos, number: str) -> None:
    answer = mine.call("GET", f"/settlements/{number}")
    assert answer.status == 404
    assert answer.json["code"] == "not_found"


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=", "cursor=-1", "limit=0", "cursor=" + "9" * 10]
)
def test_a_wrong_query_is_told(mine: Pos, query: str) -> None:
    assert mine.call("GET", f"/settlements?{query}").status == 422
