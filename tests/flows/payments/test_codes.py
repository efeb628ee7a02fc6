"""Pay codes between a phone and a till: single use, 300 s, and only above the last spent step."""

import hmac
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.codes import Reading, device_key, read_code
from hansatsu.flows.payments.till import make_till_intent, new_key, pay_at_till
from hansatsu.formats.qr.bearer_code import GIFT, new_code
from hansatsu.formats.qr.pay_code import totp, write_pay_code
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.identity.models import Device
from hansatsu.parties.issuers.models import Alarm, Issuer
from hansatsu.parties.shops.models import Terminal, WrongCode
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.at_the_till import shown_before
from tests.support.frozen_clock import START, FrozenClock
from tests.support.shown_codes import code_to_show, stays_shown
from tests.town import Town, make_town

pytestmark = pytest.mark.usefixtures("frozen")

UNKNOWN = Reading("unknown_code", None)
FOREIGN = Reading("foreign_code", None)


@pytest.fixture
def town(frozen: FrozenClock) -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 10_000)
    return town


@pytest.fixture
def device(town: Town) -> Device:
    return town.device()


@pytest.fixture
def terminal(town: Town) -> Terminal:
    return town.terminal()


def digits_of(device: Device, step: int) -> str:
    """The device's code of any step."""
    return write_pay_code(device.issuer.pay_number, device.number, totp(device_key(device), step))


def pay(terminal: Terminal, reading: Reading, amount: int = 100) -> str:
    """Pay with what was read."""
    assert reading.payer is not None
    intent = make_till_intent(terminal, 1, reading.payer, amount, new_key())
    return pay_at_till(terminal, intent, known=shown_before(terminal, intent)).outcome


def spend(device: Device, terminal: Terminal) -> str:
    """Show the next code, read it and pay; returns the code."""
    digits = code_to_show(device).digits
    assert pay(terminal, read_code(terminal, digits)) == "paid"
    return digits


def rows(town: Town) -> dict[str, list[object]]:
    """Everything of hanako's wallet."""
    return rows_of(ledger_connection(), town.resident.wallet_id)


# --- what is read -------------------------------------------------------------------------


def test_a_shown_code_leads_to_its_wallet(town: Town, device: Device, terminal: Terminal) -> None:
    before = rows(town)
    shown = code_to_show(device)
    assert (shown.step, shown.waits) == (START, 0)
    assert rows(town) == before
    reading = read_code(terminal, shown.digits)
    assert reading.outcome == "ok"
    assert reading.payer is not None
    assert reading.payer.kind == "resident"
    assert reading.payer.wallet_id == town.resident.wallet_id
    assert (reading.payer.device, reading.payer.step) == (device.ledger_id, START)
    assert reading.payer.hint == "花"


def test_the_hint_is_the_nicknames_first_letter(town: Town, terminal: Terminal) -> None:
    other = town.add_resident("nicky", nickname="のりちゃん")
    reading = read_code(terminal, code_to_show(town.device(other)).digits)
    assert reading.payer is not None
    assert reading.payer.hint == "の"


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (0, "ok"),
        (299.999, "ok"),
        (300, "code_expired"),
        (301, "code_expired"),
        (3600, "code_expired"),
        (3629.999, "code_expired"),
        (3630, "unknown_code"),
    ],
)
def test_a_code_lives_for_three_hundred_seconds(
    frozen: FrozenClock, device: Device, terminal: Terminal, age: float, outcome: str
) -> None:
    digits = code_to_show(device).digits
    frozen.show_seconds(START * 30 + age)
    assert read_code(terminal, digits).outcome == outcome


@pytest.mark.parametrize(("ahead", "outcome"), [(2, "ok"), (3, "unknown_code")])
def test_a_code_may_be_two_steps_ahead(
    device: Device, terminal: Terminal, ahead: int, outcome: str
) -> None:
    assert read_code(terminal, digits_of(device, START + ahead)).outcome == outcome


def test_a_code_that_dies_between_reading_and_paying(
    frozen: FrozenClock, town: Town, device: Device, terminal: Terminal
) -> None:
    digits = code_to_show(device).digits
    frozen.show_seconds(START * 30 + 299)
    reading = read_code(terminal, digits)
    before = rows(town)
    frozen.show_seconds(START * 30 + 301)
    assert pay(terminal, reading) == "code_expired"
    assert rows(town) == before


def test_a_code_is_spent_once(town: Town, device: Device, terminal: Terminal) -> None:
    digits = code_to_show(device).digits
    first, second = (read_code(terminal, digits) for _ in range(2))
    assert pay(terminal, first) == "paid"
    before = rows(town)
    assert pay(terminal, second) == "code_used"
    assert read_code(terminal, digits) == Reading("code_used", None)
    assert rows(town) == before


def test_an_older_photographed_code_is_dead_after_a_newer_one(
    frozen: FrozenClock, town: Town, device: Device, terminal: Terminal
) -> None:
    photographed = code_to_show(device).digits
    held = read_code(terminal, photographed)
    frozen.show_seconds(START * 30 + 40)
    spend(device, terminal)
    before = rows(town)
    assert read_code(terminal, photographed).outcome == "code_used"
    assert pay(terminal, held) == "code_used"
    assert rows(town) == before


def test_a_refusal_leaves_the_code_unspent(device: Device, terminal: Terminal) -> None:
    digits = code_to_show(device).digits
    assert pay(terminal, read_code(terminal, digits), 10_001) == "insufficient"
    assert pay(terminal, read_code(terminal, digits), 10_000) == "paid"


def test_a_revoked_device_is_nobodys(town: Town, device: Device, terminal: Terminal) -> None:
    digits = code_to_show(device).digits
    held = read_code(terminal, digits)
    other = town.device()
    revoke_device(device)
    before = rows(town)
    assert read_code(terminal, digits) == UNKNOWN
    assert pay(terminal, held) == "unknown"
    assert rows(town) == before
    assert read_code(terminal, code_to_show(other).digits).outcome == "ok"


def test_one_digit_wrong(town: Town, device: Device) -> None:
    digits = code_to_show(device).digits
    before = rows(town)
    for place in (0, 2, 7, 12, 18, 19):
        wrong = str((int(digits[place]) + 1) % 10)
        mistyped = digits[:place] + wrong + digits[place + 1 :]
        outcome = "foreign_code" if place <= 3 else "mistyped_code"
        assert read_code(town.terminal(), mistyped) == Reading(outcome, None)
    assert rows(town) == before


def test_a_right_check_digit_is_not_enough(device: Device, terminal: Terminal) -> None:
    real = totp(device_key(device), START)
    guessed = f"{(int(real) + 1) % 10**8:08}"
    for wrong in (
        write_pay_code(device.issuer.pay_number, device.number, guessed),
        write_pay_code(device.issuer.pay_number, (device.number + 1) % 10**7, real),
    ):
        assert read_code(terminal, wrong) == UNKNOWN


def test_another_issuers_codes_and_cards_are_nobodys(town: Town, device: Device) -> None:
    there = make_town().terminal()
    code, _ = town.card(500)
    assert read_code(there, code_to_show(device).digits) == FOREIGN
    assert read_code(there, code) == UNKNOWN


def test_who_has_left_pays_no_more(town: Town, device: Device, terminal: Terminal) -> None:
    digits = code_to_show(device).digits
    town.resident.closed_at = timezone.now()
    town.resident.save()
    assert read_code(terminal, digits) == UNKNOWN


def test_a_card(town: Town, terminal: Terminal) -> None:
    code, card = town.card(500)
    reading = read_code(terminal, f" {code.lower()[:8]}-{code.lower()[8:]}")
    assert reading.payer is not None
    assert (reading.payer.kind, reading.payer.hint) == ("card", code[-4:])
    assert (reading.payer.device, reading.payer.step) == (None, None)
    assert pay(terminal, reading, 300) == "paid"
    assert pay(terminal, read_code(terminal, code), 300) == "insufficient"
    assert total_balance(town.issuer, card.wallet_id) == 200


def test_a_card_that_nobody_has_is_unknown(town: Town, terminal: Terminal) -> None:
    assert read_code(terminal, new_code("C")) == UNKNOWN
    assert WrongCode.objects.filter(terminal=terminal).count() == 1


def test_a_card_whose_value_was_moved_has_words_of_its_own(town: Town, terminal: Terminal) -> None:
    code, card = town.card(500)
    reissue_card(card, actor="test", reason="lost")
    before = rows(town)
    for _ in range(12):
        assert read_code(terminal, code) == Reading("card_replaced", None)
    assert rows(town) == before
    assert not WrongCode.objects.filter(terminal=terminal).exists()


def test_codes_of_other_apps_stop_nothing(town: Town, device: Device, terminal: Terminal) -> None:
    before = rows(town)
    others = ["90001234567461192463", "4901234567894", "3158990012345678", "", "x" * 5000, "\0"]
    for text in [*others, *others]:
        assert read_code(terminal, text) == FOREIGN
    for _ in range(12):
        assert read_code(terminal, new_code(GIFT)) == Reading("charge_code", None)
    assert rows(town) == before
    assert not WrongCode.objects.filter(terminal=terminal).exists()
    assert not Alarm.objects.of(town.issuer).exists()
    assert read_code(terminal, code_to_show(device).digits).outcome == "ok"


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e"])
def test_characters_that_nobody_sees_do_not_matter(
    town: Town, device: Device, terminal: Terminal, unseen: str
) -> None:
    digits, card = code_to_show(device).digits, town.card(500)[0]
    for code in (digits, card):
        for typed in (unseen + code, code + unseen, code[:5] + unseen + code[5:]):
            assert read_code(terminal, typed).outcome == "ok"


# --- the pay number -----------------------------------------------------------------------


def test_codes_from_before_a_new_pay_number_live_out_their_lives(
    frozen: FrozenClock, town: Town, device: Device, terminal: Terminal
) -> None:
    """A phone shows a code with the last digits of the issuer's id; then comes the upgrade."""
    former = (town.issuer.pk % 1000) or 1
    Issuer.objects.filter(pk=town.issuer.pk).update(
        pay_number=former % 999 + 1, renumbered_at=clock.now()
    )
    device, terminal = _anew(device), _anew(terminal)
    held = write_pay_code(former, device.number, totp(device_key(device), START))
    frozen.show_seconds(START * 30 + 299)
    assert pay(terminal, read_code(terminal, held)) == "paid"
    assert code_to_show(device).digits.startswith(f"9{former % 999 + 1:03}")
    frozen.show_seconds(START * 30 + 300)
    assert read_code(terminal, held).outcome == "code_expired"
    frozen.show_seconds((START + 2880) * 30)
    late = write_pay_code(former, device.number, totp(device_key(device), START + 2880))
    assert read_code(terminal, late) == FOREIGN


def _anew[Row: (Device, Terminal)](row: Row) -> Row:
    return type(row).objects.get(pk=row.pk)


# --- keys ---------------------------------------------------------------------------------


def test_each_device_and_generation_has_a_key_of_its_own(town: Town) -> None:
    first, second = town.device(), town.device()
    again = Device(issuer_id=first.issuer_id, number=first.number, generation=2)
    elsewhere = Device(issuer_id=first.issuer_id + 1, number=first.number)
    keys = {device_key(each) for each in (first, second, again, elsewhere)}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_the_key_comes_from_the_master(device: Device) -> None:
    key = device_key(device)
    with override_settings(PAY_CODE_MASTER_KEY="another master key " * 2):
        assert device_key(device) != key


@override_settings(PAY_CODE_MASTER_KEY="m" * 44)
def test_the_key_stays_what_it_was() -> None:
    """The fields' widths and order are for ever: phones that are shown codes depend on them."""
    key = device_key(Device(issuer_id=1, number=1234567, generation=1))
    fields = bytes.fromhex("000000010012d6870001")
    assert key == hmac.digest(b"m" * 44, fields, "sha256")


# --- what is shown ------------------------------------------------------------------------


def test_a_code_is_shown_for_270_seconds(frozen: FrozenClock, device: Device) -> None:
    shown = code_to_show(device)
    start = clock.now()
    assert shown.shown_until == start + timedelta(seconds=270)
    assert shown.dies_at == start + timedelta(seconds=300)
    frozen.show_seconds(START * 30 + 269.999)
    assert stays_shown(device, shown.step)
    frozen.show_seconds(START * 30 + 270)
    assert not stays_shown(device, shown.step)
    assert code_to_show(device).step == START + 9


def test_three_purchases_in_a_row_and_then_a_wait(
    frozen: FrozenClock, device: Device, terminal: Terminal
) -> None:
    frozen.show_seconds(START * 30 + 10)
    spent = [spend(device, terminal) for _ in range(3)]
    assert spent == [digits_of(device, START + more) for more in range(3)]
    waiting = code_to_show(device)
    assert (waiting.digits, waiting.waits) == ("", 20)
    assert not stays_shown(device, START + 2)
    frozen.show_seconds(START * 30 + 29.5)
    assert code_to_show(device).waits == 1
    frozen.show_seconds(START * 30 + 30)
    assert spend(device, terminal) == digits_of(device, START + 3)


def test_a_new_code_on_request(frozen: FrozenClock, device: Device, terminal: Terminal) -> None:
    old = code_to_show(device)
    new = code_to_show(device, after_step=old.step)
    assert new.step == old.step + 1
    newest = code_to_show(device, after_step=new.step)
    assert newest.step == START + 2
    assert code_to_show(device, after_step=newest.step).waits == 30
    assert read_code(terminal, newest.digits).outcome == "ok"
    assert read_code(terminal, old.digits).outcome == "ok"


@pytest.mark.parametrize("after_step", [-5, 0, START - 1, START + 10**12])
def test_a_page_that_says_nonsense_gets_a_code_or_a_short_wait(
    device: Device, after_step: int
) -> None:
    assert code_to_show(device, after_step).waits <= 30


def test_a_code_ahead_of_the_clock_is_no_reason_to_go_back(
    device: Device, terminal: Terminal
) -> None:
    ahead = code_to_show(device, after_step=START + 1)
    assert pay(terminal, read_code(terminal, ahead.digits)) == "paid"
    assert code_to_show(device).digits == ""
    assert read_code(terminal, digits_of(device, START)).outcome == "code_used"


# --- wrong codes --------------------------------------------------------------------------


def test_ten_wrong_codes_stop_the_terminal_and_nobody_else(
    frozen: FrozenClock, town: Town, device: Device, terminal: Terminal
) -> None:
    digits = code_to_show(device).digits
    for place in range(10):
        assert not Alarm.objects.of(town.issuer).exists()
        frozen.show_seconds(START * 30 + place)
        assert read_code(terminal, new_code("C")) == UNKNOWN
    assert read_code(terminal, digits) == Reading("too_many", None, 600)
    alarm = Alarm.objects.of(town.issuer).get()
    assert (alarm.kind, alarm.subject) == ("wrong_codes", f"terminal:{terminal.pk}")
    assert read_code(town.terminal(), digits).outcome == "ok"
    frozen.show_seconds(START * 30 + 9 + 599.5)
    assert read_code(terminal, new_code("C")) == Reading("too_many", None, 1)
    frozen.show_seconds(START * 30 + 9 + 600)
    assert read_code(terminal, code_to_show(device).digits).outcome == "ok"
    assert read_code(terminal, new_code("C")) == UNKNOWN
    assert Alarm.objects.of(town.issuer).count() == 1


def test_ten_wrong_codes_in_more_than_ten_minutes_stop_nothing(
    frozen: FrozenClock, terminal: Terminal
) -> None:
    for place in range(20):
        frozen.show_seconds(START * 30 + place * 67)
        assert read_code(terminal, new_code("C")) == UNKNOWN
    assert WrongCode.objects.filter(terminal=terminal).count() == 9


def test_a_right_code_between_forgives_nothing(device: Device, terminal: Terminal) -> None:
    digits = code_to_show(device).digits
    for _ in range(10):
        assert read_code(terminal, digits).outcome == "ok"
        assert read_code(terminal, new_code("C")) == UNKNOWN
    assert read_code(terminal, digits).outcome == "too_many"


def test_old_and_spent_codes_are_not_wrong(
    frozen: FrozenClock, device: Device, terminal: Terminal
) -> None:
    old = digits_of(device, START - 20)
    spent = spend(device, terminal)
    for _ in range(12):
        assert read_code(terminal, old).outcome == "code_expired"
        assert read_code(terminal, spent).outcome == "code_used"
    assert not WrongCode.objects.filter(terminal=terminal).exists()
