"""A payment that goes away in parts: the value follows the sum of them, whatever they are and in
whatever order they are told."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hansatsu.flows.charging import operator_acts, operator_queries, polling, refunds
from hansatsu.flows.charging.models import (
    Order,
    OrderState,
    ProviderPayment,
    ReceivedEvent,
    SandboxRefund,
)
from hansatsu.flows.charging.psp.base import EventKind
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Alarm, AuditEntry
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.web.shared.audit_words import act_words
from tests.flows.charging.shopper import PARTS, PRICE, Shopper, wrong
from tests.support.by_hand import changed
from tests.support.clerks import Desk, employ

FACE = sum(PARTS)


@dataclass(frozen=True)
class Part:
    """A refund or a dispute of ``yen``, and what is told of it, as it happens."""

    yen: int
    kinds: tuple[EventKind, ...]

    @property
    def away(self) -> int:
        return self.yen if self.kinds[-1] not in ("refund_failed", "dispute_won") else 0


REFUND: list[tuple[EventKind, ...]] = [("refunded",), ("refunded", "refund_failed")]
DISPUTE: list[tuple[EventKind, ...]] = [
    ("disputed",),
    ("disputed", "dispute_lost"),
    ("disputed", "dispute_won"),
    ("disputed", "dispute_lost", "dispute_won"),
]
PART = st.builds(
    Part,
    st.sampled_from([1_000, 3_000, 7_000, PRICE]),
    st.sampled_from([*REFUND, *DISPUTE]),
)


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    return Shopper()


def held(order: Order) -> int:
    return total_balance(order.issuer, order.resident.wallet_id)


def standing(order: Order) -> tuple[Any, ...]:
    """All that is to be the same for the same money."""
    order.refresh_from_db()
    payment = order.payments.get()
    tasks = order.tasks.exclude(state="done").order_by("kind").values_list("kind", "yen")
    return order.state, held(order), payment.refunded, payment.disputed, list(tasks)


class Telling:
    """Events of the parts of one order's payment, told as they come."""

    def __init__(self, shopper: Shopper) -> None:
        self.shopper = shopper
        resident = shopper.town.add_resident(f"payer{secrets.token_hex(6)}")
        self.order = shopper.order(resident=resident)
        self.payment = shopper.pays(self.order)
        assert shopper.tell("paid", self.order, self.payment) == "charged"
        self.began = clock.now()

    def tell(self, kind: EventKind, about: str, yen: int, minute: int = 0) -> str:
        at = self.began + timedelta(minutes=minute)
        told = {"amount": yen, "about": f"{self.order.number}-{about}", "at": at}
        return self.shopper.tell(kind, self.order, self.payment, **told)  # type: ignore[arg-type]


def told_in(shopper: Shopper, parts: list[Part], order: list[int]) -> Order:
    """An order whose parts were told of in this order: places in the list of all their events."""
    telling = Telling(shopper)
    events = [
        (kind, str(place), part.yen, minute)
        for place, part in enumerate(parts)
        for minute, kind in enumerate(part.kinds)
    ]
    for place in order:
        telling.tell(*events[place])
    return telling.order


@example(parts=[Part(3_000, ("refunded",)), Part(7_000, ("disputed",))], shuffle=[1, 0])
@example(
    parts=[Part(3_000, ("refunded",)), Part(7_000, ("disputed", "dispute_lost"))], shuffle=[2, 0, 1]
)
@example(
    parts=[Part(3_000, ("refunded",)), Part(PRICE, ("disputed", "dispute_won"))], shuffle=[1, 0, 2]
)
@example(
    parts=[Part(7_000, ("refunded", "refund_failed")), Part(7_000, ("refunded",))],
    shuffle=[0, 2, 1],
)
@given(parts=st.lists(PART, min_size=1, max_size=4), shuffle=st.randoms(use_true_random=False))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_end_depends_on_the_money_and_not_on_the_telling(
    shopper: Shopper, parts: list[Part], shuffle: Any
) -> None:
    count = sum(len(part.kinds) for part in parts)
    places = list(range(count))
    if isinstance(shuffle, list):
        places = shuffle
    else:
        shuffle.shuffle(places)
    straight, shuffled = (
        told_in(shopper, parts, list(range(count))),
        told_in(shopper, parts, places),
    )
    away = sum(part.away for part in parts)
    assert standing(shuffled) == standing(straight)
    assert (straight.state, held(straight)) == (
        (OrderState.CHARGED, FACE) if away < PRICE else (OrderState.REVERSED, 0)
    )
    short = [yen for kind, yen in standing(straight)[-1] if kind == "shortfall"]
    assert short == ([away] if 0 < away < PRICE else [])
    assert wrong(straight, shuffled) == []


@pytest.mark.parametrize("first", ["refunded", "disputed"])
@pytest.mark.parametrize("lost", [True, False])
def test_two_parts_that_are_all_of_it(shopper: Shopper, first: str, lost: bool) -> None:
    """The fault as it was found: all money gone, all value there, every check silent."""
    telling = Telling(shopper)
    order = telling.order
    steps: list[tuple[EventKind, int]] = [("refunded", 3_000), ("disputed", 7_000)]
    for kind, yen in steps if first == "refunded" else reversed(steps):
        assert (standing(order)[0], held(order)) == (OrderState.CHARGED, FACE)
        telling.tell(kind, kind, yen)
    if lost:
        telling.tell("dispute_lost", "disputed", 7_000, minute=1)
    assert standing(order)[:4] == (OrderState.REVERSED, 0, 3_000, 7_000)
    assert wrong(order) == []


def test_won_after_a_part_was_refunded_is_as_if_the_part_had_come_last(shopper: Shopper) -> None:
    telling = Telling(shopper)
    telling.tell("refunded", "re", 3_000)
    telling.tell("disputed", "dp", PRICE)
    assert standing(telling.order)[:2] == (OrderState.REVERSED, 0)
    telling.tell("dispute_won", "dp", PRICE, minute=1)
    assert standing(telling.order) == (OrderState.CHARGED, FACE, 3_000, 0, [("shortfall", 3_000)])
    assert wrong(telling.order) == []


class TestShortfall:
    def test_names_what_was_paid_is_gone_and_was_spent(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        shopper.town.pay(order.resident, shopper.town.shop, 2_000)
        telling.tell("refunded", "re", 3_000)
        task = order.tasks.get()
        assert (task.kind, task.state, task.yen) == ("shortfall", "open", 3_000)
        page = Desk(order.issuer).get(f"task/{task.pk}/").content.decode()
        for words in ("10,000円", "3,000円", "13,000円", "2,000円", "11,000円"):
            assert words in page

    def test_note_is_taken_and_more_opens_it_again(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        telling.tell("refunded", "re", 3_000)
        clerk = employ(order.issuer)
        actor = Actor(order.issuer, clerk.actor, clerk.display_name, CONSOLE)
        assert operator_acts.take_note(order.tasks.get(), Deed(actor, "確認済み"))
        noted = AuditEntry.objects.of(order.issuer).get(subject=f"order:{order.number}")
        assert (noted.act, act_words(noted.act)) == ("shortfall_noted", "代金の不足の確認")
        assert standing(order)[-1] == []
        assert wrong(order) == []
        telling.tell("disputed", "dp", 1_000)
        telling.tell("dispute_won", "dp", 1_000, minute=1)
        assert order.tasks.get(kind="shortfall").yen == 3_000
        telling.tell("refunded", "more", 1_000)
        assert ("shortfall", 4_000) in standing(order)[-1]

    def test_what_is_left_goes_back_when_the_office_wants_it(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        telling.tell("refunded", "re", 3_000)
        assert refunds.refund_order(order) == "begun"
        assert standing(order)[:3] == (OrderState.REVERSED, 0, PRICE)
        assert said_to_come(order) == "7,000円"
        found = SandboxRefund.objects.filter(payment__reference=telling.payment)
        assert [refund.amount for refund in found] == [7_000]
        assert standing(order)[-1] == []
        assert wrong(order) == []

    def test_of_a_second_payment_what_is_left_goes_back(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        second = shopper.pays(order)
        assert shopper.tell("paid", order, second) == "double"
        task = shopper.task(order, "double")
        shopper.tell("disputed", order, second, amount=4_000, about=f"{second}-d")
        assert refunds.give_back(task) == "disputed"
        shopper.tell("dispute_lost", order, second, amount=4_000, about=f"{second}-d")
        task.refresh_from_db()
        assert (task.state, task.yen) == ("open", 6_000)
        assert refunds.give_back(task) == "begun"
        found = SandboxRefund.objects.filter(payment__reference=second)
        assert [refund.amount for refund in found] == [6_000]
        task.refresh_from_db()
        assert task.state == "done"
        assert (telling.order.payments.count(), held(order)) == (2, FACE)
        assert wrong(order) == []


class TestLoss:
    """7,000 of 13,000 are spent when the money goes: the office reads what that cost."""

    def test_is_named_in_order_task_and_timeline(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        shopper.town.pay(order.resident, shopper.town.shop, 7_000)
        telling.tell("disputed", "dp", PRICE)
        assert standing(order)[:2] == (OrderState.REVERSED, 0)
        value = operator_queries.value_of(order)
        assert value is not None
        assert (value.face, value.left, value.spent, value.lost) == (FACE, 0, 7_000, 7_000)
        task = shopper.task(order, "chargeback")
        office = Desk(order.issuer)
        for page in (f"order/{order.pk}/", f"task/{task.pk}/"):
            said = office.get(page).content.decode()
            assert "発行者の損失" in said
            assert "7,000円" in said
        story = office.get(f"support/orders/{order.number}/").content.decode()
        assert "使用・失効で戻せなかった分(発行者の損失) 7,000円" in story
        telling.tell("dispute_won", "dp", PRICE, minute=1)
        value = operator_queries.value_of(order)
        assert value is not None
        assert (value.left, value.spent, value.lost) == (6_000, 7_000, 0)

    def test_is_less_when_a_shop_gives_back(self, shopper: Shopper) -> None:
        telling = Telling(shopper)
        order = telling.order
        paid = shopper.town.pay(order.resident, shopper.town.shop, 7_000)
        telling.tell("disputed", "dp", PRICE)
        shopper.town.refund(paid.number, 2_000)
        order.refresh_from_db()
        value = operator_queries.value_of(order)
        assert value is not None
        assert (value.left, value.lost) == (0, 5_000)


class TestCheck:
    """Check 21 goes by the sum."""

    @pytest.mark.parametrize(
        "change",
        [
            "update charging_providerpayment set disputed = 7000 where order_id = {0}",
            "update charging_task set yen = yen + 1 where order_id = {0} and kind = 'shortfall'",
            "delete from charging_task where order_id = {0} and kind = 'shortfall'",
            "update charging_order set state = 'reversed' where id = {0}",
        ],
    )
    def test_names_value_that_does_not_follow_the_sum(self, shopper: Shopper, change: str) -> None:
        telling = Telling(shopper)
        telling.tell("refunded", "re", 3_000)
        order = telling.order
        assert wrong(order) == []
        with changed(change.format(order.pk)):
            assert wrong(order) != []


def said_to_come(order: Order) -> str:
    """How much the newest mail about an order that was taken back says comes to its buyer."""
    mail = Mail.objects.filter(resident=order.resident, kind="order_taken_back").latest("pk")
    (line,) = [each for each in mail.text.splitlines() if "返金する金額" in each]
    return line.split()[-1]


def test_what_a_lost_dispute_took_is_not_said_to_come_back(shopper: Shopper) -> None:
    telling = Telling(shopper)
    telling.tell("dispute_lost", "dp", 7_000)
    telling.tell("refunded", "re", 3_000)
    assert standing(telling.order)[:2] == (OrderState.REVERSED, 0)
    assert said_to_come(telling.order) == "3,000円"


def told(order: Order) -> int:
    """How many mails about chargebacks its resident has; several orders here have the same one."""
    return Mail.objects.filter(resident=order.resident, kind="order_charged_back").count()


def heard_by_an_earlier_version(
    telling: Telling, kind: EventKind, yen: int, minute: int = 0
) -> None:
    """It took the event, and the value did not follow."""
    ReceivedEvent.objects.create(
        issuer=telling.order.issuer,
        provider="sandbox",
        event_id=secrets.token_hex(8),
        kind=kind,
        order=telling.order,
        payment_id=telling.payment,
        amount=yen,
        about=f"{telling.order.number}-dp",
        at=telling.began + timedelta(minutes=minute),
        received_at=clock.now(),
        source="webhook",
        outcome=kind,
    )


def test_orders_of_an_earlier_version_are_settled(shopper: Shopper) -> None:
    """It judged the parts: no task for one part, value for two that were all of the price."""
    short, gone = Telling(shopper), Telling(shopper)
    for telling in (short, gone):
        telling.tell("refunded", "re", 3_000)
        telling.order.tasks.all().delete()
    of_gone = ProviderPayment.objects.filter(order=gone.order)
    of_gone.update(disputed=7_000)
    heard_by_an_earlier_version(gone, "disputed", 7_000)
    assert wrong(short.order) != []
    assert wrong(gone.order) != []
    before = told(gone.order)
    assert polling.follow_money() >= 2
    assert standing(short.order)[-1] == [("shortfall", 3_000)]
    assert standing(gone.order)[:2] == (OrderState.REVERSED, 0)
    assert wrong(short.order, gone.order) == []
    polling.follow_money()
    assert standing(gone.order)[:2] == (OrderState.REVERSED, 0)
    assert told(gone.order) == before + 1
    alarms = Alarm.objects.filter(subject=f"order:{gone.order.number}", kind="refunded_outside")
    assert alarms.count() == 1


def test_value_that_an_earlier_version_kept_comes_back_in_true_words(shopper: Shopper) -> None:
    """A dispute was won, and an earlier version left the value away for a part that was refunded:
    no refund has failed."""
    telling = Telling(shopper)
    order = telling.order
    telling.tell("refunded", "re", 3_000)
    telling.tell("disputed", "dp", PRICE)
    heard_by_an_earlier_version(telling, "dispute_won", PRICE, minute=1)
    ProviderPayment.objects.filter(order=order).update(disputed=0)
    order.tasks.all().delete()
    assert standing(order)[:2] == (OrderState.REVERSED, 0)
    polling.follow_money()
    assert standing(order)[:2] == (OrderState.CHARGED, FACE)
    said = Mail.objects.filter(resident=order.resident, kind="issue").latest("pk").text
    assert "返金が成立しなかった" not in said
    assert "カード会社がお支払いを認めた" in said
