"""Whatever happens in whatever order, the ledger does what the model does, and its books add up."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hansatsu.ledger import api, checks
from hansatsu.ledger.bands import JAPAN
from hansatsu.ledger.values import StateChange
from tests.ledger.books import Books, used
from tests.ledger.model import Model, ModelWallet
from tests.ledger.ways import by_turns
from tests.support.copies import DatabaseCopy

WALLETS = 6
LIMITS = api.Limits(per_payment=4_000, per_day=6_000, holding=12_000)
DAY = timedelta(days=1, minutes=1)
"""A step of the clock. The odd minute keeps moments of different days apart by more than a
step of the machine takes."""

wallets = st.integers(0, WALLETS - 1)
shops = st.sampled_from([0, 0, 0, 1, 1, 2])
amounts = st.one_of(st.integers(1, 300), st.integers(300, 5_000))
seldom = st.integers(0, 5).map(lambda place: place in (2, 4))
"""What ends a wallet must not end all of them at once."""
ages = st.sampled_from([-7, -2, -1, 0, 0, 0, 1, 5, 30])
"""Of pay codes in steps; a minute and a half from the borders, since the clock runs on."""
new_lots = st.lists(
    st.tuples(st.integers(0, 1), amounts, st.one_of(st.none(), st.integers(1, 4))),
    min_size=1,
    max_size=3,
)


class Town(RuleBasedStateMachine):
    """Six wallets, two emoneys and three shops: one takes both, one takes one, one nothing."""

    app: psycopg.Connection
    owner: psycopg.Connection
    clock: psycopg.Connection

    @initialize(grace=st.sampled_from([0, 2]))
    def begin(self, grace: int) -> None:
        """Start at the next noon in Japan, so that no day ends by itself."""
        noon = api.now(self.app).astimezone(JAPAN) + timedelta(days=1)
        self.start = noon.replace(hour=12, minute=0, second=0, microsecond=0)
        api.set_clock(self.clock, self.start)
        self.books = Books(self.app, limits=LIMITS, refund_grace_days=grace)
        self.emoneys = [self.books.emoney(), self.books.emoney()]
        self.shops = [
            self.books.shop(*self.emoneys),
            self.books.shop(self.emoneys[0]),
            self.books.shop(),
        ]
        self.wallets = [self.books.wallet() for _ in range(WALLETS)]
        self.devices = [self.books.device(wallet) for wallet in self.wallets]
        self.numbers: list[str] = []
        self.issues: list[tuple[int, int]] = []
        self.successes: list[Callable[[], str]] = []
        self.model = Model(
            wallets=[ModelWallet() for _ in self.wallets],
            acceptance=[{0, 1}, {0}, set()],
            per_payment=LIMITS.per_payment or 0,
            per_day=LIMITS.per_day or 0,
            holding=LIMITS.holding or 0,
            grace=timedelta(days=grace),
            now=self.start,
        )
        for wallet in range(WALLETS):
            self.issue(wallet, [(0, 800, 2), (1, 800, 2), (0, 900, None)])

    @rule(wallet=wallets, lots=new_lots)
    def issue(self, wallet: int, lots: list[tuple[int, int, int | None]]) -> None:
        key = self.books.key()
        dated = [
            (emoney, amount, None if days is None else self.expiry(days))
            for emoney, amount, days in lots
        ]
        real = [(self.emoneys[emoney], amount, expiry) for emoney, amount, expiry in dated]

        def again() -> str:
            return self.books.try_issue(self.wallets[wallet], *real, key=key).outcome

        outcome = self.books.try_issue(self.wallets[wallet], *real, key=key)
        self.settle(outcome.outcome, self.model.issue(wallet, dated), "issued", again)
        if outcome.seq is not None:
            self.issues.append((outcome.wallet_id, outcome.seq))

    @rule(wallet=wallets, shop=shops, percent=st.integers(1, 100))
    def pay_part(self, wallet: int, shop: int, percent: int) -> None:
        """Most payments are for what is there."""
        self.pay(wallet, shop, 1 + self.model.held(wallet) * percent // 101)

    @rule(wallet=wallets, shop=shops, amount=amounts)
    def pay(self, wallet: int, shop: int, amount: int) -> None:
        payment = self.books.payment(self.wallets[wallet], self.shops[shop], amount)
        self.decide(payment, lambda: self.model.pay(wallet, shop, amount), wallet)

    @rule(wallet=wallets, shop=shops, percent=st.integers(1, 60), ago=ages)
    def pay_with_code(self, wallet: int, shop: int, percent: int, ago: int) -> None:
        """A code may be ahead, young, dead, spent already, or older than one that was spent."""
        amount = 1 + self.model.held(wallet) * percent // 101
        payment = self.books.payment(
            self.wallets[wallet],
            self.shops[shop],
            amount,
            device=self.devices[wallet],
            step=self.model.step - ago,
        )
        self.decide(payment, lambda: self.model.pay_with_code(wallet, shop, amount, ago), wallet)

    @rule(wallet=wallets, now=seldom)
    def revoke(self, wallet: int, now: bool) -> None:
        if now:
            api.revoke_device(
                self.app, issuer_id=self.books.issuer_id, device_id=self.devices[wallet]
            )
            self.model.wallets[wallet].revoked = True

    @rule(wallet=wallets, amount=st.integers(1, 300))
    def give_up(self, wallet: int, amount: int) -> None:
        """A payment is settled before it comes, and then comes all the same."""
        payment = self.books.payment(self.wallets[wallet], self.shops[0], amount)
        request = payment.request
        for _ in range(2):
            settled = api.cancel(self.app, request.actor, request.key)
            assert (settled.outcome, settled.seq) == ("cancelled", None)
            assert api.pay(self.app, payment).outcome == "cancelled"

    def decide(self, payment: api.Payment, expected: Callable[[], str], wallet: int) -> None:
        """Pay, and have the model pay; a success can be settled, and stays one."""
        first = len(self.numbers) % 2
        outcome = by_turns(first)(self.app, payment)

        def again() -> str:
            replay = by_turns(first + 1)(self.app, payment)
            assert (replay.number, used(replay)) == (outcome.number, used(outcome))
            return replay.outcome

        self.settle(outcome.outcome, expected(), "paid", again)
        if outcome.number is not None:
            self.numbers.append(outcome.number)
            assert sum(use.amount for use in outcome.uses) == payment.amount
            settled = api.cancel(self.app, payment.request.actor, payment.request.key)
            assert (settled.outcome, settled.seq) == ("done", outcome.seq)
            assert outcome.balance == self.model.held(wallet)

        assert used(outcome) == [] or outcome.outcome == "paid"

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), amount=st.one_of(st.none(), st.integers(1, 100), amounts))
    def refund(self, data: st.DataObject, amount: int | None) -> None:
        place = data.draw(st.integers(0, len(self.numbers) - 1))
        key, number = self.books.key(), self.numbers[place]
        outcome = self.books.refund(number, amount, key=key)

        def again() -> str:
            return self.books.refund(number, amount, key=key).outcome

        expected = self.model.refund(place, amount, outcome.at)
        self.settle(outcome.outcome, expected, "refunded", again)
        if outcome.outcome == "refunded":
            assert outcome.left_over == self.model.payments[place].left

    @rule(data=st.data(), only_unspent=st.booleans())
    def reverse(self, data: st.DataObject, only_unspent: bool) -> None:
        """An issue is taken back; two in three of those that already are, are given again."""
        place = data.draw(st.integers(0, len(self.issues) - 1))
        if self.model.issues[place].reversed and data.draw(st.integers(0, 2)):
            self.reinstate(place)
            return
        key, issue = self.books.key(), self.issues[place]

        def act() -> str:
            return self.books.reverse(*issue, key=key, only_unspent=only_unspent).outcome

        expected = self.model.reverse(place, only_unspent=only_unspent)
        self.settle(act(), expected, "reversed", act)

    def reinstate(self, place: int) -> None:
        key, issue = self.books.key(), self.issues[place]

        def act() -> str:
            return self.books.reinstate(*issue, key=key).outcome

        self.settle(act(), self.model.reinstate(place), "reinstated", act)

    @rule(wallet=wallets, emoney=st.integers(0, 1), amount=amounts, days=st.integers(0, 4))
    def correct_up(self, wallet: int, emoney: int, amount: int, days: int) -> None:
        """Value is given; it never dies when no days are said."""
        expiry = self.expiry(days) if days else None
        made = api.Correction(
            api.Request.of("test:correction", self.books.key()),
            self.books.issuer_id,
            self.wallets[wallet],
            amount,
            emoney_id=self.emoneys[emoney],
            expires_at=expiry,
        )

        def act() -> str:
            return api.correct(self.app, made).outcome

        expected = self.model.correct_up(wallet, emoney, amount, expiry)
        self.settle(act(), expected, "corrected", act)

    @rule(data=st.data(), wallet=wallets, amount=st.integers(1, 900))
    def correct_down(self, data: st.DataObject, wallet: int, amount: int) -> None:
        """Value is taken from any lot of a wallet, dead and empty ones too."""
        rows = self.app.execute(
            "select lot_id from ledger.lot where wallet_id = %s order by lot_id",
            [self.wallets[wallet]],
        ).fetchall()
        if not rows:
            return
        place = data.draw(st.integers(0, len(rows) - 1))
        made = api.Correction(
            api.Request.of("test:correction", self.books.key()),
            self.books.issuer_id,
            self.wallets[wallet],
            -amount,
            lot_id=rows[place][0],
        )

        def act() -> str:
            return api.correct(self.app, made).outcome

        self.settle(act(), self.model.correct_down(wallet, place, amount), "corrected", act)

    @rule(giver=wallets, taker=wallets, even_frozen=st.booleans(), now=seldom)
    def transfer(self, giver: int, taker: int, even_frozen: bool, now: bool) -> None:
        if not now:
            self.pay_part(giver, 0, 50)
            return
        key = self.books.key()

        def act() -> str:
            pair = self.wallets[giver], self.wallets[taker]
            return self.books.transfer(*pair, key=key, even_frozen=even_frozen).outcome

        expected = self.model.transfer(giver, taker, even_frozen=even_frozen)
        self.settle(act(), expected, "transferred", act)

    @rule(change=st.sampled_from(["freeze", "close"]), wallet=wallets, now=seldom)
    def change(self, change: StateChange, wallet: int, now: bool) -> None:
        change = change if now else "unfreeze"
        outcome = self.books.change(change, self.wallets[wallet])
        assert outcome == self.model.change(change, wallet)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.model.day += days
        self.model.now = self.start + self.model.day * DAY
        api.set_clock(self.clock, self.model.now)

    @rule()
    def sweep(self) -> None:
        while api.expire_due(self.app):
            pass
        self.model.sweep()

    @precondition(lambda self: self.successes)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """An old success is asked for again, whatever has happened since."""
        place = data.draw(st.integers(0, len(self.successes) - 1))
        assert self.successes[place]() == "replayed"

    @invariant()
    def wallets_are_the_same(self) -> None:
        for place, wallet in enumerate(self.wallets):
            real = [
                (self.emoneys.index(lot.emoney_id), lot.face, lot.balance, lot.expires_at)
                for lot in api.lots(self.app, self.books.issuer_id, wallet)
            ]
            assert real == [
                (lot.emoney, lot.face, lot.balance, lot.expires_at)
                for lot in self.model.living(place)
            ]
            state = api.wallet_state(self.app, self.books.issuer_id, wallet)
            assert state == self.model.wallets[place].state

    def teardown(self) -> None:
        verification = checks.verify(self.owner, [checks.OWN])
        assert verification.ok, [check for check in verification.checks if check.violations]

    def expiry(self, days: int) -> datetime:
        return self.start + timedelta(days=self.model.day + days, minutes=self.model.day)

    def settle(self, real: str, expected: str, success: str, again: Callable[[], str]) -> None:
        assert real == expected
        if real == success:
            self.successes.append(again)


def test_town(database_copy: DatabaseCopy) -> None:
    with (
        psycopg.connect(database_copy.app_url, autocommit=True) as app,
        psycopg.connect(database_copy.owner_url, autocommit=True) as owner,
        psycopg.connect(database_copy.clock_url, autocommit=True) as clock,
    ):
        connections = {"app": app, "owner": owner, "clock": clock}
        machine = type("ConnectedTown", (Town,), connections)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=50,
                stateful_step_count=40,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
