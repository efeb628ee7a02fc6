"""Cards: a wallet each, found by a code of which only a keyed digest is kept."""

from django.conf import settings
from django.db import connection
from django.test import override_settings

from hansatsu.formats.qr.bearer_code import GIFT, grouped, new_code, seal_code
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card, make_cards, register_cards
from tests.town import Town, make_town


def test_each_card_has_a_wallet_and_a_code(town: Town) -> None:
    made = make_cards(town.issuer, 3)
    assert len({code for code, _ in made}) == len({card.wallet_id for _, card in made}) == 3
    for code, card in made:
        assert find_card(town.issuer, grouped(code).lower()) == card
        assert card.last_four == code[-4:]
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct kind, issuer_id from ledger.wallet where wallet_id = any (%s)",
            [[card.wallet_id for _, card in made]],
        )
        assert cursor.fetchall() == [("card", town.issuer.pk)]
    assert make_cards(town.issuer, 0) == []


def test_the_code_is_not_kept(town: Town) -> None:
    ((code, card),) = make_cards(town.issuer, 1)
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(c)::text from cards_card as c where id = %s", [card.pk])
        assert code[1:10] not in str(cursor.fetchone())


def test_the_digest_needs_a_key_that_can_be_changed(town: Town) -> None:
    ((code, card),) = make_cards(town.issuer, 1)
    newer = "a newer key " * 4
    with override_settings(FIELD_KEYS=[newer, *settings.FIELD_KEYS]):
        assert find_card(town.issuer, code) == card
    with override_settings(FIELD_KEYS=[newer]):
        assert find_card(town.issuer, code) is None


def test_other_issuers_other_kinds_and_replaced_cards_are_not_found(town: Town) -> None:
    ((code, card),) = make_cards(town.issuer, 1)
    assert find_card(make_town().issuer, code) is None
    assert find_card(town.issuer, new_code("C")) is None
    gift = new_code(GIFT)
    register_cards(town.issuer, [gift])
    assert find_card(town.issuer, gift) is None
    Card.objects.filter(pk=card.pk).update(state="replaced")
    assert find_card(town.issuer, code) is None


def test_two_issuers_may_have_the_same_code(town: Town) -> None:
    other = make_town()
    code = seal_code("C", "0" * 15)
    (ours,) = register_cards(town.issuer, [code])
    (theirs,) = register_cards(other.issuer, [code])
    assert find_card(town.issuer, code) == ours
    assert find_card(other.issuer, code) == theirs
