"""A new mail address: confirmed at it, told to the old one, which can take everything back."""

import re
from datetime import timedelta

import psycopg
import pytest

from hansatsu.flows.accounts.email_change import (
    ask_for_change,
    confirm_change,
    masked,
    pending_change,
    stop_change,
)
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.mailed_links import Found, find_link, make_link
from hansatsu.parties.identity.models import Event, LogIn, MailedLink, Passkey, Purpose, Resident
from tests.parties.test_sessions import browser
from tests.town import Town

HOME = "192.0.2.7"
OLD, NEW = "hanako@example.jp", "hanako.@docomo.ne.jp"


def mail_to(town: Town, address: str) -> Mail:
    """The newest mail to ``address``."""
    return Mail.objects.of(town.issuer).filter(to=address).latest("pk")


def link_in(town: Town, address: str) -> Found:
    """What the link of the newest mail to ``address`` leads to now."""
    found = re.search(
        r"/account/email/(confirm|stop)/([\w-]+)/$", mail_to(town, address).text, re.M
    )
    assert found, mail_to(town, address).text
    purpose = Purpose.EMAIL_CHANGE if found[1] == "confirm" else Purpose.EMAIL_STOP
    return find_link(town.issuer, purpose, found[2])


def link(town: Town, address: str) -> MailedLink:
    """That link, which works."""
    found = link_in(town, address)
    assert found.state == "ok"
    assert found.link is not None
    return found.link


def email(town: Town) -> str:
    return Resident.objects.get(pk=town.resident.pk).email


def shift(connection: psycopg.Connection, by: timedelta) -> None:
    connection.execute("SELECT ledger.set_clock_v1(clock_timestamp() + %s)", [by])


def add_passkey(town: Town, name: str) -> None:
    Passkey.objects.create(
        issuer=town.issuer,
        resident=town.resident,
        credential_id=f"{town.issuer.code}{name}".encode(),
        public_key=b"",
        name=name,
        created_at=clock.now(),
    )


def test_asking_changes_nothing_and_tells_both(town: Town) -> None:
    assert ask_for_change(town.resident, NEW, address=HOME) == 0
    assert email(town) == OLD
    new, old = mail_to(town, NEW), mail_to(town, OLD)
    assert "花子" not in new.text  # it may be a stranger's
    assert new.resident is None
    assert "24時間以内" in new.text
    assert "小山 花子 様" in old.text
    assert "h***@docomo.ne.jp" in old.text
    assert NEW not in old.text
    assert link(town, NEW).purpose == Purpose.EMAIL_CHANGE
    assert link(town, OLD).purpose == Purpose.EMAIL_STOP


def test_confirming_changes_it_once_and_tells_both(town: Town) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    found = link(town, NEW)
    assert confirm_change(found, address=HOME)
    assert email(town) == NEW
    assert "変更されました" in mail_to(town, NEW).text
    assert "変更されました" in mail_to(town, OLD).text
    assert not confirm_change(MailedLink.objects.get(pk=found.pk), address=HOME)
    kinds = (
        Event.objects.filter(resident=town.resident).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["email_change_asked", "email_changed"]


def test_a_mistyped_address_is_worth_nothing_after_the_right_one(town: Town) -> None:
    ask_for_change(town.resident, "stranger@example.jp", address=HOME)
    mistyped = link(town, "stranger@example.jp")
    ask_for_change(town.resident, NEW, address=HOME)
    assert link_in(town, "stranger@example.jp").state == "used"
    assert not confirm_change(mistyped, address=HOME)
    assert email(town) == OLD
    pending = pending_change(town.resident)
    assert pending is not None
    assert pending.email == NEW


def test_the_link_lives_for_24_hours(town: Town, clock_connection: psycopg.Connection) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    found = link(town, NEW)
    shift(clock_connection, timedelta(hours=23, minutes=59))
    assert link_in(town, NEW).state == "ok"
    shift(clock_connection, timedelta(hours=24))
    assert link_in(town, NEW).state == "expired"
    assert not confirm_change(found, address=HOME)
    assert pending_change(town.resident) is None
    assert email(town) == OLD


def test_the_old_address_stops_what_is_not_confirmed_yet(town: Town) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    waiting = link(town, NEW)
    assert stop_change(link(town, OLD), address=HOME) == "stopped"
    assert not confirm_change(waiting, address=HOME)
    assert email(town) == OLD


def test_the_old_address_takes_everything_back_for_seven_days(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    add_passkey(town, "own")
    ask_for_change(town.resident, NEW, address=HOME)
    confirm_change(link(town, NEW), address=HOME)
    thief = browser()
    sessions.log_in(thief, town.resident)
    add_passkey(town, "thief's")
    hour = timedelta(hours=200)
    token = make_link(town.issuer, Purpose.PASSWORD, NEW, lifetime=hour, resident=town.resident)
    now = clock.now()
    waiting = LogIn.objects.create(
        issuer=town.issuer, login_id="hanako", resident=town.resident, made_at=now, expires_at=now
    )
    shift(clock_connection, timedelta(days=6, hours=23))
    assert stop_change(link(town, OLD), address=HOME) == "undone"
    assert email(town) == OLD
    assert sessions.current_resident(thief, town.issuer) is None
    assert find_link(town.issuer, Purpose.PASSWORD, token).state == "used"
    assert [key.name for key in Passkey.objects.filter(resident=town.resident)] == ["own"]
    waiting.refresh_from_db()
    assert waiting.ended_at is not None
    assert "取り消し" in mail_to(town, OLD).subject


def test_after_seven_days_nothing_is_taken_back(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    confirm_change(link(town, NEW), address=HOME)
    found = link(town, OLD)
    shift(clock_connection, timedelta(days=7, minutes=1))
    assert link_in(town, OLD).state == "expired"
    assert stop_change(found, address=HOME) == "over"
    assert email(town) == NEW


def test_a_chain_of_changes_is_undone_from_its_beginning(town: Town) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    confirm_change(link(town, NEW), address=HOME)
    resident = Resident.objects.select_related("issuer").get(pk=town.resident.pk)
    ask_for_change(resident, "third@example.jp", address=HOME)
    confirm_change(link(town, "third@example.jp"), address=HOME)
    thiefs = link(town, NEW)
    assert stop_change(link(town, OLD), address=HOME) == "undone"
    assert email(town) == OLD
    assert stop_change(thiefs, address=HOME) == "over"
    assert email(town) == OLD


def test_links_into_the_account_end_with_the_old_address(town: Town) -> None:
    hour = timedelta(hours=1)
    token = make_link(town.issuer, Purpose.PASSWORD, OLD, lifetime=hour, resident=town.resident)
    ask_for_change(town.resident, NEW, address=HOME)
    assert find_link(town.issuer, Purpose.PASSWORD, token).state == "ok"
    confirm_change(link(town, NEW), address=HOME)
    assert find_link(town.issuer, Purpose.PASSWORD, token).state == "used"


def test_only_a_few_mails_to_strangers_can_be_asked_for(
    town: Town, clock_connection: psycopg.Connection
) -> None:
    for number in range(5):
        assert ask_for_change(town.resident, f"s{number}@example.jp", address=HOME) == 0
    assert ask_for_change(town.resident, NEW, address=HOME) > 60 * 14
    assert not Mail.objects.of(town.issuer).filter(to=NEW).exists()
    shift(clock_connection, timedelta(minutes=16))
    assert ask_for_change(town.resident, NEW, address=HOME) == 0


@pytest.mark.parametrize(
    ("address", "shown"),
    [("hanako@example.jp", "h***@example.jp"), ('"a@b"@example.jp', '"***@example.jp')],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_thief_who_takes_back_a_change_of_their_own_does_not_shut_out_the_first_address(
    town: Town,
) -> None:
    ask_for_change(town.resident, NEW, address=HOME)
    confirm_change(link(town, NEW), address=HOME)
    owners = link(town, OLD)
    resident = Resident.objects.select_related("issuer").get(pk=town.resident.pk)
    ask_for_change(resident, "third@example.jp", address=HOME)
    assert stop_change(link(town, NEW), address=HOME) == "stopped"
    assert email(town) == NEW
    assert stop_change(owners, address=HOME) == "undone"
    assert email(town) == OLD
