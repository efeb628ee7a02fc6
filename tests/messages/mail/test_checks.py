"""A message that counts as relayed has its mail; a check names what has none."""

import secrets

import psycopg

from hansatsu.database.connections import ledger_connection
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from tests.support.by_hand import changed
from tests.support.check_folders import check_folder
from tests.town import Town, make_town

CHECK = check_folder("messages/mail") / "60_mails_written.sql"


def named(town: Town) -> list[str]:
    rows = [row[0] for row in ledger_connection().execute(CHECK.read_bytes()).fetchall()]
    return [row for row in rows if f"resident {town.resident.pk} has" in row]


def paid(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1_000)
    assert town.pay(town.resident, town.shop, 100).paid


def test_what_was_relayed_has_its_mail() -> None:
    town = make_town()
    paid(town)
    while relay_batch():
        pass
    assert Mail.objects.of(town.issuer).count() == 2
    assert named(town) == []
    with changed(f"delete from notifications_mail where issuer_id = {town.issuer.pk}"):
        assert len(named(town)) == 2


def test_what_was_marked_and_never_written_is_named(owner_connection: psycopg.Connection) -> None:
    town = make_town()
    paid(town)
    wallet = town.resident.wallet_id
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "update ledger.outbox set relayed_at = now() where wallet_id = %s", [wallet]
        )
        rows = [row[0] for row in owner_connection.execute(CHECK.read_bytes()).fetchall()]
    assert sum(f"entry {wallet}/" in row for row in rows) == 2


def test_practice_and_cards_are_not_written_to() -> None:
    town = make_town()
    practice = town.add_resident(f"p{secrets.token_hex(4)}", email="practice@hansatsu.invalid")
    town.charge(practice, town.all_shops, 1_000)
    _, card = town.card(500)
    while relay_batch():
        pass
    rows = [row[0] for row in ledger_connection().execute(CHECK.read_bytes()).fetchall()]
    wallets = (practice.wallet_id, card.wallet_id)
    assert not [row for row in rows for wallet in wallets if f"entry {wallet}/" in row]
