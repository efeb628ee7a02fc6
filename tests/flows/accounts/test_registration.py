"""Registering: the mail, the link, the form, the resident."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg
import pytest
from django.db import connection

from hansatsu.flows.accounts import registration
from hansatsu.flows.accounts.registration import (
    LINK_LIFE,
    MOST_CHECKS,
    Form,
    ask_to_register,
    login_id_state,
    read_form,
    register,
)
from hansatsu.flows.accounts.terms import current_terms, publish_terms
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.identity.mailed_links import Found, find_link, forget_old_links
from hansatsu.parties.identity.models import Agreement, Event, MailedLink, Resident
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.accounts.forms import PASSWORD, TYPED
from tests.town import Town, make_town, quick_hashing

EMAIL = "sakura@example.jp"


@pytest.fixture
def town() -> Iterator[Town]:
    with quick_hashing():
        yield make_town()


def ask(town: Town, email: str = EMAIL, *, language: str = "ja", address: str = "") -> int:
    terms = current_terms(town.issuer)
    address = address or f"10.{town.issuer.pk % 256}.0.1"
    return ask_to_register(town.issuer, email, terms=terms, language=language, address=address)


def link_of(town: Town, mail: Mail | None = None) -> MailedLink:
    found = find(town, mail)
    assert found.link is not None
    found.link.issuer = town.issuer
    return found.link


def find(town: Town, mail: Mail | None = None) -> Found:
    mail = mail or Mail.objects.of(town.issuer).latest("pk")
    token = re.search(r"^http\S+/register/([\w-]+)/$", mail.text, re.M)
    assert token, "the link stands alone on its line"
    return find_link(town.issuer, "register", token[1])


def fill(town: Town, password: str = PASSWORD, **typed: str) -> tuple[MailedLink, Form]:
    ask(town)
    link = link_of(town)
    return link, read_form(link, TYPED | typed, password)


def finish(link: MailedLink, form: Form) -> registration.Registered:
    return register(link, form.details, language="ja", address="192.0.2.7")


def test_a_stranger_is_mailed_a_link(town: Town) -> None:
    assert ask(town) == 0
    mail = Mail.objects.of(town.issuer).get()
    assert mail.to == EMAIL
    assert mail.subject == "【小山市共通商品券】ご登録手続きのご案内"
    assert "お客様" in mail.text
    assert "送信専用" in mail.text
    assert "0285-00-0000" in mail.text
    link = link_of(town)
    assert link.expires_at - link.made_at == LINK_LIFE == timedelta(hours=24)
    assert link.data["terms"] == current_terms(town.issuer).pk
    token = mail.text.split("/register/")[1].split("/")[0]
    assert token not in str(MailedLink.objects.filter(pk=link.pk).values()), "only its hash is kept"


def test_a_known_address_is_mailed_that_it_is_known(town: Town) -> None:
    assert ask(town, "HANAKO@example.jp") == 0
    mail = Mail.objects.of(town.issuer).get()
    assert mail.to == "hanako@example.jp"
    assert "すでに登録されています" in mail.text
    assert "ログインID: hanako" in mail.text
    assert "/register/" not in mail.text
    assert not MailedLink.objects.of(town.issuer).exists()


def test_who_has_left_can_register_again(town: Town) -> None:
    Resident.objects.filter(pk=town.resident.pk).update(closed_at=clock.now())
    ask(town, "hanako@example.jp")
    assert find(town).state == "ok"


def test_asking_again_leaves_the_earlier_link_working(town: Town) -> None:
    ask(town)
    first = Mail.objects.of(town.issuer).latest("pk")
    ask(town)
    assert find(town, first).state == "ok"
    assert find(town).state == "ok"


def test_mails_to_one_address_are_limited_whoever_it_is(town: Town) -> None:
    for email in ("new@example.jp", "hanako@example.jp"):
        waits = [ask(town, email) for _ in range(6)]
        assert waits[:5] == [0] * 5
        assert 0 < waits[5] <= 600
        assert Mail.objects.of(town.issuer).filter(to=email).count() == 5


def test_mails_from_one_network_address_are_limited(town: Town) -> None:
    address = f"198.51.100.{town.issuer.pk}"
    waits = [ask(town, f"p{number}@example.jp", address=address) for number in range(31)]
    assert waits[:30] == [0] * 30
    assert waits[30] > 0


def test_the_whole_registration(town: Town) -> None:
    link, form = fill(town)
    assert form.errors == {}
    done = finish(link, form)
    assert done.outcome == "ok"
    resident = Resident.objects.of(town.issuer).get(login_id="sakura")
    assert resident.full_name == "髙﨑 桜"
    assert resident.family_kana == "タカサキ"
    assert resident.birth_date == date(1954, 3, 5)
    assert resident.email == EMAIL
    assert resident.postal_code == "3230023"
    assert resident.phone == "+819012345678"
    assert resident.gender == "no_answer"
    assert resident.news_mail is True
    assert registration.read_password(PASSWORD, "", form.details, EMAIL).error == ""
    assert total_balance(town.issuer, resident.wallet_id) == 0
    agreement = Agreement.objects.of(town.issuer).get()
    assert agreement.resident == resident
    assert agreement.terms.version == 1
    event = Event.objects.of(town.issuer).get(kind="registered")
    assert event.resident == resident
    assert event.address == "192.0.2.7"
    mail = Mail.objects.of(town.issuer).latest("pk")
    assert mail.subject.endswith("ご登録完了のお知らせ")
    assert mail.text.startswith("髙﨑 桜 様")
    link.refresh_from_db()
    assert link.data == {}, "what was typed is kept in one place only"


def test_the_password_is_never_kept_plain(town: Town) -> None:
    link, _form = fill(town)
    link.refresh_from_db()
    assert PASSWORD not in str(link.data)
    assert link.data["password"].startswith("argon2$")


def test_an_error_elsewhere_keeps_a_good_password(town: Town) -> None:
    link, form = fill(town, phone="12")
    assert list(form.errors) == ["phone"]
    again = read_form(link, TYPED, "")
    assert again.errors == {}
    assert finish(link, again).outcome == "ok"


def test_a_bad_password_is_not_kept(town: Town) -> None:
    link, form = fill(town, password="sakura")
    assert list(form.errors) == ["password"]
    assert read_form(link, TYPED, "").errors == {"password": "パスワードを入力してください。"}


def test_a_kept_password_is_not_the_login_id_chosen_later(town: Town) -> None:
    link, form = fill(town)
    assert form.errors == {}
    assert list(read_form(link, TYPED | {"login_id": PASSWORD}, "").errors) == ["password"]


def test_a_link_works_once(town: Town) -> None:
    link, form = fill(town)
    assert finish(link, form).outcome == "ok"
    assert finish(link, form).outcome == "used"
    assert Resident.objects.of(town.issuer).count() == 2
    assert find(town, Mail.objects.of(town.issuer).earliest("pk")).state == "used"


def test_the_other_links_of_the_address_end_with_it(town: Town) -> None:
    ask(town)
    first = Mail.objects.of(town.issuer).latest("pk")
    link, form = fill(town)
    assert finish(link, form).outcome == "ok"
    assert find(town, first).state == "used"


def test_a_link_ends_after_a_day(town: Town, clock_connection: psycopg.Connection) -> None:
    link, form = fill(town)
    now = clock.now()
    show = "SELECT ledger.set_clock_v1(%s)"
    clock_connection.execute(show, [now + LINK_LIFE - timedelta(minutes=1)])
    mail = Mail.objects.of(town.issuer).latest("pk")
    assert find(town, mail).state == "ok"
    clock_connection.execute(show, [now + LINK_LIFE + timedelta(seconds=1)])
    assert find(town, mail).state == "expired"
    assert finish(link, form).outcome == "used"
    assert Resident.objects.of(town.issuer).count() == 1
    forget_old_links()
    link.refresh_from_db()
    assert link.data == {}, "what somebody typed and never sent is forgotten"
    assert find(town, mail).state == "expired"
    clock_connection.execute(show, [now + LINK_LIFE + timedelta(days=31)])
    forget_old_links()
    assert find(town, mail).state == "unknown"


def test_links_are_their_issuers(town: Town) -> None:
    ask(town)
    mail = Mail.objects.of(town.issuer).latest("pk")
    token = mail.text.split("/register/")[1].split("/")[0]
    assert find_link(make_town().issuer, "register", token).state == "unknown"
    assert find_link(town.issuer, "password", token).state == "unknown"


def test_a_taken_login_id_is_told(town: Town) -> None:
    _link, form = fill(town, login_id="HANAKO")
    assert list(form.errors) == ["login_id"]


def test_a_login_id_taken_at_the_last_moment(town: Town) -> None:
    link, form = fill(town)
    town.add_resident("sakura", email="another@example.jp")
    assert finish(link, form).outcome == "taken"
    assert find(town, Mail.objects.of(town.issuer).latest("pk")).state == "ok"
    assert not Agreement.objects.of(town.issuer).exists()
    link.refresh_from_db()
    assert read_form(link, TYPED | {"login_id": "sakura2"}, "").errors == {}
    assert finish(link, read_form(link, TYPED | {"login_id": "sakura2"}, "")).outcome == "ok"


def test_login_ids_are_checked_twenty_times_a_link(town: Town) -> None:
    ask(town)
    link = link_of(town)
    assert login_id_state(link, "hanako") == "taken"
    free = [login_id_state(link, f"somebody{number}") for number in range(MOST_CHECKS - 1)]
    assert set(free) == {"free"}
    assert login_id_state(link, "taro") == "unknown"
    assert login_id_state(link, "hanako") == "taken", "asking again costs nothing"
    form = read_form(link, TYPED, PASSWORD)
    assert form.errors == {}, "the form itself may still ask"
    for number in range(MOST_CHECKS):
        form = read_form(link, TYPED | {"login_id": f"other{number}"}, "")
    assert "回数を超えました" in form.errors["login_id"]


def test_two_links_of_one_address_make_one_resident(town: Town) -> None:
    first, form = fill(town)
    second, _ = fill(town)
    other = read_form(second, TYPED | {"login_id": "sakura2"}, PASSWORD)
    start = threading.Barrier(2)

    def finish_at_once(link: MailedLink, form: Form) -> str:
        try:
            start.wait()
            return finish(link, form).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(finish_at_once, (first, second), (form, other)))
    assert sorted(ends) == ["ok", "used"]
    assert Resident.objects.of(town.issuer).filter(email=EMAIL).count() == 1


def test_an_address_that_became_known_otherwise(town: Town) -> None:
    link, form = fill(town)
    town.add_resident("someone", email=EMAIL.upper())
    assert finish(link, form).outcome == "known"
    assert Resident.objects.of(town.issuer).count() == 2


def test_the_version_that_was_agreed_to_is_kept(town: Town) -> None:
    link, form = fill(town)
    publish_terms(town.issuer, "新しい規約", "New terms")
    finish(link, form)
    assert Agreement.objects.of(town.issuer).get().terms.version == 1
    assert current_terms(town.issuer).version == 2


def test_what_posts_in_nul_and_length_is_held(town: Town) -> None:
    link, form = fill(town, nickname="a\0" + "b" * 5000)
    assert list(form.errors) == ["nickname"]
    link.refresh_from_db()
    assert len(link.data["typed"]["nickname"]) < 1001
