"""A forgotten login ID, a forgotten password."""

import re
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from hansatsu.flows.accounts.recovery import LINK_LIFE, mail_login_ids, mail_password_link
from hansatsu.flows.accounts.recovery import set_new_password as set_password
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.mailed_links import Found, find_link
from hansatsu.parties.identity.models import Device, Event, LogIn, MailedLink
from hansatsu.parties.identity.passwords import password_fits
from tests.town import PASSWORD, Town, make_town, quick_hashing

NEW = "kawaii-usagi-77"


@pytest.fixture
def town() -> Iterator[Town]:
    with quick_hashing():
        yield make_town()


def ask_ids(town: Town, email: str) -> int:
    return mail_login_ids(town.issuer, email, language="ja", address=_address(town))


def ask_password(town: Town, *, login_id: str = "", email: str = "") -> int:
    return mail_password_link(
        town.issuer, login_id=login_id, email=email, language="ja", address=_address(town)
    )


def mails(town: Town) -> list[Mail]:
    return list(Mail.objects.of(town.issuer).order_by("pk"))


def find(town: Town, mail: Mail) -> Found:
    token = re.search(r"^http\S+/recover/([\w-]+)/$", mail.text, re.M)
    assert token
    return find_link(town.issuer, "password", token[1])


def link_of(town: Town, mail: Mail) -> MailedLink:
    link = find(town, mail).link
    assert link is not None
    return link


def test_the_login_ids_of_an_address_are_mailed_to_it(town: Town) -> None:
    town.add_resident("grandma", email="Hanako@example.jp")
    town.add_resident("other")
    assert ask_ids(town, "hanako@example.jp") == 0
    (mail,) = mails(town)
    assert mail.to == "hanako@example.jp"
    assert "ログインID: hanako\nログインID: grandma" in mail.text
    assert "other" not in mail.text


def test_an_unknown_address_is_told_so_by_mail_only(town: Town) -> None:
    assert ask_ids(town, "nobody@example.jp") == 0
    (mail,) = mails(town)
    assert mail.to == "nobody@example.jp"
    assert "見つかりませんでした" in mail.text
    assert "hanako" not in mail.text


@pytest.mark.parametrize("by", [{"login_id": "hanako"}, {"email": "HANAKO@example.jp"}])
def test_a_new_password(town: Town, by: dict[str, str]) -> None:
    device = open_device(town.resident, "Phone")
    assert ask_password(town, **by) == 0
    (mail,) = mails(town)
    assert mail.to == "hanako@example.jp"
    assert "ログインID: hanako" in mail.text
    link = link_of(town, mail)
    assert link.expires_at - link.made_at == LINK_LIFE == timedelta(hours=1)
    assert set_password(link, NEW, address="192.0.2.9")
    town.resident.refresh_from_db()
    assert password_fits(NEW, town.resident.password)
    assert not password_fits(PASSWORD, town.resident.password)
    assert Device.objects.get(pk=device.pk).revoked_at is not None
    event = Event.objects.of(town.issuer).get(kind="password_reset")
    assert event.resident == town.resident
    told = mails(town)[-1]
    assert told.subject.endswith("パスワード変更のお知らせ")
    assert told.text.startswith("小山 花子 様")


def test_a_log_in_under_way_ends_with_the_forgotten_password(town: Town) -> None:
    """Otherwise the old one would let a thief in with the digits that were mailed before."""
    waiting = LogIn.objects.create(
        issuer=town.issuer,
        login_id="hanako",
        resident=town.resident,
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=1),
    )
    ask_password(town, login_id="hanako")
    assert set_password(link_of(town, mails(town)[0]), NEW, address="")
    waiting.refresh_from_db()
    assert waiting.ended_at is not None


def test_a_link_is_used_once_and_ends_the_others(town: Town) -> None:
    ask_password(town, login_id="hanako")
    ask_password(town, login_id="hanako")
    first, second = mails(town)
    assert set_password(link_of(town, first), NEW, address="")
    hashed = town.resident.__class__.objects.get(pk=town.resident.pk).password
    assert not set_password(link_of(town, first), "another-pass-99", address="")
    assert not set_password(link_of(town, second), "another-pass-99", address="")
    town.resident.refresh_from_db()
    assert town.resident.password == hashed
    assert find(town, second).state == "used"


def test_a_link_ends_after_an_hour(town: Town, clock_connection: psycopg.Connection) -> None:
    ask_password(town, login_id="hanako")
    (mail,) = mails(town)
    link = link_of(town, mail)
    moment = clock.now() + LINK_LIFE + timedelta(seconds=1)
    clock_connection.execute("SELECT ledger.set_clock_v1(%s)", [moment])
    assert find(town, mail).state == "expired"
    assert not set_password(link, NEW, address="")
    town.resident.refresh_from_db()
    assert password_fits(PASSWORD, town.resident.password)


def test_an_unknown_login_id_leaves_no_link_and_no_mail(town: Town) -> None:
    assert ask_password(town, login_id="nobody") == 0
    assert mails(town) == []
    assert not MailedLink.objects.of(town.issuer).exists()
    assert Event.objects.of(town.issuer).get(kind="password_asked").resident is None


def test_who_has_left_is_unknown(town: Town) -> None:
    type(town.resident).objects.filter(pk=town.resident.pk).update(closed_at=clock.now())
    ask_password(town, login_id="hanako")
    assert mails(town) == []


def test_asking_is_limited_for_known_and_unknown_alike(town: Town) -> None:
    for login_id in ("hanako", "nobody"):
        waits = [ask_password(town, login_id=login_id) for _ in range(6)]
        assert waits[:5] == [0] * 5
        assert waits[5] > 0
    assert len(mails(town)) == 5


def _address(town: Town) -> str:
    return f"10.{town.issuer.pk % 256}.0.1"
