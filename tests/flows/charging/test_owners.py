"""What stands outside of the chain and decides over value: nobody changes it, and anyone who
switches the guards off is found out by the entries, which name whose they are."""

import secrets

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.shops.models import TerminalKind
from hansatsu.parties.shops.terminals import open_terminal
from tests.flows.charging.shopper import Shopper
from tests.support.by_hand import found_by
from tests.support.check_folders import check_folder
from tests.town import Town, make_town

OWNERS = check_folder("flows/charging") / "23_owners.sql"
CODES = check_folder("flows/redemption") / "32_codes_owned.sql"


class Street:
    """Two residents with a browser each, one of whom has bought and paid; a card, a gift code that
    was taken, a till."""

    def __init__(self) -> None:
        self.shopper = Shopper(make_town(cards_may_be_taken=True))
        self.town = self.shopper.town
        self.one: Resident = self.town.resident
        self.other: Resident = self.town.add_resident(f"other{secrets.token_hex(4)}")
        self.device: Device = open_device(self.one, "Firefox")
        open_device(self.other, "Firefox")
        self.order, _ = self.shopper.charged()
        assert self.town.pay(self.one, self.town.shop, 1_000).paid
        lots = [ledger.NewLot(self.town.all_shops.pk, 500, None)]
        self.card, self.second = (card for _, card in make_cards(self.town.issuer, 2, lots))
        _, taken = self.town.card(300)
        assert take(self.one, Found("card", taken.pk)) == "done"
        self.taken = Card.objects.get(pk=taken.pk)


@pytest.fixture(scope="module")
def street() -> Street:
    return Street()


def swap(table: str, column: str, one: int, other: int) -> str:
    """Two rows given each other's value, in one statement."""
    return (
        f"update {table} as a set {column} = b.{column} from {table} as b"
        f" where a.id in ({one}, {other}) and b.id in ({one}, {other}) and a.id <> b.id"
    )


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("identity_resident", "wallet_id = -wallet_id"),
        ("identity_device", "resident_id = (select max(id) from identity_resident)"),
        ("identity_device", "number = number # 1"),
        ("cards_card", "wallet_id = -wallet_id"),
        ("cards_card", "digest = 'another'"),
        ("charging_order", "price = 1"),
        ("charging_order", "resident_id = (select max(id) from identity_resident)"),
        ("programs_purchasecode", "units = units + 1"),
        ("shops_terminal", "shop_id = shop_id + 1"),
    ],
)
def test_the_application_cannot_change_whose_it_is(street: Street, table: str, change: str) -> None:
    open_terminal(street.town.shop, "レジ", TerminalKind.POS)
    issuer = street.town.issuer.pk
    with connection.cursor() as cursor:
        cursor.execute(f"select t::text from {table} as t where issuer_id = {issuer} order by id")
        before = cursor.fetchall()
        assert before
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            cursor.execute(f"update {table} set {change} where issuer_id = {issuer}")
        cursor.execute(f"select t::text from {table} as t where issuer_id = {issuer} order by id")
        assert cursor.fetchall() == before


def test_gift_codes_cannot_be_made_worth_more() -> None:
    town = make_town()
    town.gift(500)
    for change in (
        f"update gifts_giftvalue set amount = amount * 10 where issuer_id = {town.issuer.pk}",
        f"update gifts_giftcode set digest = 'x' where issuer_id = {town.issuer.pk}",
    ):
        with (
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="never changes"),
            transaction.atomic(),
        ):
            cursor.execute(change)


def test_a_devices_wallet_is_changed_by_not_even_the_owner(
    street: Street, owner_connection: psycopg.Connection
) -> None:
    number = street.device.ledger_id
    for change in ("wallet_id = wallet_id + 1", "issuer_id = issuer_id + 1"):
        with pytest.raises(psycopg.DatabaseError, match="never changes"):
            owner_connection.execute(
                f"update ledger.device set {change} where device_id = {number}".encode()
            )


def test_rows_are_still_saved_whole(street: Street) -> None:
    """As an earlier version does."""
    for row in (street.one, street.device, street.card, street.order):
        row.refresh_from_db()
        row.save()


def test_cards_are_still_taken_and_reissued_and_people_leave() -> None:
    town = make_town(cards_may_be_taken=True)
    _, card = town.card(500)
    made = reissue_card(card, actor="staff:1", reason="紛失")
    assert made.card is not None
    assert take(town.resident, Found("card", made.card.pk)) == "done"
    named = found_here(town)
    assert named == []


def found_here(town: Town) -> list[str]:
    """What both checks name of a town."""
    rows = [
        row[0]
        for check in (OWNERS, CODES)
        for row in ledger_connection().execute(check.read_bytes()).fetchall()
    ]
    words = (f"wallet {town.resident.wallet_id}", f"resident {town.resident.pk}:")
    return [row for row in rows if any(word in row for word in words)]


class TestCheck:
    """With the guards off: the owner of the database, or somebody who took its place."""

    def test_is_silent_before(self, street: Street) -> None:
        assert found_here(street.town) == []

    def test_two_residents_who_have_each_others_wallets(
        self, street: Street, owner_connection: psycopg.Connection
    ) -> None:
        one, other = street.one, street.other
        rows = found_by(
            OWNERS,
            owner_connection,
            f"update identity_resident set wallet_id = -1 where id = {one.pk}",
            f"update identity_resident set wallet_id = {one.wallet_id} where id = {other.pk}",
            f"update identity_resident set wallet_id = {other.wallet_id} where id = {one.pk}",
            unguarded=["identity_resident"],
        )
        said = "\n".join(rows)
        assert f"resident {one.pk} did this, whose wallet is {other.wallet_id}" in said
        assert f"order {street.order.number}: it was charged" in said
        assert f"of resident {other.pk}: its codes are for wallet {other.wallet_id}" in said

    def test_a_resident_at_a_cards_wallet(
        self, street: Street, owner_connection: psycopg.Connection
    ) -> None:
        wallet = street.card.wallet_id
        change = f"update identity_resident set wallet_id = {wallet} where id = {street.other.pk}"
        rows = found_by(OWNERS, owner_connection, change, unguarded=["identity_resident"])
        assert any("is no resident's wallet" in row for row in rows)

    @pytest.mark.parametrize("column", ["wallet_id", "issuer_id"])
    def test_a_device_of_the_ledger(
        self, street: Street, owner_connection: psycopg.Connection, column: str
    ) -> None:
        number = street.device.ledger_id
        change = f"update ledger.device set {column} = {column} + 1 where device_id = {number}"
        rows = found_by(OWNERS, owner_connection, change, unguarded=["ledger.device"])
        assert any(f"of resident {street.one.pk}: its codes" in row for row in rows) or any(
            row.startswith(f"device {number}:") for row in rows
        )

    def test_a_browser_of_another_resident(
        self, street: Street, owner_connection: psycopg.Connection
    ) -> None:
        change = (
            f"update identity_device set resident_id = {street.other.pk}"
            f" where id = {street.device.pk}"
        )
        rows = found_by(OWNERS, owner_connection, change, unguarded=["identity_device"])
        assert any(row.startswith(f"device {street.device.pk} of resident") for row in rows)

    def test_a_till_of_another_shop(
        self, street: Street, owner_connection: psycopg.Connection
    ) -> None:
        town = street.town
        terminal = open_terminal(town.shop, "レジ", TerminalKind.POS)
        request = ledger.Request.of(terminal.actor, secrets.token_hex(8), 100)
        payment = ledger.Payment(request, town.issuer.pk, town.shop.pk, street.one.wallet_id, 100)
        assert ledger.pay(ledger_connection(), payment).paid
        change = (
            f"update shops_terminal set shop_id = {town.large_shop.pk} where id = {terminal.pk}"
        )
        rows = found_by(OWNERS, owner_connection, change, unguarded=["shops_terminal"])
        assert any(f"terminal {terminal.pk} of shop {town.large_shop.pk}" in row for row in rows)

    def test_two_cards_that_have_each_others_wallets(
        self, street: Street, owner_connection: psycopg.Connection
    ) -> None:
        one, other = street.card, street.second
        rows = found_by(
            CODES,
            owner_connection,
            f"update cards_card set wallet_id = -1 where id = {one.pk}",
            f"update cards_card set wallet_id = {one.wallet_id} where id = {other.pk}",
            f"update cards_card set wallet_id = {other.wallet_id} where id = {one.pk}",
            unguarded=["cards_card"],
        )
        assert {f"card {one.pk}", f"card {other.pk}"} <= {row.split(":")[0] for row in rows}

    def test_who_took_a_card(self, street: Street, owner_connection: psycopg.Connection) -> None:
        change = (
            f"update cards_card set taken_by_id = {street.other.pk} where id = {street.taken.pk}"
        )
        rows = found_by(CODES, owner_connection, change)
        assert any(row.startswith(f"card {street.taken.pk}: its value went into") for row in rows)
