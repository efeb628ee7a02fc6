"""Sending a mail: taken, refused, or the server is down."""

from datetime import timedelta

import psycopg
import pytest
from procrastinate.jobs import Job

from hansatsu.ledger import api as ledger
from hansatsu.messages.mail import sessions
from hansatsu.messages.mail.addresses import deliverable
from hansatsu.messages.mail.delivery import NotSentError, deliver
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.retries import Forever, wait_seconds
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties import clock
from tests.support.copies import DatabaseCopy
from tests.support.mail_server import MailServer
from tests.support.mailing import mailing_to, mails_to
from tests.town import Town


@pytest.fixture
def mail(town: Town) -> Mail:
    """A mail that waits to be sent."""
    town.charge(town.resident, town.all_shops, 1000)
    relay_batch()
    return Mail.objects.get()


def again(mail: Mail) -> Mail:
    mail.refresh_from_db()
    return mail


def test_a_mail_arrives_as_text_and_html(mail: Mail, mail_server: MailServer) -> None:
    deliver(mail.pk)
    (arrived,) = mail_server.mails
    assert str(arrived["Subject"]) == "【小山市共通商品券】チャージ完了のお知らせ"
    assert str(arrived["To"]) == "hanako@example.jp"
    assert str(arrived["From"]) == "小山市共通商品券 <no-reply@oyama.example.jp>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "小山 花子 様" in plain.get_content()
    assert "小山 花子 様" in html.get_content()
    assert again(mail).state == "sent"
    assert mail.sent_at is not None
    assert mail.attempts == 1


def test_a_mail_is_written_and_sent_at_the_ledgers_time(
    database_copy: DatabaseCopy, town: Town, mail_server: MailServer
) -> None:
    with psycopg.connect(database_copy.clock_url, autocommit=True) as connection:
        ledger.set_clock(connection, clock.now() + timedelta(days=400))
    before = clock.now()
    town.charge(town.resident, town.all_shops, 1000)
    relay_batch()
    mail = Mail.objects.get()
    deliver(mail.pk)
    assert again(mail).sent_at is not None
    assert before < mail.created_at < mail.sent_at < clock.now()
    (arrived,) = mail_server.mails
    assert f".{mail.created_at:%Y%m%d%H%M%S%f}@" in str(arrived["Message-ID"])


def test_a_mail_that_was_sent_is_not_sent_again(mail: Mail, mail_server: MailServer) -> None:
    deliver(mail.pk)
    deliver(mail.pk)
    assert len(mail_server.mails) == 1


def test_what_opens_an_account_is_not_kept(mail: Mail, mail_server: MailServer) -> None:
    Mail.objects.filter(pk=mail.pk).update(has_secret=True)
    with mailing_to(MailServer()), pytest.raises(NotSentError):
        deliver(mail.pk)
    assert again(mail).text
    with mailing_to(mail_server):
        deliver(mail.pk)
    (arrived,) = mail_server.mails
    assert arrived.get_body(("plain",)) is not None
    assert (again(mail).text, mail.html, mail.state) == ("", "", "sent")
    assert mail.subject


def test_other_mails_are_kept(mail: Mail, mail_server: MailServer) -> None:
    deliver(mail.pk)
    assert "小山 花子 様" in again(mail).text


def test_a_server_that_is_down_makes_it_wait(mail: Mail) -> None:
    nowhere = MailServer()
    with mailing_to(nowhere), pytest.raises(NotSentError):
        deliver(mail.pk)
    assert again(mail).state == "failed"
    assert mail.sent_at is None
    assert "refused" in mail.last_error
    with nowhere, mailing_to(nowhere):
        deliver(mail.pk)
    assert (again(mail).state, mail.attempts, mail.last_error) == ("sent", 2, "")


def test_a_person_who_is_unknown_there_is_given_up(mail: Mail, mail_server: MailServer) -> None:
    mail_server.recipient_answer = "550 No such person"
    deliver(mail.pk)
    assert again(mail).state == "bounced"
    assert "No such person" in mail.last_error
    mail_server.recipient_answer = "250 OK"
    deliver(mail.pk)
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("recipient", "data"), [("450 Later, please", "250 OK"), ("250 OK", "451 Later, please")]
)
def test_a_refusal_for_now_makes_it_wait(
    mail: Mail, mail_server: MailServer, recipient: str, data: str
) -> None:
    mail_server.recipient_answer, mail_server.data_answer = recipient, data
    with pytest.raises(NotSentError):
        deliver(mail.pk)
    assert again(mail).state == "failed"
    assert "Later" in mail.last_error


def test_tries_never_end_and_waits_grow_to_a_limit() -> None:
    assert [wait_seconds(attempts) for attempts in (0, 1, 2, 3, 8, 10_000)] == [
        2,
        4,
        8,
        16,
        300,
        300,
    ]
    job = Job(
        id=1, queue="mail", lock=None, queueing_lock=None, task_name="send_mail", attempts=10_000
    )
    assert Forever().get_retry_exception(NotSentError(), job) is not None


@pytest.mark.parametrize(
    ("address", "sendable"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        ("hanako.@docomo.ne.jp", '"hanako."@docomo.ne.jp'),
        ("a..b@docomo.ne.jp", '"a..b"@docomo.ne.jp'),
        ('"a..b"@docomo.ne.jp', '"a..b"@docomo.ne.jp'),
    ],
)
def test_addresses_of_old_carriers_are_quoted(address: str, sendable: str) -> None:
    assert deliverable(address) == sendable


def test_a_mail_to_an_old_carriers_address_arrives(mail: Mail, mail_server: MailServer) -> None:
    Mail.objects.filter(pk=mail.pk).update(to="hanako.@docomo.ne.jp")
    deliver(mail.pk)
    (arrived,) = mail_server.mails
    assert "hanako.@docomo.ne.jp" in str(arrived["To"]).replace('"', "")


def test_mails_share_a_session_and_one_who_is_unknown_costs_no_other_theirs(
    town: Town, mail_server: MailServer
) -> None:
    mails = mails_to(town, "jiro", "saburo", "shiro")
    mail_server.unknown.add("saburo@example.jp")
    for mail in mails:
        deliver(mail.pk)
    assert [again(mail).state for mail in mails] == ["sent", "bounced", "sent"]
    assert [str(mail["To"]) for mail in mail_server.mails] == [
        "jiro@example.jp",
        "shiro@example.jp",
    ]
    assert len(mail_server.peers) == 1


def test_a_session_that_died_is_made_anew(town: Town) -> None:
    first, second = mails_to(town, "jiro", "saburo")
    server = MailServer()
    with mailing_to(server):
        with server:
            deliver(first.pk)
        with MailServer(server.port) as restarted:
            deliver(second.pk)
    assert [again(mail).state for mail in (first, second)] == ["sent", "sent"]
    assert second.attempts == 1
    assert [len(each.mails) for each in (server, restarted)] == [1, 1]


def test_a_session_in_which_something_went_wrong_is_not_used_again(
    town: Town, mail_server: MailServer
) -> None:
    first, second = mails_to(town, "jiro", "saburo")
    mail_server.data_answer = "451 Later, please"
    with pytest.raises(NotSentError):
        deliver(first.pk)
    mail_server.data_answer = "250 OK"
    deliver(second.pk)
    deliver(first.pk)
    assert [again(mail).state for mail in (first, second)] == ["sent", "sent"]
    assert len(mail_server.peers) == 2


def test_a_session_carries_so_many_mails_and_waits_so_long(
    town: Town, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = mails_to(town, "jiro", "saburo", "shiro", "goro")
    monkeypatch.setattr(sessions, "MOST", 2)
    for mail in mails[:3]:
        deliver(mail.pk)
    assert len(mail_server.peers) == 2
    monkeypatch.setattr(sessions, "IDLE", 0.0)
    deliver(mails[3].pk)
    assert len(mail_server.peers) == 3
