"""A database of before the move, opened: residents' browsers, passkeys, log-ins under way, mailed
links, and payments half-way."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from webauthn.helpers import bytes_to_base64url

from hansatsu.flows.charging.models import Transfer
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.known_browsers import browser_of
from hansatsu.parties.identity.models import Device, Puzzle, Resident
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import words
from tests.town import PASSWORD, quick_hashing
from tests.versions.moved import CODE, KNOWN, browser, key_of

WALLET, LOG_INS, LINKS = KNOWN["wallet"], KNOWN["log_ins"], KNOWN["links"]
PAYMENTS = KNOWN["payments"]
HOME = f"/{CODE}/"
NEW = "usagi-to-kame-42"
BANK = {"bank": "0517", "branch": "001", "type": "1", "number": "54321", "holder": "おやま はなこ"}

pytestmark = pytest.mark.usefixtures("opened")


def hanako() -> Resident:
    return Resident.objects.select_related("issuer").get(pk=KNOWN["resident"])


def held() -> int:
    return total_balance(hanako().issuer, hanako().wallet_id)


def in_session() -> Client:
    """Where hanako is logged in, with forms half-way."""
    return browser(PAYMENTS["resident"])


def is_in(client: Client) -> bool:
    return client.get(f"{HOME}balance/").status_code == 200


def log_in_mails() -> int:
    return Mail.objects.filter(kind="new_device", resident=hanako()).count()


def test_a_session_is_in_and_every_page_opens() -> None:
    assert not is_in(browser())
    client = browser(WALLET["session"])
    assert f"{held():,}" in words(client.get(HOME))
    for page in WALLET["pages"]:
        assert client.get(page).status_code == 200, page


def test_a_saved_device_comes_in_by_itself() -> None:
    client, devices = browser(WALLET["saved_device"]), Device.objects.count()
    assert client.get(HOME, follow=True).status_code == 200
    assert is_in(client)
    assert Device.objects.count() == devices


def test_a_browser_that_only_logged_in_is_known_and_not_in() -> None:
    kept = WALLET["known_browser"]
    client = browser(kept)
    assert not is_in(client)
    assert browser_of(kept["hansatsu_known"].split("."), hanako()) is not None
    told = log_in_mails()
    client.post(f"{HOME}login/", {"login_id": "hanako"})
    _prove_and_send_password(client)
    assert not is_in(client)
    _type_digits(client)
    assert is_in(client)
    assert log_in_mails() == told, "a log-in from it is no news"


def test_a_passkey_logs_in() -> None:
    client = browser()
    asked = client.post(f"{HOME}login/passkey/").json()
    answer = key_of(WALLET["passkey"]).answer(asked["challenge"])
    said = client.post(f"{HOME}login/passkey/answer/", {"answer": answer}).json()
    assert said == {"location": HOME}
    assert is_in(client)


def test_a_phone_would_file_another_passkey_beside_the_one_it_has() -> None:
    client = browser(WALLET["session"])
    page = client.post(f"{HOME}account/passkeys/add/", {"password": PASSWORD})
    handle = bytes_to_base64url(bytes.fromhex(WALLET["passkey_handle"]))
    assert handle in unescape(words(page))


@pytest.mark.parametrize("shown", ["puzzle", "proof", "work"])
def test_who_has_shown_to_be_there_goes_on_to_the_password(shown: str) -> None:
    client, form = browser(LOG_INS[shown]["cookies"]), LOG_INS[shown]["form"]
    answer = client.post(f"{HOME}login/check/", form | {"password": PASSWORD})
    assert answer["Location"] == f"{HOME}login/code/", words(answer)
    _type_digits(client)
    assert is_in(client)


def test_the_digits_of_a_mail_finish_the_log_in() -> None:
    client = browser(LOG_INS["digits"]["cookies"])
    assert not is_in(client)
    answer = client.post(f"{HOME}login/code/", {"code": LOG_INS["digits"]["code"]})
    assert answer.status_code == 303, words(answer)
    assert is_in(client)


def test_a_registration_link_leads_to_the_form() -> None:
    assert "ログインID" in words(browser().get(LINKS["register"]))


def test_a_registration_that_was_filled_in_is_finished() -> None:
    begun = LINKS["register_begun"]
    client = browser(begun["cookies"])
    assert "髙﨑" in words(client.get(begun["page"]))
    with quick_hashing():
        assert client.post(begun["page"])["Location"] == f"{HOME}register/done/"
    assert is_in(client)
    assert Resident.objects.get(login_id="umeko").email == "umeko@example.jp"


def test_a_forgotten_password_is_set_anew() -> None:
    with quick_hashing():
        answer = browser().post(LINKS["password"], {"password": NEW})
        assert answer["Location"] == f"{HOME}recover/done/"
    assert password_fits(NEW, Resident.objects.get(login_id="jiro").password)
    assert browser().get(LINKS["password"]).status_code == 410, "once"


def test_a_link_stands_for_the_digits() -> None:
    client = browser()
    assert client.post(LINKS["unlock"])["Location"] == f"{HOME}login/check/"
    _prove_and_send_password(client)
    assert is_in(client)


def test_a_new_mail_address_is_confirmed_and_the_old_one_takes_it_back() -> None:
    with quick_hashing():
        answer = browser().post(LINKS["email_change"], {"password": PASSWORD})
    assert answer.status_code == 200, words(answer)
    assert Resident.objects.get(login_id="saburo").email == "saburo@new.example.jp"
    assert browser().post(LINKS["email_stop"]).status_code == 200
    assert Resident.objects.get(login_id="saburo").email == "saburo@example.jp"


def test_money_finds_its_bank_account() -> None:
    transfers = Transfer.objects.count()
    answer = browser().post(LINKS["bank_account"], BANK)
    assert answer.status_code == 200, words(answer)
    assert Transfer.objects.count() == transfers + 1


@pytest.mark.parametrize("kind", ["paid", "taken"])
def test_what_was_sent_before_is_told_and_not_done_again(kind: str) -> None:
    before = held()
    for _ in range(2):
        assert in_session().post(PAYMENTS[kind]["page"])["Location"] == PAYMENTS[kind]["to"]
    assert held() == before


@pytest.mark.parametrize(
    ("form", "yen"), [("intent", -500), ("gift", 3_000), ("card", 1_200)], ids=str
)
def test_a_form_half_way_is_sent_once(form: str, yen: int) -> None:
    client, page, before = in_session(), PAYMENTS[form], held()
    assert client.get(page).status_code == 200
    done = client.post(page)
    assert done.status_code == 303, words(done)
    assert client.post(page)["Location"] == done["Location"]
    assert held() == before + yen


def test_what_a_till_asks_for_is_paid_once() -> None:
    client, before = in_session(), held()
    page = client.post(PAYMENTS["asked"]["wallet"])["Location"]
    done = client.post(page)
    assert done.status_code == 303, words(done)
    assert held() == before - 230
    till = browser(PAYMENTS["shop"]).get(PAYMENTS["asked"]["till"])
    assert done["Location"].removesuffix("/?paid=1").rpartition("/")[2] in till["Location"]


@pytest.mark.parametrize(("code", "yen"), [("gift_code", "2,000"), ("card_code", "4,300")])
def test_a_code_on_paper_is_found(code: str, yen: str) -> None:
    typed: Any = PAYMENTS.get(code) or KNOWN["api"]["card"]
    answer = in_session().post(f"{HOME}charge/code/", {"code": typed})
    assert yen in words(in_session().get(answer["Location"]))


def test_a_purchase_code_is_held() -> None:
    charging = KNOWN["charging"]
    page = f"{HOME}charge/{charging['product']}/"
    answer = in_session().post(page, {"code": charging["purchase_code"]})
    assert f"{HOME}orders/" in answer["Location"], words(answer)


def _prove_and_send_password(client: Client) -> None:
    """Solve a new puzzle and send the password."""
    client.get(f"{HOME}login/check/")
    puzzle = Puzzle.objects.latest("pk")
    form = {"puzzle": puzzle.key, "position": str(puzzle.target), "password": PASSWORD}
    assert client.post(f"{HOME}login/check/", form).status_code == 303


def _type_digits(client: Client) -> None:
    """Type what was mailed last."""
    mail = Mail.objects.filter(kind="one_time").latest("pk")
    found = re.search(r"^\s*(\d{4})\s*$", mail.text, re.M)
    assert found, mail.text
    assert client.post(f"{HOME}login/code/", {"code": found[1]}).status_code == 303
