"""The relay: what is owed becomes a mail and a job, once and together."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties.identity.models import Resident
from tests.town import Town, make_town


def jobs() -> list[int]:
    """The mails that the waiting jobs are about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (args->>'mail_id')::bigint from procrastinate_jobs"
            " where task_name = 'send_mail' order by id"
        )
        return [row[0] for row in cursor.fetchall()]


def owed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger.outbox where relayed_at is null")
        return int(cursor.fetchone()[0])


def test_each_entry_becomes_one_mail_with_one_job(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    paid = town.pay(town.resident, town.shop, 300)
    town.refund(paid.number)
    assert relay_batch() == 3
    mails = list(Mail.objects.order_by("seq"))
    assert [(mail.kind, mail.state) for mail in mails] == [
        ("issue", "queued"),
        ("payment", "queued"),
        ("refund", "queued"),
    ]
    assert {mail.issuer for mail in mails} == {town.issuer}
    assert {mail.to for mail in mails} == {"hanako@example.jp"}
    assert sorted(jobs()) == sorted(mail.pk for mail in mails)
    assert relay_batch() == 0
    assert Mail.objects.count() == 3


def test_a_refused_payment_owes_nothing(town: Town) -> None:
    assert town.pay(town.resident, town.shop, 300).outcome == "insufficient"
    assert relay_batch() == 0


def test_a_card_has_nobody_to_write_to(town: Town) -> None:
    (card,) = ledger.open_wallets(ledger_connection(), issuer_id=town.issuer.pk, kind="card")
    lots = (ledger.NewLot(town.all_shops.pk, 500, None),)
    request = ledger.Request.of("test", "card", card)
    ledger.issue_set(ledger_connection(), [ledger.Issue(request, town.issuer.pk, card, lots)])
    assert relay_batch() == 1
    assert owed() == 0
    assert not Mail.objects.exists()
    assert jobs() == []


def test_a_batch_is_limited_and_the_rest_is_next(town: Town) -> None:
    for amount in (1, 2, 3):
        town.charge(town.resident, town.all_shops, amount)
    assert [relay_batch(limit=2) for _ in range(3)] == [2, 1, 0]
    assert Mail.objects.count() == 3


def test_a_relay_that_fails_leaves_all_owed(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    with (
        mock.patch("hansatsu.messages.relay.relay.queue_mails", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        relay_batch()
    assert owed() == 1
    assert not Mail.objects.exists()
    assert jobs() == []
    assert relay_batch() == 1


def test_mail_and_job_are_made_in_one_transaction(town: Town) -> None:
    """A job made over another connection would outlive the rollback."""
    town.charge(town.resident, town.all_shops, 1000)
    with transaction.atomic():
        relay_batch()
        assert len(jobs()) == 1
        transaction.set_rollback(True)
    assert jobs() == []
    assert not Mail.objects.exists()
    assert owed() == 1


def test_each_of_many_mails_is_its_own_residents(town: Town) -> None:
    english = town.add_resident("ken", family_name="Smith")
    Resident.objects.filter(pk=english.pk).update(language="en")
    other = make_town()
    for amount, resident in ((700, town.resident), (800, english)):
        town.charge(resident, town.all_shops, amount)
    other.charge(other.resident, other.all_shops, 900)
    town.pay(town.resident, town.shop, 100)
    assert relay_batch() == 4
    texts = {(mail.to, mail.kind): mail.text for mail in Mail.objects.filter(issuer=town.issuer)}
    hanako = town.resident.email
    assert "残高: 600円" in texts[hanako, "issue"]
    assert "残高: 600円" in texts[hanako, "payment"]
    assert "決済金額: 100円" in texts[hanako, "payment"]
    assert "¥800" in texts["ken@example.jp", "issue"]
    assert "Smith" in texts["ken@example.jp", "issue"]
    assert "残高: 900円" in Mail.objects.get(issuer=other.issuer).text


def test_many_mails_take_as_many_statements_as_one(town: Town) -> None:
    counts = []
    for number in (1, 8):
        for each in range(number):
            resident = town.add_resident(f"r{number}{each}")
            town.charge(resident, town.all_shops, 1000)
        with CaptureQueriesContext(connection) as django, counted_in_ledger() as ledgers:
            assert relay_batch() == number
        counts.append((len(django), len(ledgers)))
    assert counts[0] == counts[1]


@contextmanager
def counted_in_ledger() -> Iterator[list[object]]:
    """The statements that go to the ledger, past Django."""
    sent: list[object] = []
    execute = psycopg.Cursor.execute

    def watched(cursor: psycopg.Cursor, query: object, *rest: object, **more: object) -> object:
        sent.append(query)
        return execute(cursor, query, *rest, **more)  # type: ignore[arg-type]

    with mock.patch.object(psycopg.Cursor, "execute", watched):
        yield sent
