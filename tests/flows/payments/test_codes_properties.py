"""Whatever is shown, photographed, scanned and paid in whatever order and at whatever time: no
code is accepted twice, none after its 300 s, none below a spent one, none far ahead."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from hansatsu.flows.payments.codes import Reading, device_key, read_code
from hansatsu.flows.payments.till import TillIntent, make_till_intent, new_key, pay_at_till
from hansatsu.formats.qr.pay_code import totp, write_pay_code
from hansatsu.parties.identity.models import Device
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.at_the_till import shown_before
from tests.support.frozen_clock import START, FrozenClock
from tests.support.shown_codes import code_to_show
from tests.town import Town, make_town

STEP, LIFE, HOUR = 30, 300, 3600

passing = st.one_of(
    st.sampled_from([0.001, 1, 29.999, 30, 60, 269, 299, 299.999, 300, 301, 3600]),
    st.floats(0.001, 400).map(lambda seconds: round(seconds, 3)),
)
offsets = st.one_of(st.integers(-14, 5), st.sampled_from([-121, -120, -119]))


@dataclass
class Phone:
    """A device as the model knows it."""

    device: Device
    spent: int = -1
    accepted: list[int] = field(default_factory=list)


@dataclass
class Held:
    """A code that was read at a till and not confirmed yet."""

    owner: Phone
    till: int
    step: int
    intent: TillIntent


class Counter(RuleBasedStateMachine):
    """Two phones of one resident, and two tills."""

    clock: FrozenClock
    town: Town

    @initialize()
    def begin(self) -> None:
        self.millis = START * STEP * 1000
        self.show_time()
        # A wallet of its own, whose time has not gone on yet.
        self.resident = self.town.add_resident(new_key()[:20])
        self.town.charge(self.resident, self.town.all_shops, 1000)
        self.phones = [Phone(self.town.device(self.resident)) for _ in range(2)]
        self.tills = [self.town.terminal() for _ in range(2)]
        self.held: list[Held] = []
        self.balance = total_balance(self.town.issuer, self.resident.wallet_id)

    @rule(seconds=passing)
    def time_passes(self, seconds: float) -> None:
        self.millis += round(seconds * 1000)
        self.show_time()

    @rule(phone=st.integers(0, 1), till=st.integers(0, 1), offset=offsets)
    def scan(self, phone: int, till: int, offset: int) -> None:
        """A code of any step is read; the cashier may confirm it at once, later or never."""
        owner, step = self.phones[phone], self.now_step + offset
        number = owner.device.issuer.pay_number
        digits = write_pay_code(number, owner.device.number, totp(device_key(owner.device), step))
        # A terminal of its own, as often as codes nobody has would stop it.
        terminal = self.town.terminal() if step > self.now_step + 2 else self.tills[till]
        reading = read_code(terminal, digits)
        assert reading.outcome == self.expected_reading(owner, step)
        self.hold(owner, till, step, reading)

    @rule(phone=st.integers(0, 1), till=st.integers(0, 1), new=st.booleans())
    def scan_what_is_shown(self, phone: int, till: int, new: bool) -> None:
        owner = self.phones[phone]
        shown = code_to_show(owner.device, self.now_step if new else None)
        assert shown.step > owner.spent
        assert bool(shown.digits) == (shown.step <= self.now_step + 2)
        if shown.digits:
            reading = read_code(self.tills[till], shown.digits)
            assert reading.outcome == "ok"
            self.hold(owner, till, shown.step, reading)

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        """One of the codes that were read, however long ago, is paid with."""
        if self.held:
            self.pay(data.draw(st.integers(0, len(self.held) - 1)))

    @rule(data=st.data(), past=st.sampled_from([-1, 0, 1, 1000]))
    def confirm_at_its_end(self, data: st.DataObject, past: int) -> None:
        """A code is paid with at the very end of its life, give or take a millisecond."""
        if self.held:
            place = data.draw(st.integers(0, len(self.held) - 1))
            end = (self.held[place].step * STEP + LIFE) * 1000
            self.millis = max(self.millis, end + past)
            self.show_time()
            self.pay(place)

    @rule(phone=st.integers(0, 1), older=st.integers(-9, 1))
    def newer_first(self, phone: int, older: int) -> None:
        """Two codes of one phone are read at two tills, and the newer one is paid with first."""
        before = len(self.held)
        self.scan(phone, 0, older)
        self.scan(phone, 1, older + 1)
        while len(self.held) > before:
            self.pay(len(self.held) - 1)
            self.held.pop()

    def pay(self, place: int) -> None:
        held = self.held[place]
        owner, step = held.owner, held.step
        till = self.tills[held.till]
        outcome = pay_at_till(till, held.intent, known=shown_before(till, held.intent)).outcome
        if outcome == "replayed":
            assert step in owner.accepted
            return
        assert outcome == self.expected_payment(owner, step)
        if outcome == "paid":
            assert step not in owner.accepted
            owner.accepted.append(step)
            owner.spent = step
            self.balance -= 1
        assert total_balance(self.town.issuer, self.resident.wallet_id) == self.balance

    def hold(self, owner: Phone, till: int, step: int, reading: Reading) -> None:
        if reading.payer is not None:
            intent = make_till_intent(self.tills[till], 1, reading.payer, 1, new_key())
            self.held.append(Held(owner, till, step, intent))

    def expected_reading(self, owner: Phone, step: int) -> str:
        if step > self.now_step + 2 or step < self.now_step - HOUR // STEP:
            return "unknown_code"
        expected = self.expected_payment(owner, step)
        return "ok" if expected == "paid" else expected

    def expected_payment(self, owner: Phone, step: int) -> str:
        """Of a code that was read once, so that its step has come."""
        if self.millis - step * STEP * 1000 >= LIFE * 1000:
            return "code_expired"
        return "code_used" if step <= owner.spent else "paid"

    @property
    def now_step(self) -> int:
        return self.millis // 1000 // STEP

    def show_time(self) -> None:
        self.clock.show_seconds(self.millis / 1000)

    def teardown(self) -> None:
        for phone in self.phones:
            assert phone.accepted == sorted(set(phone.accepted))


def test_codes(frozen: FrozenClock) -> None:
    machine = type("CounterOfTown", (Counter,), {"clock": frozen, "town": make_town()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
