"""Many take one code at the same moment: its value is there once."""

import secrets
import threading
from collections import Counter

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.codes import read_code
from hansatsu.flows.payments.till import make_till_intent, new_key, pay_at_till
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.ledger import api as ledger
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.racing import CALLERS, race
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town(cards_may_be_taken=True)


def test_one_of_many_residents_gets_the_gift(town: Town) -> None:
    residents = [town.add_resident(f"r{place}") for place in range(CALLERS)]
    for _ in range(3):
        _, gift = town.gift(1000)
        before = [total_balance(town.issuer, each.wallet_id) for each in residents]
        outcomes = race(lambda place, pk=gift.pk: take(residents[place], Found("gift", pk)))
        assert Counter(outcomes) == {"done": 1, "gone": CALLERS - 1}
        after = [total_balance(town.issuer, each.wallet_id) for each in residents]
        assert sum(after) - sum(before) == 1000


def test_a_double_tap_takes_it_once(town: Town) -> None:
    _, gift = town.gift(1000)
    outcomes = race(lambda _: take(town.resident, Found("gift", gift.pk)))
    assert Counter(outcomes) == {"done": 1, "taken": CALLERS - 1}
    assert total_balance(town.issuer, town.resident.wallet_id) == 1000


def test_negative_control_without_lock_and_key_it_is_made_twice(town: Town) -> None:
    """Everybody looks, then everybody issues under a key of one's own: so it is the row's lock and
    the code's key that the tests above test, and not that the callers came one after the other."""
    _, gift = town.gift(1000)
    residents = [town.add_resident(f"r{place}") for place in range(2)]
    both_have_looked = threading.Barrier(2, timeout=60)

    def act(place: int) -> str:
        gift.refresh_from_db()
        assert gift.state == "ready"
        both_have_looked.wait()
        lots = (ledger.NewLot(town.all_shops.pk, 1000, None),)
        request = ledger.Request.of("test", secrets.token_hex(8))
        wallet_id = residents[place].wallet_id
        issue = ledger.Issue(request, town.issuer.pk, wallet_id, lots)
        return ledger.issue_set(ledger_connection(), [issue])[0].outcome

    assert race(act, 2) == ["issued", "issued"]


def test_the_codes_own_key_stops_a_second_issue_even_without_the_lock(town: Town) -> None:
    _, gift = town.gift(1000)
    other = town.add_resident("kaoru")
    assert take(town.resident, Found("gift", gift.pk)) == "done"
    type(gift).objects.filter(pk=gift.pk).update(state="ready", taken_by=None, taken_at=None)
    with pytest.raises(RuntimeError, match="key_conflict"):
        take(other, Found("gift", gift.pk))
    assert total_balance(town.issuer, other.wallet_id) == 0


def test_a_card_is_paid_with_while_it_is_taken(town: Town) -> None:
    """No matter who is first: what was paid and what came into the wallet are the card's value."""
    for _ in range(4):
        code, card = town.card(1000)
        terminal = town.terminal()
        payer = read_code(terminal, code).payer
        assert payer is not None
        intent = make_till_intent(terminal, 1, payer, 400, new_key())
        before = total_balance(town.issuer, town.resident.wallet_id)

        def act(place: int, pk: int = card.pk) -> str:
            if place == 0:
                return pay_at_till(terminal, intent).outcome  # noqa: B023 - called at once
            return take(town.resident, Found("card", pk))

        paid, taken = race(act, 2)
        assert taken == "done"
        came = total_balance(town.issuer, town.resident.wallet_id) - before
        assert (paid, came) in {("paid", 600), ("frozen", 1000)}
        assert total_balance(town.issuer, card.wallet_id) == 0
