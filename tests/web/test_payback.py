"""The page that asks where money goes back to."""

import re

from django.test import Client

from hansatsu.flows.accounts.email_change import ask_for_change
from hansatsu.flows.accounts.leaving import leave
from hansatsu.flows.charging import refunds
from hansatsu.flows.charging.models import Task, Transfer
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.seals.bank_accounts import holder_name, open_account
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import Shopper, asked_for_account, mailed_page
from tests.support.clients import Visitor

TYPED = {
    "bank": "0517",
    "branch": "001",
    "type": "1",
    "number": "54321",
    "holder": "おやま はなこ",
}


def state(task: Task) -> str:
    task.refresh_from_db()
    return task.state


def test_account_is_taken_once(client: Client) -> None:
    task = asked_for_account(Shopper())
    address = mailed_page(task)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "10,000" in answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0")
    answer = client.post(address, TYPED)
    assert answer.status_code == 200
    assert "返金先の口座を受け付けました" in answer.content.decode()
    assert "0054321" not in answer.content.decode()
    transfer = Transfer.objects.get(task=task)
    kept = open_account(transfer.account)
    assert (kept.bank, kept.branch, kept.type, kept.number) == ("0517", "001", "1", "0054321")
    assert kept.holder == "ｵﾔﾏ ﾊﾅｺ"
    again = client.post(address, TYPED)
    assert again.status_code == 410
    assert "新しいメールを送る" not in again.content.decode()  # nothing waits any more
    assert client.post(address, {"again": "1"}).status_code == 410
    assert Mail.objects.of(task.issuer).filter(kind="order_account").count() == 1
    assert Transfer.objects.filter(task=task).count() == 1


def test_wrong_fields_say_what_to_do_and_lose_nothing(client: Client) -> None:
    task = asked_for_account(Shopper())
    address = mailed_page(task)
    wrong = {"bank": "51", "branch": "0a1", "type": "9", "number": "12345678", "holder": "小山"}
    answer = client.post(address, wrong)
    said = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "金融機関番号を、4桁の数字で入力してください。",
        "支店番号を、3桁の数字で入力してください。",
        "口座の種類を選んでください。",
        "口座番号を、7桁までの数字で入力してください。",
        "口座名義を、通帳のとおりにカタカナで入力してください。",
    ):
        assert said.count(sentence) == 2
    assert 'value="12345678"' in said
    assert state(task) == "asked"
    assert not Transfer.objects.filter(task=task).exists()
    assert client.post(address, TYPED | {"bank": "０５１７"}).status_code == 200


def test_used_link_offers_a_new_one(client: Client) -> None:
    task = asked_for_account(Shopper())
    first = mailed_page(task)
    assert refunds.ask_anew(task.order.resident) == 1
    answer = client.get(first)
    assert answer.status_code == 410
    assert "新しいメールを送る" in answer.content.decode()
    second = mailed_page(task)
    answer = client.post(first, {"again": "1"})
    assert answer.status_code == 200
    assert mailed_page(task) != second
    assert client.get(mailed_page(task)).status_code == 200
    assert state(task) == "asked"


def test_who_has_left_still_names_an_account(client: Client) -> None:
    task = asked_for_account(Shopper())
    resident = task.order.resident
    assert (
        leave(
            resident, shown_balance=total_balance(resident.issuer, resident.wallet_id), address=""
        )
        == "left"
    )
    assert client.post(mailed_page(task), TYPED).status_code == 200
    assert Transfer.objects.get(task=task).yen == task.yen


def test_a_new_mail_address_gets_the_link_and_the_old_one_leads_nowhere(client: Client) -> None:
    task = asked_for_account(Shopper())
    resident, old = task.order.resident, mailed_page(task)
    visitor = Visitor.logged_in(resident)
    ask_for_change(resident, "new@example.jp", address="")
    link = Mail.objects.of(task.issuer).filter(to="new@example.jp").get()
    page = re.search(r"https?://\S+/(account/email/\S+)", link.text)
    assert page is not None
    visitor.post(page[1])
    resident.refresh_from_db()
    assert resident.email == "new@example.jp"
    assert client.post(old, TYPED).status_code == 410
    assert not Transfer.objects.filter(task=task).exists()
    newest = Mail.objects.of(task.issuer).filter(kind="order_account").latest("pk")
    assert newest.to == "new@example.jp"
    assert client.post(mailed_page(task), TYPED).status_code == 200


def test_unknown_link(client: Client) -> None:
    task = asked_for_account(Shopper())
    mails = Mail.objects.of(task.issuer).count()
    answer = client.post(f"/{task.issuer.code}/payback/{'x' * 43}/", {"again": "1"})
    assert answer.status_code == 404
    assert Mail.objects.of(task.issuer).count() == mails


def test_english(client: Client) -> None:
    answer = client.get(
        mailed_page(asked_for_account(Shopper())), {"languageCd": "en"}, follow=True
    )
    assert "Account number" in answer.content.decode()


def test_holders_in_the_letters_of_transfers() -> None:
    assert holder_name("オヤマ　ハナコ") == "ｵﾔﾏ ﾊﾅｺ"
    assert holder_name("シャトー・ガ") == "ｼﾔﾄ-.ｶﾞ"
    assert holder_name("カ)オヤマ") == "ｶ)ｵﾔﾏ"
    assert holder_name("abc パピ") == "ABC ﾊﾟﾋﾟ"
    assert holder_name("小山") == ""
    assert holder_name("ヱヰヮ") == ""
