"""Whatever a provider tells, in whatever order and however often: value is out iff money came for
the order and stayed, once."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hansatsu.flows.charging import order_machine
from hansatsu.flows.charging import refunds as order_refunds
from hansatsu.flows.charging.models import Order, SandboxRefund
from hansatsu.flows.charging.psp.base import EventKind
from hansatsu.parties import clock
from hansatsu.parties.programs.models import CodeState
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import PARTS, PRICE, Shopper, wrong

FACE = sum(PARTS)


@dataclass
class ModelOrder:
    """``payments`` are those that we were told of, first the one that pays; ``lost`` those that
    are with the payer's bank now, by their dispute; ``back`` those that went back to the payer, by
    their refund; ``ours`` those that the office wanted to go back."""

    order: Order
    over: bool = False
    unheard: list[str] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    paying: str = ""
    lost: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)

    @property
    def worth(self) -> int:
        """What the order should have put into the wallet, and left there."""
        here = self.paying and self.paying not in self.lost.keys() | self.back.keys() | self.ours
        return FACE if here else 0


class Walk:
    """One resident and two orders; nothing is spent, so that her wallet tells what is out."""

    def __init__(self, shopper: Shopper) -> None:
        self.shopper = shopper
        self.resident = shopper.town.add_resident(f"walker{secrets.token_hex(6)}")
        self.orders = [ModelOrder(shopper.order(resident=self.resident)) for _ in range(2)]
        self.told: list[tuple[ModelOrder, EventKind, str, str, str]] = []

    def step(self, chance: Random) -> None:
        """One thing happens, or another."""
        ways = [
            *[self.money_comes] * 3,
            *[self.we_are_told] * 4,
            *[self.bank_takes_back, self.dispute_ends] * 2,
            self.office_gives_back,
            self.refund_fails,
            self.refunded_at_the_provider,
            self.told_again,
            self.worker_comes_round,
            self.checkout_ends,
            self.order_ends,
        ]
        chance.choice(ways)(chance)

    def money_comes(self, chance: Random) -> None:
        """At the provider; a webhook may come later, or never."""
        each = chance.choice(self.orders)
        if len(each.unheard) + len(each.payments) < 3:
            each.unheard.append(self.shopper.pays(each.order))

    def we_are_told(self, chance: Random) -> None:
        each = chance.choice(self.orders)
        if not each.unheard:
            return
        payment = each.unheard.pop(chance.randrange(len(each.unheard)))
        self.tell(each, "paid", payment)
        each.payments.append(payment)
        if not each.over and not each.paying:
            each.paying = payment
            each.over = True

    def checkout_ends(self, chance: Random) -> None:
        kind: EventKind = chance.choice(["failed", "expired"])
        each = chance.choice(self.orders)
        self.tell(each, kind, "")
        each.over = True

    def order_ends(self, chance: Random) -> None:
        """Its resident gives it up, or its time is over."""
        lapses = chance.random() < 0.5
        each = chance.choice(self.orders)
        with transaction.atomic():
            (order_machine.lapse if lapses else order_machine.cancel)(
                order_machine.lock(each.order)
            )
        each.over = True

    def bank_takes_back(self, chance: Random) -> None:
        """Also what we have not been told of yet."""
        each = chance.choice(self.orders)
        there = sorted({*each.payments, *each.unheard} - each.lost.keys() - each.back.keys())
        if there:
            payment = chance.choice(there)
            each.lost[payment] = secrets.token_hex(6)
            self.tell(each, "disputed", payment, each.lost[payment])

    def dispute_ends(self, chance: Random) -> None:
        """A lost one may be won on appeal."""
        each = chance.choice(self.orders)
        if not each.lost:
            return
        payment = chance.choice(sorted(each.lost))
        won = chance.random() < 0.7
        self.tell(each, "dispute_won" if won else "dispute_lost", payment, each.lost[payment])
        if won:
            del each.lost[payment]

    def office_gives_back(self, chance: Random) -> None:
        """The order, when it is charged; otherwise what nobody wanted. Perhaps nobody presses."""
        each, payment = self.known(chance)
        if not payment:
            return
        if payment == each.paying:
            outcome = order_refunds.refund_order(Order.objects.get(pk=each.order.pk))
            assert (outcome == "begun") == (each.worth > 0)
        else:
            of_payment = each.order.tasks.filter(payment__payment_id=payment)
            task = of_payment.get(kind__in=["late", "double"])
            outcome = order_refunds.give_back(task)
            is_here = payment not in each.lost.keys() | each.back.keys() | each.ours
            assert (outcome == "begun") == is_here
        if outcome == "begun":
            refund = SandboxRefund.objects.filter(payment__reference=payment).latest("pk")
            each.back[payment] = refund.reference
            each.ours.add(payment)

    def refunded_at_the_provider(self, chance: Random) -> None:
        """The webhook of our own refund, or of one that was made without us."""
        each, payment = self.known(chance)
        if payment and payment not in each.lost.keys() | each.ours:
            each.back.setdefault(payment, secrets.token_hex(6))
        if payment in each.back:
            self.tell(each, "refunded", payment, each.back[payment])

    def refund_fails(self, chance: Random) -> None:
        """The office's is owed from then on; another's is as if it had not been."""
        each, payment = self.known(chance)
        if payment in each.back and payment not in each.lost:
            self.tell(each, "refund_failed", payment, each.back.pop(payment))
            if payment != each.paying:
                each.ours.add(payment)
            if payment in each.ours:
                owed = each.order.tasks.get(kind="refund_failed", payment__payment_id=payment)
                assert (owed.state, owed.yen) == ("open", PRICE)

    def told_again(self, chance: Random) -> None:
        """The same webhook."""
        if self.told:
            each, kind, payment, about, id_ = chance.choice(self.told)
            assert self.shopper.tell(kind, each.order, payment, about=about, id=id_) == "seen"

    def worker_comes_round(self, chance: Random) -> None:
        order_refunds.ask_again()

    def value_is_out_iff_money_stayed(self) -> None:
        worth = sum(each.worth for each in self.orders)
        assert total_balance(self.shopper.town.issuer, self.resident.wallet_id) == worth
        for each in self.orders:
            each.order.refresh_from_db()
            assert (each.order.state == "charged") == (each.worth > 0)
            code = each.order.purchase_code
            code.refresh_from_db()
            assert (code.state == CodeState.USED) == bool(each.paying)
            refunds = SandboxRefund.objects.filter(payment__reference__in=each.payments)
            assert len({refund.payment_id for refund in refunds}) == len(refunds)

    def known(self, chance: Random) -> tuple[ModelOrder, str]:
        """A payment that we know of; or an order's none."""
        each = chance.choice(self.orders)
        return each, chance.choice(each.payments or [""])

    def tell(self, each: ModelOrder, kind: EventKind, payment: str, about: str = "") -> None:
        id_ = f"{each.order.number}-{len(self.told)}"
        self.shopper.tell(kind, each.order, payment, about=about, id=id_, amount=PRICE)
        self.told.append((each, kind, payment, about, id_))


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    return Shopper()


@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
@example(seed=1)
@example(seed=2)
@example(seed=3)
def test_walk(shopper: Shopper, seed: int) -> None:
    """Whole walks, each from a seed: a walk whose steps hypothesis chose itself would mostly be
    one where hardly anything happens."""
    chance, walk = Random(seed), Walk(shopper)
    for _ in range(30):
        walk.step(chance)
        walk.value_is_out_iff_money_stayed()
    assert wrong(*(each.order for each in walk.orders)) == []


def history(chance: Random) -> list[tuple[EventKind, str]]:
    """What happens to a payment that was made, in its order: refunds and disputes, each ended, or
    not yet."""
    happens: list[tuple[EventKind, str]] = []
    is_here = True
    for about in ("a", "b", "c"):
        way = chance.choice(["refund", "dispute", "nothing"])
        if way == "nothing" or not is_here:
            continue
        ends: list[EventKind] = ["refund_failed"] if way == "refund" else ["dispute_won"]
        kept: EventKind | None = None if way == "refund" else "dispute_lost"
        happens.append(("refunded" if way == "refund" else "disputed", about))
        end = chance.choice([*ends, kept, None])
        is_here = end in ends
        if end is not None:
            happens.append((end, about))
    return happens


@settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_order_ends_the_same(shopper: Shopper, seed: int) -> None:
    """What is told in a mixed order, twice, and partly before the payment, ends where it would
    have ended in its own order: the value is out iff the money stayed."""
    chance = Random(seed)
    happened = history(chance)
    began = clock.now()
    told = [
        (kind, about, began + timedelta(days=day)) for day, (kind, about) in enumerate(happened)
    ]
    resident = shopper.town.add_resident(f"mixed{secrets.token_hex(6)}")
    order = shopper.order(resident=resident)
    payment = shopper.pays(order)
    mixed = [*told, *told, ("paid", "", began)]
    chance.shuffle(mixed)
    for kind, about, at in mixed:
        shopper.tell(kind, order, payment, about=f"{payment}-{about}", at=at)  # type: ignore[arg-type]
    counts = Counter(kind for kind, _ in happened)
    refunded = counts["refunded"] - counts["refund_failed"]
    disputed = counts["disputed"] - counts["dispute_won"]
    paid = order.payments.get()
    assert (paid.refunded, paid.disputed) == (refunded * PRICE, disputed * PRICE), happened
    worth = FACE if not refunded and not disputed else 0
    assert total_balance(shopper.town.issuer, resident.wallet_id) == worth, happened
    assert wrong(order) == []
