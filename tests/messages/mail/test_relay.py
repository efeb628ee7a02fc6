"""The relay: what is owed becomes a mail and a job, once and together."""

from unittest import mock

import pytest
from django.db import connection, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from tests.town import Town


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
