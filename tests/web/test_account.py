"""ご登録情報の確認・変更 without a browser: each page, each refusal, and what is left unchanged."""

import json
import re
from datetime import timedelta
from html import unescape

import psycopg
import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.models import Device, Event, Passkey, Resident
from hansatsu.parties.identity.passkeys import site_id, site_origin
from hansatsu.parties.identity.resident_fields import PARTS
from tests.support.authenticator import Authenticator
from tests.support.clients import Visitor, words
from tests.town import PASSWORD, Town, make_town

NEW = "staple-battery-31"
DETAILS = tuple(f"account/details/{part}/" for part in PARTS)
PAGES = (
    "account/",
    *DETAILS,
    "account/password/",
    "account/email/",
    "account/devices/",
    "account/passkeys/",
    "account/passkeys/add/",
    "account/data/",
    "account/leave/",
)
ADDRESS = {
    "postal_code": "３２３ー００２３",
    "prefecture": "栃木県",
    "city": "小山市",
    "street": "中央町１－１－１",
    "building": "",
}


def again(town: Town) -> Resident:
    return Resident.objects.get(pk=town.resident.pk)


def mails(town: Town) -> list[str]:
    """The kinds of the mails of this town."""
    return list(Mail.objects.of(town.issuer).order_by("pk").values_list("kind", flat=True))


def said(answer: HttpResponse) -> str:
    """The page's words."""
    return unescape(re.sub(r"<[^>]*>", "", words(answer)))


def link_to(town: Town, address: str) -> str:
    """The page that the newest mail to ``address`` leads to, without the issuer."""
    mail = Mail.objects.of(town.issuer).filter(to=address).latest("pk")
    found = re.search(rf"/{town.issuer.code}/(account/email/\S+)", mail.text)
    assert found, mail.text
    return found[1]


# --- every page ---


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_the_residents_own_and_kept_by_no_one(
    town: Town, hanako: Visitor, page: str
) -> None:
    stranger = Visitor(town.issuer).get(page)
    assert stranger.status_code == 303
    assert "/login/" in stranger["Location"]
    answer = hanako.get(page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert not re.search(r" style=|<style| on\w+=", words(answer))
    assert PASSWORD not in words(answer)


@pytest.mark.parametrize("page", [*DETAILS, "account/password/", "account/leave/"])
def test_a_post_from_elsewhere_changes_nothing(town: Town, page: str) -> None:
    visitor = Visitor.logged_in(town.resident, enforce_csrf_checks=True)
    before = Resident.objects.filter(pk=town.resident.pk).values().get()
    form = {"nickname": "x", "phone": "0285000000", "password": PASSWORD, "balance": "0", **ADDRESS}
    assert visitor.post(page, form).status_code == 403
    assert Resident.objects.filter(pk=town.resident.pk).values().get() == before
    assert mails(town) == []


def test_the_list_shows_everything(town: Town, hanako: Visitor) -> None:
    Resident.objects.filter(pk=town.resident.pk).update(
        nickname="はなちゃん",
        birth_date="1954-03-05",
        gender="female",
        occupation="retired",
        postal_code="3230023",
        prefecture="栃木県",
        city="小山市",
        street="中央町1-1-1",
        phone="+81285000000",
    )
    page = said(hanako.get("account/"))
    for value in (
        "小山 花子",
        "オヤマ ハナコ",
        "はなちゃん",
        "1954年(昭和29年)3月5日",
        "女性",
        "無職・年金生活",
        "〒323-0023",
        "栃木県小山市中央町1-1-1",
        "0285-00-0000",
        "hanako@example.jp",
        "事務局だけが変更できる情報",
    ):
        assert value in page, value


def test_the_offices_fields_have_no_page(hanako: Visitor) -> None:
    for part in ("login_id", "birth_date", "gender", "email", "password"):
        assert hanako.get(f"account/details/{part}/").status_code == 404


# --- the parts ---


CHANGES: list[tuple[str, dict[str, str], dict[str, object]]] = [
    (
        "name",
        {
            "family_name": "髙﨑",
            "given_name": "花",
            "family_kana": "たかさき",
            "given_kana": "ﾊﾅ",
        },
        {"family_name": "髙﨑", "given_name": "花", "family_kana": "タカサキ"},
    ),
    ("nickname", {"nickname": "はなちゃん"}, {"nickname": "はなちゃん"}),
    ("nickname", {"nickname": ""}, {"nickname": ""}),
    ("occupation", {"occupation": "retired"}, {"occupation": "retired"}),
    ("address", ADDRESS, {"postal_code": "3230023", "prefecture": "栃木県", "building": ""}),
    ("phone", {"phone": "０９０－１２３４－５６７８"}, {"phone": "+819012345678"}),
    ("news", {"news_mail": "yes"}, {"news_mail": True}),
    ("language", {"language": "en"}, {"language": "en"}),
]


def test_every_part_is_tried() -> None:
    assert {part for part, _, _ in CHANGES} == set(PARTS)
    assert {part for part, _, _ in MISTAKES} == set(PARTS) - {"news"}, "a tick is never wrong"


@pytest.mark.parametrize(("part", "form", "kept"), CHANGES)
def test_each_part_is_changed(
    town: Town, hanako: Visitor, part: str, form: dict[str, str], kept: dict[str, object]
) -> None:
    answer = hanako.post(f"account/details/{part}/", form)
    assert answer.status_code == 303
    resident = again(town)
    assert {name: getattr(resident, name) for name in kept} == kept
    page = said(hanako.get(answer["Location"]))
    is_same = "changed=nothing" in answer["Location"]
    assert mails(town) == ([] if is_same else ["details_changed"])
    if part != "language":
        assert ("変更はありませんでした。" if is_same else "を変更しました。") in page


MISTAKES: list[tuple[str, dict[str, str], int]] = [
    ("name", {"family_name": "", "given_name": "花子", "family_kana": "漢字"}, 3),
    ("nickname", {"nickname": "あ" * 41}, 1),
    ("occupation", {"occupation": "emperor"}, 1),
    ("address", {**ADDRESS, "postal_code": "123", "city": ""}, 2),
    ("phone", {"phone": "12345"}, 1),
    ("language", {"language": "fr"}, 1),
]


@pytest.mark.parametrize(("part", "form", "wrong"), MISTAKES)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    town: Town, hanako: Visitor, part: str, form: dict[str, str], wrong: int
) -> None:
    before = Resident.objects.filter(pk=town.resident.pk).values().get()
    answer = hanako.post(f"account/details/{part}/", form)
    assert answer.status_code == 422
    page = unescape(words(answer))
    assert len(re.findall(r'class="field__error"', page)) == wrong
    assert len(re.findall(r'<a class="tap" href="#id_', page)) == wrong
    for value in form.values():
        if value and value not in ("emperor", "fr"):
            assert f'value="{value}"' in page
    assert Resident.objects.filter(pk=town.resident.pk).values().get() == before
    assert mails(town) == []


def test_a_sentence_at_two_fields_names_them_in_the_summary(hanako: Visitor) -> None:
    form = {"family_name": "1", "given_name": "2", "family_kana": "ア", "given_kana": "イ"}
    page = said(hanako.post("account/details/name/", form))
    assert "姓: お名前に数字や記号は使えません。" in page
    assert "名: お名前に数字や記号は使えません。" in page


def test_the_postal_code_fills_the_address_without_a_script(town: Town, hanako: Visitor) -> None:
    form = {"postal_code": "323-0023", "building": "小山ビル", "find": "look"}
    page = words(hanako.post("account/details/address/", form))
    assert '<option value="栃木県" selected>' in page
    assert 'value="小山市"' in page
    assert 'value="中央町"' in page
    assert 'value="小山ビル"' in page
    assert "field__error" not in page
    assert again(town).city == ""


def test_of_several_addresses_one_is_chosen(hanako: Visitor) -> None:
    form = {"postal_code": "498-0000", "find": "look"}
    choices = re.findall(
        r'name="find" value="(\d+)" formnovalidate>(.*?)<',
        words(hanako.post("account/details/address/", form)),
    )
    assert len(choices) > 1
    number, address = choices[1]
    page = words(hanako.post("account/details/address/", {**form, "find": number}))
    prefecture = re.search(r'<option value="([^"]+)" selected>', page)
    assert prefecture is not None
    assert address.startswith(prefecture[1])
    assert "住所を選んでください" not in page


@pytest.mark.parametrize(
    ("code", "says"), [("000-0000", "見つかりませんでした"), ("12", "7桁の数字")]
)
def test_a_postal_code_on_no_list_can_still_be_registered(
    town: Town, hanako: Visitor, code: str, says: str
) -> None:
    form = {**ADDRESS, "postal_code": code}
    page = words(hanako.post("account/details/address/", {**form, "find": "look"}))
    assert says in page
    assert 'value="小山市"' in page
    if code == "000-0000":
        assert hanako.post("account/details/address/", form).status_code == 303
        assert again(town).postal_code == "0000000"


def test_the_language_of_pages_follows(town: Town, hanako: Visitor) -> None:
    answer = hanako.post("account/details/language/", {"language": "en"})
    assert '<html lang="en">' in words(hanako.get(answer["Location"]))
    assert '<html lang="en">' in words(hanako.get(""))


# --- password ---


def test_a_new_password_keeps_this_browser_and_ends_the_others(town: Town, hanako: Visitor) -> None:
    other = Visitor.logged_in(town.resident)
    before = hanako.client.cookies["hansatsu_session"].value
    form = {"password": PASSWORD, "new_password": NEW, "new_again": NEW}
    answer = hanako.post("account/password/", form)
    assert answer["Location"].endswith("/account/?changed=password")
    assert hanako.client.cookies["hansatsu_session"].value != before
    assert "パスワードを変更しました。" in said(hanako.get(answer["Location"]))
    assert other.get("").status_code == 303
    assert mails(town) == ["password_changed"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"password": "wrong"}, "パスワードが違います。"),
        ({"password": ""}, "パスワードを入力してください。"),
        ({"new_password": "short", "new_again": "short"}, "10文字以上"),
        ({"new_again": "staple-battery-32"}, "上のものと違います。"),
        ({"new_password": "", "new_again": ""}, "新しいパスワードを入力してください。"),
        ({"new_password": "hanako@example", "new_again": "hanako@example"}, "よく似た"),
        ({"new_password": "password123", "new_again": "password123"}, "よく使われる"),
    ],
)
def test_a_wrong_password_form_changes_nothing_and_echoes_nothing(
    town: Town, hanako: Visitor, form: dict[str, str], says: str
) -> None:
    other = Visitor.logged_in(town.resident)
    right = {"password": PASSWORD, "new_password": NEW, "new_again": NEW}
    answer = hanako.post("account/password/", right | form)
    assert answer.status_code == 422
    page = words(answer)
    assert says in said(answer)
    for typed in (right | form).values():
        if len(typed) > 5:
            assert f'value="{typed}"' not in page
    assert again(town).password == town.resident.password
    assert other.get("").status_code == 200
    assert mails(town) == []


def test_guessing_the_old_password_is_slowed_down(town: Town, hanako: Visitor) -> None:
    form = {"password": "wrong", "new_password": NEW, "new_again": NEW}
    for _ in range(5):
        hanako.post("account/password/", form)
    answer = hanako.post("account/password/", {**form, "password": PASSWORD})
    assert "約1分後にもう一度お試しください。" in said(answer)
    assert again(town).password == town.resident.password


# --- mail address ---


def ask(hanako: Visitor, **form: str) -> HttpResponse:
    right = {"email": "new@example.jp", "email_again": "new@example.jp", "password": PASSWORD}
    return hanako.post("account/email/", right | form)


def test_the_address_is_changed_in_the_browser_that_is_logged_in(
    town: Town, hanako: Visitor
) -> None:
    answer = ask(hanako)
    assert answer.status_code == 303
    assert "確認のメールをお送りしました" in said(hanako.get(answer["Location"]))
    assert "new@example.jp" in said(hanako.get("account/"))
    assert again(town).email == "hanako@example.jp"
    page = hanako.get(link_to(town, "new@example.jp"))
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert 'name="password"' not in words(page)
    assert again(town).email == "hanako@example.jp"
    done = hanako.post(link_to(town, "new@example.jp"))
    assert "メールアドレスを変更しました。" in said(done)
    assert again(town).email == "new@example.jp"


def test_elsewhere_the_password_is_asked_for(town: Town, hanako: Visitor) -> None:
    ask(hanako)
    link = link_to(town, "new@example.jp")
    stranger = Visitor(town.issuer)
    assert 'name="password"' in words(stranger.get(link))
    assert "花子" not in said(stranger.get(link))
    for form in ({}, {"password": "wrong"}):
        assert stranger.post(link, form).status_code == 422
        assert again(town).email == "hanako@example.jp"
    other = Visitor.logged_in(town.add_resident("taro"))
    assert other.post(link).status_code == 422
    assert again(town).email == "hanako@example.jp"
    assert stranger.post(link, {"password": PASSWORD}).status_code == 200
    assert again(town).email == "new@example.jp"


def test_a_used_late_or_unknown_link_says_so(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    ask(hanako)
    link = link_to(town, "new@example.jp")
    hanako.post(link)
    for answer in (hanako.get(link), hanako.post(link)):
        assert answer.status_code == 410
        assert "すでに終わっているか" in said(answer)
    for kind in ("confirm", "stop"):
        assert hanako.get(f"account/email/{kind}/{'x' * 43}/").status_code == 410
    stop = link_to(town, "hanako@example.jp")
    elsewhere = Visitor(make_town().issuer)
    assert elsewhere.get(stop).status_code == 410
    clock_connection.execute("SELECT ledger.set_clock_v1(clock_timestamp() + interval '8 days')")
    assert Visitor(town.issuer).post(stop).status_code == 410
    assert again(town).email == "new@example.jp"


def test_the_old_address_stops_it_without_a_log_in(town: Town, hanako: Visitor) -> None:
    ask(hanako)
    hanako.post(link_to(town, "new@example.jp"))
    stop = link_to(town, "hanako@example.jp")
    owner = Visitor(town.issuer)
    assert "hanako@example.jp" in said(owner.get(stop))
    assert again(town).email == "new@example.jp"
    assert "メールアドレスを元に戻しました。" in said(owner.post(stop))
    assert again(town).email == "hanako@example.jp"
    assert hanako.get("").status_code == 303


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"email": "x"}, "「@」が入った"),
        ({"email_again": "other@example.jp"}, "上のものと違います。"),
        ({"email": "HANAKO@example.jp", "email_again": "HANAKO@example.jp"}, "今のメールアドレス"),
        ({"password": "wrong"}, "パスワードが違います。"),
    ],
)
def test_a_wrong_mail_form_sends_nothing(
    town: Town, hanako: Visitor, form: dict[str, str], says: str
) -> None:
    answer = ask(hanako, **form)
    assert answer.status_code == 422
    assert says in said(answer)
    typed = {"email": "new@example.jp", "email_again": "new@example.jp"} | form
    assert f'value="{typed["email"]}"' in words(answer)
    assert f'value="{typed["email_again"]}"' in words(answer)
    assert mails(town) == []


# --- devices ---


def test_devices_are_listed_and_ended_one_by_one_or_all(town: Town, hanako: Visitor) -> None:
    agent = "Mozilla/5.0 (iPhone) Safari/605.1"
    lost = open_device(town.resident, agent)
    now = ledger.now(ledger_connection())
    Device.objects.filter(pk=lost.pk).update(saved_until=now + timedelta(days=90))
    old = open_device(town.resident, "")
    page = said(hanako.get("account/devices/"))
    for text in ("この端末", "iPhone · Safari", "まで保存", "名前のわからない端末"):
        assert text in page
    assert "iPhone" in said(hanako.get(f"account/devices/{lost.number}/"))
    for _ in range(2):
        answer = hanako.post(f"account/devices/{lost.number}/")
        assert answer["Location"].endswith("?stopped=1")
    lost.refresh_from_db()
    assert lost.revoked_at is not None
    assert lost.saved_until is None
    assert "iPhone" not in said(hanako.get("account/devices/"))
    hanako.post("account/devices/")
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert hanako.get("").status_code == 200
    ended = Event.objects.filter(resident=town.resident, kind="devices_ended")
    assert [event.detail for event in ended.order_by("pk")] == [{"count": 1}, {"count": 1}]


def test_ending_this_device_leads_to_the_log_in(town: Town, hanako: Visitor) -> None:
    device = Device.objects.get(resident=town.resident)
    answer = hanako.post(f"account/devices/{device.number}/")
    assert answer["Location"].endswith("/login/")
    assert hanako.get("").status_code == 303


def test_devices_of_others_are_not_found(town: Town, hanako: Visitor) -> None:
    taro = open_device(town.add_resident("taro"), "Taro's")
    stranger = open_device(make_town().resident, "Other town")
    for device in (taro, stranger):
        assert hanako.get(f"account/devices/{device.number}/").status_code == 404
        assert hanako.post(f"account/devices/{device.number}/").status_code == 404
        device.refresh_from_db()
        assert device.revoked_at is None


# --- passkeys ---


def make_passkey(hanako: Visitor) -> HttpResponse:
    page = words(hanako.post("account/passkeys/add/", {"password": PASSWORD}))
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    challenge = json.loads(unescape(found[1]))["challenge"]
    key = Authenticator(site_id(), site_origin())
    answer = key.register(_bytes(challenge))
    return hanako.post("account/passkeys/add/finish/", {"answer": answer})


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)


def test_a_passkey_is_added_renamed_and_removed(town: Town, hanako: Visitor) -> None:
    assert make_passkey(hanako)["Location"].endswith("?done=added")
    passkey = Passkey.objects.get(resident=town.resident)
    page = f"account/passkeys/{passkey.pk}/"
    assert hanako.post(page, {"name": " "}).status_code == 422
    assert hanako.post(page, {"name": "x" * 61}).status_code == 422
    assert hanako.post(page, {"name": "私の スマホ"})["Location"].endswith("?done=renamed")
    assert "私の スマホ" in said(hanako.get("account/passkeys/"))
    assert "私の スマホ" in said(hanako.get(f"{page}remove/"))
    assert Passkey.objects.filter(pk=passkey.pk).exists()
    assert hanako.post(f"{page}remove/")["Location"].endswith("?done=removed")
    assert not Passkey.objects.filter(pk=passkey.pk).exists()
    assert mails(town) == ["passkey_added", "passkey_removed"]


def test_without_the_password_there_is_no_challenge(town: Town, hanako: Visitor) -> None:
    answer = hanako.post("account/passkeys/add/", {"password": "wrong"})
    assert answer.status_code == 422
    assert "data-options" not in words(answer)
    key = Authenticator(site_id(), site_origin()).register(b"c" * 32)
    answer = hanako.post("account/passkeys/add/finish/", {"answer": key})
    assert answer.status_code == 422
    assert not Passkey.objects.filter(resident=town.resident).exists()


def test_a_challenge_counts_once_and_for_five_minutes(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    page = words(hanako.post("account/passkeys/add/", {"password": PASSWORD}))
    challenge = _bytes(
        json.loads(unescape(re.findall(r'data-options="([^"]+)"', page)[0]))["challenge"]
    )
    key = Authenticator(site_id(), site_origin())
    clock_connection.execute("SELECT ledger.set_clock_v1(clock_timestamp() + interval '6 minutes')")
    form = {"answer": key.register(challenge)}
    assert hanako.post("account/passkeys/add/finish/", form).status_code == 422
    clock_connection.execute("SELECT ledger.set_clock_v1(NULL)")
    assert hanako.post("account/passkeys/add/finish/", form).status_code == 422
    assert not Passkey.objects.filter(resident=town.resident).exists()


def test_passkeys_of_others_are_not_found(town: Town, hanako: Visitor) -> None:
    other = make_town()
    make_passkey(Visitor.logged_in(other.resident))
    passkey = Passkey.objects.get(resident=other.resident)
    for page in (f"account/passkeys/{passkey.pk}/", f"account/passkeys/{passkey.pk}/remove/"):
        assert hanako.get(page).status_code == 404
        assert hanako.post(page, {"name": "mine"}).status_code == 404
    assert Passkey.objects.get(pk=passkey.pk).name == passkey.name


# --- own data, leaving ---


def test_the_own_data_is_a_file(town: Town, hanako: Visitor) -> None:
    answer = hanako.post("account/data/", {"password": "wrong"})
    assert answer.status_code == 422
    assert "Content-Disposition" not in answer
    answer = hanako.post("account/data/", {"password": PASSWORD})
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{town.issuer.code}-')
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["profile"]["login_id"] == "hanako"


def test_leaving_says_what_is_lost_and_asks(town: Town, hanako: Visitor) -> None:
    town.charge(town.resident, town.all_shops, 1200)
    page = hanako.get("account/leave/")
    assert "1,200" in said(page)
    assert "払い戻しはできません。" in said(page)
    for form in (
        {"balance": "1200", "password": PASSWORD},
        {"balance": "1200", "agreed": "yes", "password": "wrong"},
        {"balance": "1200", "agreed": "yes"},
        {"balance": "0", "agreed": "yes", "password": PASSWORD},
        {"agreed": "yes", "password": PASSWORD},
    ):
        assert hanako.post("account/leave/", form).status_code == 422, form
        assert again(town).closed_at is None
    assert mails(town) == []
    assert town.pay(town.resident, town.shop, 100).outcome == "paid"
    right = {"balance": "1100", "agreed": "yes", "password": PASSWORD}
    answer = hanako.post("account/leave/", right)
    assert answer["Location"].endswith("/account/left/")
    assert "退会のお手続きが完了しました" in said(hanako.get(answer["Location"]))
    assert again(town).closed_at is not None
    assert hanako.get("").status_code == 303
    assert mails(town) == ["left"]


def test_an_empty_wallet_needs_no_tick(town: Town, hanako: Visitor) -> None:
    assert 'name="agreed"' not in words(hanako.get("account/leave/"))
    answer = hanako.post("account/leave/", {"balance": "0", "password": PASSWORD})
    assert answer["Location"].endswith("/account/left/")
