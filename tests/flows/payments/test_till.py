"""Paying at a till: what is checked before, paid once, and settled when the answer was lost."""

import json

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.attempts import Standing
from hansatsu.flows.payments.codes import Payer, read_code
from hansatsu.flows.payments.models import Shortage
from hansatsu.flows.payments.shortages import forget_shortages
from hansatsu.flows.payments.till import (
    LIFETIME,
    TILL_TOKENS,
    TillIntent,
    check_at_till,
    make_till_intent,
    new_key,
    pay_at_till,
    settle_at_till,
    standing_at_till,
    value_here,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Device, Failures
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.at_the_till import shown_before
from tests.support.frozen_clock import START, FrozenClock
from tests.support.sealed import let_tokens_grow_old
from tests.support.shown_codes import code_to_show
from tests.town import Town, make_town

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def town(frozen: FrozenClock) -> Town:
    town = make_town(limits=ledger.Limits(per_payment=5000))
    town.charge(town.resident, town.all_shops, 1000)
    return town


@pytest.fixture
def terminal(town: Town) -> Terminal:
    return town.terminal()


@pytest.fixture
def payer(town: Town, terminal: Terminal) -> Payer:
    return read(terminal, code_to_show(town.device()).digits)


def read(terminal: Terminal, text: str) -> Payer:
    payer = read_code(terminal, text).payer
    assert payer is not None
    return payer


def intent(terminal: Terminal, payer: Payer, amount: int = 300, key: str = "key") -> TillIntent:
    return make_till_intent(terminal, 7, payer, amount, key)


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def freeze(town: Town, wallet_id: int) -> None:
    ledger.change_state(
        ledger_connection(),
        "freeze",
        request=ledger.Request.of("test", new_key()),
        issuer_id=town.issuer.pk,
        wallet_id=wallet_id,
        reason="紛失",
    )


# --- before -------------------------------------------------------------------------------


def test_the_check_says_what_paying_would_and_changes_nothing(
    town: Town, terminal: Terminal, payer: Payer
) -> None:
    wallet = town.resident.wallet_id
    stranger = town.terminal(town.add_shop("S0003"))
    before = rows_of(ledger_connection(), wallet)
    for till, amount, reason in (
        (terminal, 1000, ""),
        (terminal, 1001, "insufficient"),
        (terminal, 5001, "over_limit"),
        (stranger, 100, "not_accepted"),
    ):
        assert check_at_till(till, payer, amount) == reason
        assert rows_of(ledger_connection(), wallet) == before
        if reason:
            assert pay_at_till(till, intent(till, payer, amount)).outcome == reason
            assert rows_of(ledger_connection(), wallet) == before
    freeze(town, wallet)
    assert check_at_till(terminal, payer, 100) == "frozen"
    assert pay_at_till(terminal, intent(terminal, payer, 100)).outcome == "frozen"


def test_the_check_knows_of_a_spent_and_an_old_code(
    frozen: FrozenClock, terminal: Terminal, payer: Payer
) -> None:
    assert payer.step is not None
    pay_at_till(terminal, intent(terminal, payer))
    assert check_at_till(terminal, payer, 100) == "code_used"
    frozen.show_seconds(payer.step * 30 + 300)
    assert check_at_till(terminal, payer, 100) == "code_expired"


def test_the_check_knows_what_has_expired(
    frozen: FrozenClock, town: Town, terminal: Terminal
) -> None:
    code, card = town.card()
    expires_at = ledger.now(ledger_connection()).replace(year=2028)
    town.charge(card, town.all_shops, 100, expires_at)
    frozen.show(expires_at)
    assert check_at_till(terminal, read(terminal, code), 100) == "expired"


def test_a_code_is_no_way_to_find_out_a_balance(
    town: Town, terminal: Terminal, payer: Payer
) -> None:
    elsewhere = town.terminal(town.add_shop("S0003"))
    for amount in (4000, 2000, 1000, 500, 750):
        assert check_at_till(terminal, payer, amount) != "asked_too_often"
    for till in (terminal, elsewhere):
        assert check_at_till(till, payer, 100) == "asked_too_often"
    device = Device.objects.get(resident=town.resident)
    newer = read(terminal, code_to_show(device, payer.step).digits)
    assert check_at_till(terminal, newer, 1000) == ""
    assert held(town) == 1000


def test_an_answer_about_a_code_is_kept_by_the_ledgers_time(
    frozen: FrozenClock, town: Town, terminal: Terminal, payer: Payer
) -> None:
    """Or counts would be forgotten too soon, or never, by a worker that goes by that clock."""
    asked = Failures.objects.filter(subject=f"code:{payer.device}:{payer.step}")
    for seconds in (1, 2):
        frozen.show_seconds(START * 30 + seconds)
        check_at_till(terminal, payer, 1000)
        assert asked.get().last_at == clock.now()
    assert asked.get().count == 2


def test_nor_are_many_codes_of_one_wallet(
    frozen: FrozenClock, town: Town, terminal: Terminal
) -> None:
    """Twenty times in an hour a wallet is told to be short, then only that it was."""
    for _ in range(4):
        payer = read(terminal, code_to_show(town.device()).digits)
        for amount in range(1001, 1006):
            assert check_at_till(terminal, payer, amount) == "insufficient"
    payer = read(terminal, code_to_show(town.device()).digits)
    before = rows_of(ledger_connection(), town.resident.wallet_id)
    assert check_at_till(terminal, payer, 1001) == "short_too_often"
    assert check_at_till(terminal, payer, 1000) == "short_too_often"
    assert rows_of(ledger_connection(), town.resident.wallet_id) == before
    frozen.show_seconds(START * 30 + 3600)
    later = read(terminal, code_to_show(town.device()).digits)
    assert check_at_till(terminal, later, 1000) == ""
    assert Shortage.objects.of(town.issuer).count() == 20
    forget_shortages()
    assert Shortage.objects.of(town.issuer).count() == 0


def test_a_shortage_when_it_is_paid_counts_too(
    town: Town, terminal: Terminal, payer: Payer
) -> None:
    for key in "abcde":
        assert pay_at_till(terminal, intent(terminal, payer, 1001, key)).outcome == "insufficient"
    assert check_at_till(terminal, payer, 1000) == "short_too_often"


def test_a_success_writes_nothing_of_it(town: Town, terminal: Terminal, payer: Payer) -> None:
    assert check_at_till(terminal, payer, 300) == ""
    pay_at_till(terminal, intent(terminal, payer))
    assert not Shortage.objects.of(town.issuer).exists()


def test_a_card_may_be_asked_as_often_as_one_likes(town: Town, terminal: Terminal) -> None:
    payer = read(terminal, town.card(500)[0])
    assert [check_at_till(terminal, payer, 500) for _ in range(9)] == [""] * 9


def test_only_a_cards_value_is_told(town: Town, terminal: Terminal, payer: Payer) -> None:
    code, card = town.card(500)
    town.charge(card, town.small_shops, 200)
    large = town.terminal(town.large_shop)
    assert value_here(terminal, read(terminal, code)) == 700
    assert value_here(large, read(large, code)) == 500
    assert value_here(terminal, payer) is None


# --- paying -------------------------------------------------------------------------------


def test_a_payment_is_made_once_for_its_key(town: Town, terminal: Terminal, payer: Payer) -> None:
    first = pay_at_till(terminal, intent(terminal, payer))
    again = pay_at_till(terminal, intent(terminal, payer))
    assert (first.outcome, again.outcome) == ("paid", "replayed")
    assert first.number == again.number
    assert held(town) == 700


def test_the_books_say_who_took_it(town: Town, terminal: Terminal, payer: Payer) -> None:
    paid = pay_at_till(terminal, intent(terminal, payer))
    rows = rows_of(ledger_connection(), town.resident.wallet_id)
    (note,) = [json.loads(str(row)) for row in rows["note"]]
    entry = json.loads(str(rows["entry"][-1]))
    assert json.loads(note["text"]) == {"staff": 7}
    assert (entry["number"], entry["actor"]) == (paid.number, f"terminal:{terminal.pk}")
    assert (entry["device_id"], entry["step"]) == (payer.device, payer.step)


def test_a_retry_is_answered_after_the_code_has_died(
    frozen: FrozenClock, town: Town, terminal: Terminal, payer: Payer
) -> None:
    assert payer.step is not None
    first = pay_at_till(terminal, intent(terminal, payer))
    frozen.show_seconds(payer.step * 30 + 5000)
    assert pay_at_till(terminal, intent(terminal, payer)).number == first.number
    assert held(town) == 700


def test_the_same_purchase_scanned_anew_is_the_same_payment(
    frozen: FrozenClock, town: Town, terminal: Terminal, payer: Payer
) -> None:
    assert payer.step is not None
    first = pay_at_till(terminal, intent(terminal, payer))
    frozen.show_seconds(payer.step * 30 + 30)
    newer = read(terminal, code_to_show(town.device()).digits)
    assert newer.device != payer.device
    assert newer.step != payer.step
    again = pay_at_till(terminal, intent(terminal, newer))
    assert (again.outcome, again.number) == ("replayed", first.number)
    assert held(town) == 700


def test_one_key_at_two_terminals_is_two_purchases(town: Town, terminal: Terminal) -> None:
    other = town.terminal()
    for till in (terminal, other):
        payer = read(till, code_to_show(town.device()).digits)
        purchase = intent(till, payer)
        known = shown_before(till, purchase)
        assert pay_at_till(till, purchase, known=known).outcome == "paid"
    assert held(town) == 400


def test_another_terminals_intent_is_refused(town: Town, terminal: Terminal, payer: Payer) -> None:
    other = town.terminal()
    for act in (pay_at_till, standing_at_till, settle_at_till):
        with pytest.raises(ValueError, match="another terminal"):
            act(other, intent(terminal, payer))
    assert held(town) == 1000


# --- afterwards ---------------------------------------------------------------------------


def test_settling_an_unpaid_intent_ends_it(town: Town, terminal: Terminal, payer: Payer) -> None:
    assert standing_at_till(terminal, intent(terminal, payer)) == Standing("open")
    assert settle_at_till(terminal, intent(terminal, payer)) == Standing("cancelled")
    assert pay_at_till(terminal, intent(terminal, payer)).outcome == "cancelled"
    assert standing_at_till(terminal, intent(terminal, payer)) == Standing("cancelled")
    assert held(town) == 1000
    # The code was not spent: the next purchase may use it.
    assert pay_at_till(terminal, intent(terminal, payer, key="next")).outcome == "paid"


def test_settling_a_paid_intent_changes_nothing(
    town: Town, terminal: Terminal, payer: Payer
) -> None:
    made = pay_at_till(terminal, intent(terminal, payer))
    paid = Standing("paid", made.number or "")
    assert standing_at_till(terminal, intent(terminal, payer)) == paid
    assert settle_at_till(terminal, intent(terminal, payer)) == paid
    assert held(town) == 700


def test_a_key_that_paid_something_else_says_so(
    town: Town, terminal: Terminal, payer: Payer
) -> None:
    made = pay_at_till(terminal, intent(terminal, payer))
    code, _ = town.card(1000)
    card = read(terminal, code)
    for other in (intent(terminal, payer, 400), intent(terminal, card)):
        assert pay_at_till(terminal, other).outcome == "key_conflict"
        assert standing_at_till(terminal, other) == Standing("paid", made.number or "", False)
    assert held(town) == 700


# --- sealed -------------------------------------------------------------------------------


def test_an_intent_is_sealed(terminal: Terminal, payer: Payer) -> None:
    sealed = intent(terminal, payer)
    token = TILL_TOKENS.seal(sealed)
    opened = TILL_TOKENS.open(token)
    assert opened is not None
    assert (opened.value, opened.is_fresh()) == (sealed, True)
    assert TILL_TOKENS.open(token[:-1]) is None
    assert TILL_TOKENS.open("nonsense") is None


def test_an_intent_grows_old(
    terminal: Terminal, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = TILL_TOKENS.seal(intent(terminal, payer))
    let_tokens_grow_old(monkeypatch, LIFETIME)
    opened = TILL_TOKENS.open(token)
    assert opened is not None
    assert not opened.is_fresh()
