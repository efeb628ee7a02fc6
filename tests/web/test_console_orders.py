"""注文, 対応 and 振込 in the console: what is shown, what is done, and what is on record."""

import re

import pytest

from hansatsu.flows.charging.models import Method, Order, Task
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.web.console.frame.access import console_url
from tests.flows.charging.shopper import (
    PRICE,
    Shopper,
    asked_for_account,
    ready_for_transfer,
    wrong,
)
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.paying_out import Office

ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｵﾔﾏ ﾊﾅｺ")
WHY = {"reason": "お電話で確認"}


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


@pytest.fixture
def desk(shopper: Shopper) -> Desk:
    return Desk(shopper.town.issuer, Role.OPERATOR)


def last_act(desk: Desk) -> tuple[str, str]:
    entry = AuditEntry.objects.of(desk.issuer).latest("pk")
    return entry.act, entry.reason


def late(shopper: Shopper, method: Method = Method.CARD) -> Task:
    order = shopper.order(method)
    shopper.tell("expired", order)
    shopper.tell("paid", order, shopper.pays(order))
    return shopper.task(order, "late")


def numbers(page: str) -> set[str]:
    """Of the orders that a list shows."""
    return set(re.findall(r">\s*([0-9A-F]{16})\s*<", page))


class TestOrders:
    def test_list_is_searched_and_filtered(self, shopper: Shopper, desk: Desk) -> None:
        charged, _ = shopper.charged()
        waits = shopper.order()
        Shopper().charged()
        assert numbers(words(desk.get("order/"))) == {charged.number, waits.number}
        assert numbers(words(desk.get("order/?state=charged"))) == {charged.number}
        assert numbers(words(desk.get(f"order/?q={waits.number}"))) == {waits.number}
        assert numbers(words(desk.get("order/?state=lapsed"))) == set()

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.ACCOUNTANT, Role.SUPPORT])
    def test_support_finds_people_by_the_whole(self, shopper: Shopper, role: str) -> None:
        order, _ = shopper.charged()
        desk = Desk(shopper.town.issuer, role)
        for whole in ("HANAKO@example.jp", "Hanako", "小山", "小山 花子"):
            assert numbers(words(desk.get("order/", data={"q": whole}))) == {order.number}
        for part in ("hanako@", "example.jp", "hanak", "小"):
            assert numbers(words(desk.get("order/", data={"q": part}))) == set()

    def test_page_tells_what_became_of_it(self, shopper: Shopper, desk: Desk) -> None:
        order, payment = shopper.charged()
        shopper.tell("disputed", order, payment)
        page = words(desk.get(f"order/{order.pk}/"))
        for said in (
            order.number,
            "チャージ取消",
            "チャージバック 10,000円",
            f"/console/support/orders/{order.number}/",
            "ご購入の代金 10,000円",
            payment,
        ):
            assert said in page, said
        assert "購入を返金する" not in page

    def test_charged_order_is_taken_back(self, shopper: Shopper, desk: Desk) -> None:
        order, _ = shopper.charged()
        page = f"orders/{order.pk}/take-back/"
        assert "購入を返金する" in words(desk.get(f"order/{order.pk}/"))
        assert desk.post(page, {"reason": " "}).status_code == 422
        order.refresh_from_db()
        assert order.state == "charged"
        assert desk.post(page, WHY).status_code == 303
        order.refresh_from_db()
        assert (order.state, order.payments.get().refunded) == ("reversed", PRICE)
        assert last_act(desk) == ("order_taken_back", WHY["reason"])
        told = words(desk.get(console_url("support_order", order.number)))
        assert "購入の返金" in told
        assert desk.post(page, WHY).status_code == 422
        assert wrong(order) == []

    def test_spent_value_is_not_taken_back(self, shopper: Shopper, desk: Desk) -> None:
        order, _ = shopper.charged()
        shopper.town.pay(shopper.town.resident, shopper.town.shop, 1)
        answer = desk.post(f"orders/{order.pk}/take-back/", WHY)
        assert answer.status_code == 422
        assert "すでに使われている" in words(answer)
        order.refresh_from_db()
        assert (order.state, last_act(desk)[0]) == ("charged", "log_in")

    def test_disputed_part_is_named_as_what_is_in_the_way(
        self, shopper: Shopper, desk: Desk
    ) -> None:
        """Before: any refund was said to be, though a part of the money that is gone is in nobody's
        way."""
        order, payment = shopper.charged()
        shopper.tell("refunded", order, payment, amount=3_000)
        task = shopper.task(order, "shortfall")
        assert "注文のページの「購入を返金する」で返して" in words(desk.get(f"task/{task.pk}/"))
        assert "購入を返金する" in words(desk.get(f"order/{order.pk}/"))
        page = f"orders/{order.pk}/take-back/"
        shopper.tell("disputed", order, payment, amount=1)
        refused = words(desk.post(page, WHY))
        assert "チャージバックの途中か、代金がすべて戻されているため" in refused
        shopper.tell("dispute_won", order, payment, amount=1)
        assert desk.post(page, WHY).status_code == 303


class TestTasks:
    def test_list_leaves_out_what_is_done(self, shopper: Shopper, desk: Desk) -> None:
        first, second = late(shopper), late(shopper)
        assert desk.post(f"tasks/{first.pk}/give-back/", WHY).status_code == 303
        assert last_act(desk) == ("money_back", WHY["reason"])
        assert numbers(words(desk.get("task/"))) == {second.order.number}
        assert numbers(words(desk.get("task/?state=done"))) == {first.order.number}
        assert "対応は済んでいます" in words(desk.get(f"task/{first.pk}/"))

    def test_money_goes_back_once(self, shopper: Shopper, desk: Desk) -> None:
        task = late(shopper)
        assert desk.post(f"tasks/{task.pk}/give-back/", WHY).status_code == 303
        assert desk.post(f"tasks/{task.pk}/give-back/", WHY).status_code == 422
        assert task.order.payments.get().refunded == PRICE
        assert wrong(task.order) == []

    def test_payer_at_a_konbini_is_asked_again(self, shopper: Shopper, desk: Desk) -> None:
        task = asked_for_account(shopper)
        assert "もう一度送る" in words(desk.get(f"task/{task.pk}/"))
        assert desk.post(f"tasks/{task.pk}/account/", WHY).status_code == 303
        assert Mail.objects.of(desk.issuer).filter(kind="order_account").count() == 2
        assert last_act(desk) == ("account_asked", WHY["reason"])

    def test_order_is_charged_when_it_can_be(self, shopper: Shopper, desk: Desk) -> None:
        order = shopper.order()
        shopper.close_wallet()
        shopper.tell("paid", order, shopper.pays(order))
        task = shopper.task(order, "uncharged")
        answer = desk.post(f"tasks/{task.pk}/charge/", WHY)
        assert "まだチャージできません" in words(answer)
        assert last_act(desk)[0] == "log_in"

    def test_lost_dispute_is_noted(self, shopper: Shopper, desk: Desk) -> None:
        order, payment = shopper.charged()
        shopper.tell("dispute_lost", order, payment)
        task = shopper.task(order, "dispute_lost")
        assert "確認済みにする" in words(desk.get(f"task/{task.pk}/"))
        assert desk.post(f"tasks/{task.pk}/note/", WHY).status_code == 303
        assert last_act(desk) == ("dispute_noted", WHY["reason"])
        owner = Desk(desk.issuer)
        noted = AuditEntry.objects.of(desk.issuer).get(act="dispute_noted")
        assert "チャージバックの確認" in words(owner.get(f"auditentry/{noted.pk}/"))
        assert desk.post(f"tasks/{task.pk}/note/", WHY).status_code == 422


class TestTransfers:
    def test_account_is_shown_to_who_says_why(self, shopper: Shopper, desk: Desk) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        owner = Desk(desk.issuer)
        for page in ("transfer/", f"transfer/{transfer.pk}/", f"transfers/{transfer.pk}/account/"):
            said = words(desk.get(page))
            assert "****321" in said
            assert "7654321" not in said
        assert "7654321" not in words(desk.post(f"transfers/{transfer.pk}/account/"))
        assert last_act(desk)[0] == "log_in"
        answer = desk.post(f"transfers/{transfer.pk}/account/", WHY)
        assert "7654321" in words(answer)
        assert "no-store" in answer["Cache-Control"]
        assert last_act(desk) == ("account_shown", WHY["reason"])
        shown = AuditEntry.objects.of(desk.issuer).latest("pk")  # and it has no before and after
        assert "口座の表示" in words(owner.get(f"auditentry/{shown.pk}/"))

    def test_is_paid_by_a_run_of_two_people(self, shopper: Shopper, desk: Desk) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        assert "runs/new" not in words(desk.get(f"transfer/{transfer.pk}/"))
        desk = Desk(desk.issuer)
        said = words(desk.get(f"transfer/{transfer.pk}/"))
        assert "/console/runs/new/?refunds=on" in said
        assert desk.post(f"transfers/{transfer.pk}/paid/", WHY).status_code == 404
        office = Office(shopper.town)
        run = office.prepared(refunds=True)
        said = words(desk.get(f"transfer/{transfer.pk}/"))
        assert ("振込手続き中" in said, f"/console/payoutrun/{run.pk}/" in said) == (True, True)
        assert "runs/new" not in said
        assert office.approve(run) == ""
        assert office.fetch(run).refusal == ""
        assert office.mark(run) == ""
        assert Mail.objects.of(desk.issuer).filter(kind="order_transferred").count() == 1
        assert numbers(words(desk.get("task/"))) == set()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.VIEWER])
def test_who_only_reads_is_offered_nothing(shopper: Shopper, role: Role) -> None:
    order, _ = shopper.charged()
    transfer = ready_for_transfer(shopper, ACCOUNT)
    desk = Desk(shopper.town.issuer, role)
    for page in (f"order/{order.pk}/", f"task/{late(shopper).pk}/", f"transfer/{transfer.pk}/"):
        said = words(desk.get(page))
        assert not re.search(r'href="/console/(orders|tasks|transfers)/', said)
    assert desk.get("runs/new/").status_code == 403
    assert total_balance(order.issuer, order.resident.wallet_id) > 0
    assert Order.objects.get(pk=order.pk).state == "charged"


@pytest.mark.parametrize("page", ["order/", "task/", "transfer/"])
def test_viewers_search_by_number_alone(shopper: Shopper, page: str) -> None:
    """An answer to a question about what is masked would be a way to read it."""
    transfer = ready_for_transfer(shopper, ACCOUNT)
    number = transfer.task.order.number
    desk = Desk(shopper.town.issuer, Role.VIEWER)
    said = words(desk.get(page, data={"q": number}))
    assert numbers(said) == {number}
    assert "お申し込み番号で探せます。" in said
    for personal in ("hanako@example.jp", "hanako", "小山", "花子"):
        assert numbers(words(desk.get(page, data={"q": personal}))) == set()


@pytest.mark.parametrize(
    "lookup",
    [
        "order/?resident__email__contains=h",
        "order/?number__startswith=0",
        "mail/?to__contains=h",
        "mail/?text__contains=h",
        "card/?wallet_id=1",
        "purchasecode/?last_four__contains=0",
    ],
)
def test_a_lists_address_asks_what_its_filters_offer_alone(desk: Desk, lookup: str) -> None:
    assert desk.get(lookup).status_code == 400
