"""hansatsu verify holds gift codes and cards against the ledger: what is changed is named."""

from dataclasses import dataclass

import psycopg
import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.gifts.models import GiftCode
from tests.support.by_hand import changed, found_by
from tests.support.check_folders import check_folder
from tests.town import Town, make_town

FOLDER = check_folder("flows/redemption")
GIFTS = FOLDER / "30_gifts_issued_once.sql"
CARDS = FOLDER / "31_cards_moved_once.sql"


@dataclass
class Codes:
    """A gift code and a card, both taken; a card with value; a gift code that nobody took."""

    town: Town
    gift: GiftCode
    card: Card
    full: Card
    ready: GiftCode


@pytest.fixture(scope="module")
def codes() -> Codes:
    town = make_town(cards_may_be_taken=True)
    gift, card = town.gift()[1], town.card(1000)[1]
    assert take(town.resident, Found("gift", gift.pk)) == "done"
    assert take(town.resident, Found("card", card.pk)) == "done"
    reissue_card(town.card(500)[1], actor="staff:1", reason="lost")
    return Codes(town, gift, card, town.card(700)[1], town.gift()[1])


def rows() -> list[str]:
    found = [ledger_connection().execute(path.read_bytes()).fetchall() for path in (GIFTS, CARDS)]
    return [row[0] for each in found for row in each]


def test_nothing_is_wrong_before(codes: Codes) -> None:
    ours = [f"gift code {codes.gift.pk} ", f"gift code {codes.ready.pk} "]
    ours += [f"card {each.pk} " for each in Card.objects.of(codes.town.issuer)]
    assert not [row for row in rows() if row.startswith(tuple(ours))]


@pytest.mark.parametrize(
    "change",
    [
        "update gifts_giftcode set state = 'ready', taken_by_id = null, taken_at = null"
        " where id = {0.gift.pk}",
        "update gifts_giftvalue set amount = amount + 1 where batch_id = {0.gift.batch_id}",
    ],
)
def test_changed_gift_is_named(
    codes: Codes, owner_connection: psycopg.Connection, change: str
) -> None:
    guarded = ["gifts_giftvalue", "gifts_giftcode"]
    rows = found_by(GIFTS, owner_connection, change.format(codes), unguarded=guarded)
    assert any(row.startswith(f"gift code {codes.gift.pk} ") for row in rows)


def test_gift_that_was_taken_by_hand_alone_is_named(codes: Codes) -> None:
    with changed(
        f"update gifts_giftcode set state = 'taken', taken_by_id = {codes.town.resident.pk},"
        f" taken_at = now() where id = {codes.ready.pk}"
    ):
        assert any(
            row == f"gift code {codes.ready.pk} (taken): it issued 0 yen in 0 entries, and "
            "should have 3000 in 1"
            for row in rows()
        )


def test_issue_without_its_gift_is_named(
    codes: Codes, owner_connection: psycopg.Connection
) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "update ledger.entry set actor = 'gift:999999999' where actor = %s",
            [f"gift:{codes.gift.pk}"],
        )
        found = [row[0] for row in owner_connection.execute(GIFTS.read_bytes()).fetchall()]
    assert any(row.startswith("gift code gift:999999999 (unknown)") for row in found)
    assert any(row.startswith(f"gift code {codes.gift.pk} (taken)") for row in found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "update cards_card set state = 'issued', taken_by_id = null, taken_at = null"
            " where id = {0.card.pk}",
            "card {0.card.pk} (issued): its value came into a wallet 1 times",
        ),
        (
            "update cards_card set state = 'replaced' where id = {0.full.pk}",
            "card {0.full.pk} (replaced): its value was moved, and it still holds 700 yen",
        ),
        (
            "update cards_card set wallet_id = {0.town.resident.wallet_id} where id = {0.full.pk}",
            "card {0.full.pk}: it is no card's wallet",
        ),
    ],
)
def test_changed_card_is_named(
    codes: Codes, owner_connection: psycopg.Connection, change: str, words: str
) -> None:
    rows = found_by(CARDS, owner_connection, change.format(codes), unguarded=["cards_card"])
    assert any(row.startswith(words.format(codes)) for row in rows)
