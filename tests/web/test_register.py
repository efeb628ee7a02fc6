"""The pages of registering and recovering, without a script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from hansatsu.flows.accounts.registration import MOST_CHECKS
from hansatsu.flows.accounts.terms import current_terms, publish_terms
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.models import Agreement, Event, MailedLink, Resident
from tests.flows.accounts.forms import PASSWORD, TYPED
from tests.support.clients import Visitor, words
from tests.town import Town, make_town, quick_hashing

EMAIL = "sakura@example.jp"


@pytest.fixture
def town() -> Iterator[Town]:
    with quick_hashing():
        yield make_town()


@pytest.fixture
def visitor(town: Town) -> Visitor:
    return from_elsewhere(town)


def from_elsewhere(town: Town, number: int = 1) -> Visitor:
    """Somebody behind an address of their own: limits count by address too."""
    return Visitor(
        town.issuer, REMOTE_ADDR=f"10.{number}.{town.issuer.pk // 256}.{town.issuer.pk % 256}"
    )


def location(response: HttpResponse) -> str:
    assert response.status_code == 303, words(response)
    return response.headers["Location"]


def ask(visitor: Visitor, email: str = EMAIL) -> HttpResponse:
    typed = {"email": email, "email_again": email}
    visitor.post("register/", typed | {"read": "yes"})
    visitor.get("terms/", {"for": "register"})
    return visitor.post("register/", typed | {"agreed": "yes"})


def mailed(town: Town, what: str = "register") -> str:
    """The page that the latest mail leads to."""
    mail = Mail.objects.of(town.issuer).latest("pk")
    found = re.search(rf"^http://[^/]+(/\w+/{what}/[\w-]+/)$", mail.text, re.M)
    assert found, mail.text
    return found[1]


def form_page(visitor: Visitor, town: Town) -> str:
    ask(visitor)
    return mailed(town)


def test_from_stranger_to_resident(visitor: Visitor, town: Town) -> None:
    assert "メールアドレス(再入力)" in words(visitor.get("register/"))
    assert location(ask(visitor)) == visitor.address("register/sent/")
    assert EMAIL in words(visitor.get("register/sent/"))
    page = mailed(town)
    assert "ログインID" in words(visitor.get(page))
    assert location(visitor.post(page, TYPED | {"password": PASSWORD})) == page + "confirm/"
    shown = words(visitor.get(page + "confirm/"))
    for word in ("登録内容を確認", "髙﨑 桜", "タカサキ サクラ", "1954年(昭和29年)3月5日",
                 "〒323-0023", "栃木県小山市中央町1-1-1", "090-1234-5678",
                 "無職・年金生活", "受け取る"):  # fmt: skip
        assert word in shown
    assert PASSWORD not in shown
    assert location(visitor.post(page + "confirm/")) == visitor.address("register/done/")
    assert "登録が完了しました" in words(visitor.get("register/done/"))
    assert visitor.get("").status_code == 200, "and into the wallet"
    assert Resident.objects.of(town.issuer).filter(login_id="sakura").exists()
    assert visitor.get(page).status_code == 410


def test_the_session_changes_with_the_registration(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    visitor.post(page, TYPED | {"password": PASSWORD})
    before = visitor.client.cookies["hansatsu_session"].value
    visitor.post(page + "confirm/")
    assert visitor.client.cookies["hansatsu_session"].value != before


@pytest.mark.parametrize("stay", [True, False])
def test_a_saved_device_comes_back_by_itself(visitor: Visitor, town: Town, stay: bool) -> None:
    page = form_page(visitor, town)
    visitor.post(page, TYPED | {"password": PASSWORD})
    visitor.post(page + "confirm/", {"stay": "yes"} if stay else {})
    del visitor.client.cookies["hansatsu_session"]
    assert visitor.get("").status_code == (200 if stay else 303)


def test_terms_must_be_opened_and_agreed_to(visitor: Visitor, town: Town) -> None:
    typed = {"email": EMAIL, "email_again": EMAIL, "agreed": "yes"}
    refused = visitor.post("register/", typed)
    assert refused.status_code == 422
    assert "先に「利用規約を確認」を押して" in words(refused)
    assert f'value="{EMAIL}"' in words(refused)
    visitor.get("terms/")  # from the footer, as any reader
    assert visitor.post("register/", typed).status_code == 422
    to_terms = visitor.post("register/", typed | {"read": "yes"})
    assert location(to_terms) == visitor.address("terms/?for=register")
    terms = words(visitor.get("terms/?for=register"))
    assert re.search(rf'href="{visitor.address("register/")}">登録に戻る</a>', terms)
    assert words(visitor.get("register/")).count(f'value="{EMAIL}"') == 2, "nothing typed is lost"
    del typed["agreed"]
    assert "同意が必要です" in words(visitor.post("register/", typed))
    publish_terms(town.issuer, "新しい規約", "New terms")
    assert visitor.post("register/", typed | {"agreed": "yes"}).status_code == 422
    assert not Mail.objects.of(town.issuer).exists()
    visitor.get("terms/?for=register")
    assert visitor.post("register/", typed | {"agreed": "yes"}).status_code == 303
    assert MailedLink.objects.of(town.issuer).get().data["terms"] == current_terms(town.issuer).pk


@pytest.mark.parametrize(
    ("email", "again", "told"),
    [
        ("", "", "メールアドレスを入力してください。"),
        ("sakura", "sakura", "「@」が入った"),
        (EMAIL, "sakura@example.com", "二つのメールアドレスが違います"),
        (EMAIL, "", "もう一度入力してください"),
        ("<script>@x", "", "&lt;script&gt;@x"),
    ],
)
def test_a_wrong_mail_address_is_told(
    visitor: Visitor, town: Town, email: str, again: str, told: str
) -> None:
    visitor.get("terms/?for=register")
    response = visitor.post("register/", {"email": email, "email_again": again, "agreed": "yes"})
    assert response.status_code == 422
    assert told in words(response)
    assert "data-error-summary" in words(response)
    assert not Mail.objects.of(town.issuer).exists()


def test_a_known_address_looks_the_same(town: Town) -> None:
    pages = []
    for number, email in ((1, EMAIL), (2, "hanako@example.jp")):
        visitor = from_elsewhere(town, number)
        assert location(ask(visitor, email)) == visitor.address("register/sent/")
        pages.append(words(visitor.get("register/sent/")).replace(email, "…"))
    assert pages[0] == pages[1]


def test_too_many_mails_are_refused_with_a_time(visitor: Visitor, town: Town) -> None:
    for _ in range(5):
        assert ask(visitor).status_code == 303
    refused = ask(visitor)
    assert refused.status_code == 429
    assert "約10分後に" in words(refused)
    assert Mail.objects.of(town.issuer).count() == 5


BAD = {
    "login_id": "花子",
    "family_name": "",
    "given_name": "桜1",
    "family_kana": "髙﨑",
    "given_kana": "",
    "birth_day": "31",
    "birth_month": "2",
    "gender": "",
    "occupation": "",
    "postal_code": "32",
    "prefecture": "",
    "city": "",
    "street": "",
    "phone": "12",
}


def test_every_wrong_field_is_told_and_nothing_is_lost(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    response = visitor.post(page, TYPED | BAD | {"password": "short"})
    shown = words(response)
    assert response.status_code == 422
    for name in ("login_id", "password", "family_name", "given_name", "family_kana", "given_kana",
                 "birth_date", "gender", "occupation", "postal_code", "prefecture", "city",
                 "street", "phone"):  # fmt: skip
        assert f'id="{name}-error"' in shown, name
    links = re.findall(r'<li><a href="#([\w-]+)">', shown)
    assert len(links) == 14
    for place in links:
        assert f'id="{place}"' in shown, "the summary leads to the field"
    for value in ("花子", "桜1", "髙﨑", "32", "12"):
        assert f'value="{value}"' in shown
    assert "short" not in shown
    assert re.search(r'value="showa" selected', shown)
    assert re.search(r'name="news_mail" value="yes" checked', shown)
    assert Resident.objects.of(town.issuer).count() == 1


@pytest.mark.parametrize("name", list(TYPED))
def test_each_bad_field_keeps_all_the_others(visitor: Visitor, town: Town, name: str) -> None:
    page = form_page(visitor, town)
    response = visitor.post(page, TYPED | {name: "😀" * 101} | {"password": PASSWORD})
    if name in ("news_mail",):
        assert response.status_code == 303, "anything but yes is no"
        return
    if name == "birth_era":
        assert "西暦は4桁" in words(response)
    assert response.status_code == 422 or name in ("street", "building", "city")
    shown = words(visitor.get(page))
    for other in ("login_id", "family_name", "postal_code", "street", "phone"):
        if other != name:
            assert f'value="{TYPED[other]}"' in shown, "and a page closed by mistake loses nothing"


def test_the_password_is_asked_for_once(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    refused = words(visitor.post(page, TYPED | {"phone": "1", "password": PASSWORD}))
    assert PASSWORD not in refused
    assert "パスワードは入力済みです" in refused
    assert location(visitor.post(page, TYPED)) == page + "confirm/"
    visitor.post(page + "confirm/")
    resident = Resident.objects.of(town.issuer).get(login_id="sakura")
    from hansatsu.parties.identity.passwords import password_fits

    assert password_fits(PASSWORD, resident.password)


def test_the_postal_code_fills_the_address_without_a_script(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    empty = TYPED | {"prefecture": "", "city": "", "street": "", "find_address": "yes"}
    shown = words(visitor.post(page, empty))
    assert 'value="栃木県" selected' in shown
    assert 'value="小山市"' in shown
    assert 'value="中央町"' in shown
    assert f'value="{TYPED["login_id"]}"' in shown
    several = empty | {"postal_code": "498-0000"}
    shown = words(visitor.post(page, several))
    assert "愛知県弥富市" in shown
    assert "三重県桑名郡木曽岬町" in shown
    assert 'value="愛知県" selected' not in shown
    shown = words(visitor.post(page, several | {"address_choice": "1"}))
    assert 'value="三重県" selected' in shown
    for choice in ("9", "-1", "x"):
        assert "住所の候補" in words(visitor.post(page, several | {"address_choice": choice}))
    unknown = words(visitor.post(page, empty | {"postal_code": "0000000", "street": "1-2"}))
    assert "見つかりませんでした" in unknown
    assert 'value="1-2"' in unknown
    unlisted = TYPED | {"postal_code": "0000000", "password": PASSWORD}
    assert visitor.post(page, unlisted).status_code == 303, "a code that no list knows is taken"


def test_the_postal_code_endpoint(visitor: Visitor) -> None:
    found: Any = visitor.get("postal-code/", {"q": "323-0023"})
    assert found.json() == {
        "addresses": [{"prefecture": "栃木県", "city": "小山市", "town": "中央町"}]
    }
    both: Any = visitor.get("postal-code/", {"q": "４９８００００"})
    assert len(both.json()["addresses"]) == 2
    none: Any = visitor.get("postal-code/", {"q": "x"})
    assert none.json() == {"addresses": []}


def test_the_login_id_is_checked_while_it_is_typed(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)

    def state(login_id: str) -> tuple[int, str]:
        response: Any = visitor.get(page + "login-id/", {"q": login_id})
        return response.status_code, response.json()["state"]

    assert state("hanako") == (200, "taken")
    assert state("Sakura") == (200, "free")
    assert state("花子") == (200, "wrong")
    for number in range(MOST_CHECKS - 2):
        assert state(f"some{number}") == (200, "free")
    assert state("another") == (429, "unknown")
    unknown = visitor.address("register/" + "x" * 43 + "/login-id/")
    assert visitor.get(unknown, {"q": "hanako"}).status_code == 404


@pytest.mark.parametrize(("change", "status", "told"), [
    ({}, 404, "このリンクは使えません"),
    ({"used": True}, 410, "使用済み"),
    ({"expired": True}, 410, "有効期限が切れています"),
])  # fmt: skip
def test_a_dead_link_says_why_and_offers_a_new_one(
    visitor: Visitor, town: Town, change: dict[str, bool], status: int, told: str
) -> None:
    page = form_page(visitor, town)
    link = MailedLink.objects.of(town.issuer).get()
    if change.get("used"):
        link.used_at = link.made_at
    if change.get("expired"):
        link.expires_at = link.made_at
    link.save()
    if not change:
        page = visitor.address("register/" + "x" * 43 + "/")
    for response in (visitor.get(page), visitor.post(page, TYPED | {"password": PASSWORD}),
                     visitor.get(page + "confirm/"), visitor.post(page + "confirm/")):  # fmt: skip
        assert response.status_code == status
        assert told in words(response)
        assert visitor.address("register/") in words(response)
        assert "no-store" in response.headers["Cache-Control"]
    assert Resident.objects.of(town.issuer).count() == 1


def test_another_issuers_link_is_unknown(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town).replace(town.issuer.code, make_town().issuer.code)
    assert visitor.get(page).status_code == 404


def test_the_confirm_page_needs_a_whole_form(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    assert location(visitor.get(page + "confirm/")) == page
    visitor.post(page, TYPED | {"phone": "", "password": PASSWORD})
    assert visitor.get(page + "confirm/").status_code == 422
    assert visitor.post(page + "confirm/").status_code == 422
    assert Resident.objects.of(town.issuer).count() == 1


def test_a_login_id_taken_meanwhile_is_asked_for_again(visitor: Visitor, town: Town) -> None:
    page = form_page(visitor, town)
    visitor.post(page, TYPED | {"password": PASSWORD})
    town.add_resident("sakura", email="other@example.jp")
    refused = visitor.post(page + "confirm/")
    assert refused.status_code == 422
    assert "すでに使われています" in words(refused)
    assert not Agreement.objects.of(town.issuer).exists()
    visitor.post(page, TYPED | {"login_id": "sakura.t"})
    assert location(visitor.post(page + "confirm/")) == visitor.address("register/done/")


def test_every_form_guards_against_forgery(town: Town) -> None:
    strict = Visitor(town.issuer)
    strict.client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    visitor = from_elsewhere(town)
    page = form_page(visitor, town)
    for address in ("register/", page, page + "confirm/", "recover/id/", "recover/password/"):
        assert strict.post(address, TYPED).status_code == 403


def test_who_is_logged_in_needs_no_registration(town: Town) -> None:
    visitor = Visitor.logged_in(town.resident)
    assert location(visitor.get("register/")) == visitor.address("")
    assert visitor.get("register/sent/").status_code == 303


def test_the_mail_speaks_the_language_of_the_page(visitor: Visitor, town: Town) -> None:
    visitor.get("register/", {"languageCd": "en"})
    ask(visitor)
    mail = Mail.objects.of(town.issuer).get()
    assert mail.language == "en"
    assert mail.text.startswith("Hello,")
    page = mailed(town)
    visitor.post(page, TYPED | {"password": PASSWORD})
    visitor.post(page + "confirm/")
    assert Resident.objects.of(town.issuer).get(login_id="sakura").language == "en"


def test_the_terms_speak_both_languages(visitor: Visitor) -> None:
    assert "この規約は" in words(visitor.get("terms/"))
    assert "These terms apply" in words(visitor.get("terms/", {"languageCd": "en"}))


def test_a_forgotten_login_id_and_password(visitor: Visitor, town: Town) -> None:
    assert "ログインIDを忘れた" in words(visitor.get("recover/"))
    sent = visitor.address("recover/sent/")
    assert location(visitor.post("recover/id/", {"email": "hanako@example.jp"})) == sent
    assert "ログインID: hanako" in Mail.objects.of(town.issuer).latest("pk").text
    assert location(visitor.post("recover/password/", {"account": "Hanako"})) == sent
    page = mailed(town, "recover")
    assert 'value="hanako"' in words(visitor.get(page))
    for bad in ("", "short", "hanako-san1", "password123"):
        assert visitor.post(page, {"password": bad}).status_code == 422
    resident = Visitor.logged_in(town.resident)
    assert location(visitor.post(page, {"password": PASSWORD})) == visitor.address("recover/done/")
    assert "パスワードを変更しました" in words(visitor.get("recover/done/"))
    assert resident.get("").status_code == 303, "every session is out"
    assert visitor.get("").status_code == 303, "and a new password logs nobody in"
    assert visitor.get(page).status_code == 410
    assert visitor.post(page, {"password": "another-pass-99"}).status_code == 410


def test_an_unknown_account_looks_the_same(town: Town) -> None:
    for field, page, known, unknown in (
        ("email", "recover/id/", "hanako@example.jp", "nobody@example.jp"),
        ("account", "recover/password/", "hanako", "nobody"),
        ("account", "recover/password/", "hanako@example.jp", "nobody2@example.jp"),
    ):
        answers = [from_elsewhere(town).post(page, {field: each}) for each in (known, unknown)]
        assert {each.status_code for each in answers} == {303}
        assert len({each.headers["Location"] for each in answers}) == 1
    assert Event.objects.of(town.issuer).filter(resident=None).count() == 4


@pytest.mark.parametrize(
    ("page", "typed"),
    [("id/", {"email": ""}), ("id/", {"email": "x"}), ("password/", {"account": " "}),
     ("password/", {"account": "a@b"})],
)  # fmt: skip
def test_a_wrong_request_is_told(
    visitor: Visitor, town: Town, page: str, typed: dict[str, str]
) -> None:
    response = visitor.post(f"recover/{page}", typed)
    assert response.status_code == 422
    assert "data-error-summary" in words(response)
    assert not Mail.objects.of(town.issuer).exists()


def test_a_dead_recovery_link_offers_a_new_one(visitor: Visitor, town: Town) -> None:
    response = visitor.get("recover/" + "x" * 43 + "/")
    assert response.status_code == 404
    assert visitor.address("recover/password/") in words(response)
