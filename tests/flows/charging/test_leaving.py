"""Leaving while something is being bought: no money ends in a wallet that nobody can open."""

import pytest

from hansatsu.flows.accounts.leaving import leave
from hansatsu.flows.charging.checkouts import begin_payment
from hansatsu.flows.charging.models import Order, OrderState, Task, TaskKind
from hansatsu.flows.charging.psp.base import ProviderDownError
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.parties.programs.models import CodeState
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.buying import Stall, deliver_all, page_of
from tests.support.clients import Visitor, words
from tests.town import PASSWORD, Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 2_500)
    return town


@pytest.fixture
def stall(town: Town) -> Stall:
    return Stall(town)


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_money_that_comes_after_leaving_waits_for_an_operator(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    assert leave(town.resident, shown_balance=2_500, address="") == "left"
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    assert state(order) == OrderState.PAID
    assert total_balance(town.issuer, town.resident.wallet_id) == 2_500
    (task,) = Task.objects.of(town.issuer)
    assert (task.kind, task.reason, task.yen) == (TaskKind.UNCHARGED, "closed", order.price)


def send(visitor: Visitor) -> str:
    form = {"balance": "2500", "agreed": "yes", "password": PASSWORD}
    return words(visitor.post("account/leave/", form))


def test_leaving_ends_what_was_begun(town: Town, stall: Stall) -> None:
    visitor = Visitor.logged_in(town.resident)
    assert "取りやめになります" not in words(visitor.get("account/leave/"))
    order, held = stall.awaiting("konbini"), stall.order()
    books.give_number(page_of(order))
    assert "取りやめになります" in words(visitor.get("account/leave/"))
    send(visitor)
    town.resident.refresh_from_db()
    assert town.resident.closed_at is not None
    assert [state(order), state(held)] == [OrderState.CANCELLED] * 2
    order.purchase_code.refresh_from_db()
    assert order.purchase_code.state == CodeState.FREE
    assert not books.pay(page_of(order))


def test_nobody_leaves_while_it_is_not_known_whether_they_pay(
    town: Town, stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise ProviderDownError

    order = stall.awaiting("card")
    monkeypatch.setattr(SandboxProvider, "cancel", silent)
    assert "お支払い中のご購入があります。" in send(Visitor.logged_in(town.resident))
    town.resident.refresh_from_db()
    assert town.resident.closed_at is None
    assert state(order) == OrderState.AWAITING
    assert begin_payment(order, "card").outcome == "go"
