"""Cards with value in bulk; a lost card is stopped, and made anew with its value and history."""

from datetime import timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card, make_cards
from hansatsu.parties.cards.stopping import reissue_card, resume_card, stop_card
from hansatsu.parties.wallets.selectors import history_page, total_balance
from tests.support.at_the_till import read
from tests.support.racing import race
from tests.town import Town, make_town

WHY = {"actor": "staff:1", "reason": "紛失の届け出"}


def pay(town: Town, card: Card, amount: int) -> ledger.PaymentOutcome:
    request = ledger.Request.of("test", f"pay-{card.pk}-{amount}", amount)
    return ledger.pay(
        ledger_connection(),
        ledger.Payment(request, town.issuer.pk, town.shop.pk, card.wallet_id, amount),
    )


def test_cards_are_made_with_value_in_bulk(town: Town) -> None:
    lots = [
        ledger.NewLot(town.all_shops.pk, 1000, None),
        ledger.NewLot(town.small_shops.pk, 500, None),
    ]
    made = make_cards(town.issuer, 2_500, lots)
    code, card = made[-1]
    assert find_card(town.issuer, code) == card
    held = ledger.balances(ledger_connection(), town.issuer.pk, card.wallet_id)
    assert {each.emoney_id: each.amount for each in held} == {
        town.all_shops.pk: 1000,
        town.small_shops.pk: 500,
    }


def test_value_that_cannot_be_makes_no_card(town: Town) -> None:
    past = ledger.now(ledger_connection()) - timedelta(days=1)
    theirs = make_town().all_shops
    for lot, why in [
        (ledger.NewLot(town.all_shops.pk, 1000, past), "expired"),
        (ledger.NewLot(theirs.pk, 1000, None), "unknown"),
    ]:
        with pytest.raises(ValueError, match=why):
            make_cards(town.issuer, 3, [lot])
    assert not Card.objects.of(town.issuer).exists()


def test_a_stopped_card_pays_nothing_until_it_goes_on(town: Town) -> None:
    _, card = town.card(1000)
    assert stop_card(card, **WHY)
    assert not stop_card(card, **WHY)
    assert pay(town, card, 100).outcome == "frozen"
    assert total_balance(town.issuer, card.wallet_id) == 1000
    assert resume_card(card, **WHY)
    assert not resume_card(card, **WHY)
    assert pay(town, card, 100).outcome == "paid"


@pytest.mark.parametrize("stopped_before", [True, False])
def test_a_reissued_card_has_the_value_and_the_old_one_is_dead(
    town: Town, stopped_before: bool
) -> None:
    old_code, old = town.card(1000)
    paid = pay(town, old, 300)
    if stopped_before:
        stop_card(old, **WHY)
    made = reissue_card(old, **WHY)
    assert (made.outcome, made.amount) == ("reissued", 700)
    assert made.card is not None
    assert find_card(town.issuer, made.code) == made.card
    assert find_card(town.issuer, old_code) is None
    assert read(town, old_code).outcome == "card_replaced"
    assert total_balance(town.issuer, made.card.wallet_id) == 700
    assert pay(town, old, 10).outcome == "frozen"

    old.refresh_from_db()
    assert (old.state, old.replaced_by) == ("replaced", made.card)
    kinds = [row.kind for row in history_page(town.issuer, old.wallet_id).rows]
    assert kinds == ["transfer_out", "payment", "issue"]
    town.refund(paid.number)
    assert total_balance(town.issuer, made.card.wallet_id) == 1000


def test_a_card_is_reissued_once_however_many_ask(town: Town) -> None:
    _, card = town.card(1000)
    outcomes = race(lambda _: reissue_card(card, **WHY))
    assert sorted(each.outcome for each in outcomes) == ["reissued"] + ["replaced"] * 5
    assert Card.objects.of(town.issuer).count() == 2
    assert reissue_card(card, **WHY).outcome == "replaced"
