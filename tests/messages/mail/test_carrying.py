"""Mails that wait are sent in sets: each once, and none held up by another."""

import threading
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import connection

from hansatsu.messages.mail import carrying
from hansatsu.messages.mail.carrying import carry_on, give_back_left
from hansatsu.messages.mail.delivery import Outcome, attempt
from hansatsu.messages.mail.models import Mail
from tests.support.copies import DatabaseCopy
from tests.support.mail_server import MailServer
from tests.support.mailing import mailing_to, mails_to, states
from tests.town import Town

NAMES = ("jiro", "saburo", "shiro", "goro", "rokuro")


@pytest.fixture
def worker() -> int:
    """A worker of procrastinate, to whom jobs can belong."""
    (row,) = asked("select worker_id from procrastinate_register_worker_v1()")
    return int(row[0])


def asked(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def jobs() -> list[tuple[int, str, int, bool]]:
    """Mail, status and attempts of each job, and whether it waits for a time."""
    return asked(
        "select (args->>'mail_id')::bigint, status::text, attempts, scheduled_at > now()"
        " from procrastinate_jobs where task_name = 'send_mail' order by id"
    )


def recipients(server: MailServer) -> list[str]:
    return [str(mail["To"]).partition("@")[0] for mail in server.mails]


def test_what_waits_is_sent_in_its_order_and_its_jobs_are_over(
    town: Town, worker: int, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "SET", 2)
    mails = mails_to(town, *NAMES)
    Mail.objects.filter(pk=mails[1].pk).update(has_secret=True)
    Mail.objects.filter(pk=mails[2].pk).update(state="sent")  # by a worker that was killed then
    mail_server.unknown.add("goro@example.jp")
    carry_on(worker)
    assert recipients(mail_server) == ["jiro", "saburo", "rokuro"]
    assert states() == ["sent", "sent", "sent", "bounced", "sent"]
    attempts = Mail.objects.order_by("pk").values_list("attempts", flat=True)
    assert list(attempts) == [1, 1, 0, 1, 1], "who was sent a mail before is not sent it again"
    texts = Mail.objects.order_by("pk").values_list("text", "html")
    assert [bool(text or html) for text, html in texts] == [True, False, True, True, True]
    assert jobs() == []


def test_no_mail_is_sent_before_the_one_before_it_is_known_to_be(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    """Whoever is killed leaves no more mails in doubt than it has threads."""
    mails_to(town, *NAMES)
    known: list[list[str]] = []

    def watched(mail: Mail) -> Outcome:
        known.append(states())
        return attempt(mail)

    with mock.patch.object(carrying, "attempt", watched):
        carry_on(worker)
    count = len(NAMES)
    assert known == [["sent"] * sent + ["queued"] * (count - sent) for sent in range(count)]


def test_a_mail_server_that_fails_is_left_alone_and_nothing_is_lost(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    mails = mails_to(town, "jiro", "saburo", "shiro")
    with mailing_to(MailServer()):
        carry_on(worker)
    assert states() == ["failed", "queued", "queued"]
    assert jobs() == [
        (mails[0].pk, "todo", 1, True),
        (mails[1].pk, "todo", 0, None),
        (mails[2].pk, "todo", 0, None),
    ]
    with mailing_to(mail_server):
        carry_on(worker)
    assert recipients(mail_server) == ["saburo", "shiro"], "the first one waits for its time"


def test_one_that_cannot_be_sent_holds_up_no_other(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    mails = mails_to(town, "jiro", "saburo", "shiro")
    Mail.objects.filter(pk=mails[0].pk).update(to="no address")
    Mail.objects.filter(pk=mails[1].pk).delete()
    carry_on(worker)
    assert recipients(mail_server) == ["shiro"]
    assert jobs() == [(mails[0].pk, "todo", 1, True), (mails[1].pk, "todo", 1, True)]


def test_a_refusal_for_now_is_tried_later_and_others_at_once(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    mails = mails_to(town, "jiro", "saburo")
    mail_server.recipient_answer = "450 Later, please"
    carry_on(worker)
    assert jobs() == [(mail.pk, "todo", 1, True) for mail in mails]
    assert states() == ["failed", "failed"]


def test_what_is_not_begun_in_time_is_given_back(
    town: Town, worker: int, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = mails_to(town, "jiro", "saburo")
    monkeypatch.setattr(carrying, "PATIENCE", 0.0)
    carry_on(worker)
    assert mail_server.mails == []
    assert jobs() == [(mail.pk, "todo", 0, None) for mail in mails]
    monkeypatch.setattr(carrying, "LONGEST", 0.0)
    with mock.patch.object(carrying, "_take") as take:
        carry_on(worker)
    assert not take.called


def test_jobs_that_are_ours_belong_to_our_worker(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    """So they are taken up again when it is killed, by the heartbeat that it misses."""
    mails_to(town, "jiro")
    seen: list[object] = []

    def watched(mail: Mail) -> Outcome:
        seen.extend(asked("select status::text, worker_id from procrastinate_jobs"))
        return attempt(mail)

    with mock.patch.object(carrying, "attempt", watched):
        carry_on(worker)
    assert seen == [("doing", worker)]


def test_a_mail_is_known_to_be_sent_even_when_its_job_is_gone(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    mails_to(town, "jiro")

    def gone(mail: Mail) -> Outcome:
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_jobs")
        return attempt(mail)

    with mock.patch.object(carrying, "attempt", gone):
        carry_on(worker)
    assert states() == ["sent"]


def test_what_could_not_be_given_back_is_later(
    town: Town, worker: int, mail_server: MailServer
) -> None:
    mails = mails_to(town, "jiro", "saburo")
    with (
        mock.patch.object(carrying, "attempt", side_effect=SystemExit),
        mock.patch.object(carrying, "GIVE_BACK", "select 1 / 0 from unnest(%s::bigint[])"),
        pytest.raises(Exception, match="division by zero"),
    ):
        carry_on(worker)
    assert [job[1] for job in jobs()] == ["doing", "doing"]
    give_back_left()
    assert jobs() == [(mail.pk, "todo", 0, None) for mail in mails]
    with mock.patch.object(carrying, "GIVE_BACK", "nothing is left"):
        give_back_left()


def test_what_another_worker_is_taking_up_is_left_to_it(
    town: Town, worker: int, mail_server: MailServer, database_copy: DatabaseCopy
) -> None:
    mails_to(town, "jiro", "saburo")
    with psycopg.connect(database_copy.app_url) as other:
        other.execute("select id from procrastinate_jobs order by id limit 1 for update")
        carry_on(worker)
    assert recipients(mail_server) == ["saburo"]


def test_threads_that_carry_share_the_mails(
    town: Town, worker: int, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "SET", 1)
    mails_to(town, *NAMES)

    def carry() -> None:
        try:
            carry_on(worker)
        finally:
            connection.close()

    threads = [threading.Thread(target=carry) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(recipients(mail_server)) == sorted(NAMES)
    assert states() == ["sent"] * len(NAMES)
    assert jobs() == []
