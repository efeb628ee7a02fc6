"""What mails say, in Japanese and in English."""

import re
from datetime import timedelta
from typing import Any

import psycopg

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from tests.support.copies import DatabaseCopy
from tests.town import Town

MOMENT = r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"


def mail_of(kind: str, **where: Any) -> Mail:
    while relay_batch():
        pass
    return Mail.objects.get(kind=kind, **where)


def test_a_payment_is_told_with_everything_that_matters(town: Town) -> None:
    town.charge(town.resident, town.small_shops, 300)
    town.charge(town.resident, town.all_shops, 1000)
    paid = town.pay(town.resident, town.shop, 500)
    mail = mail_of("payment")
    assert mail.subject == "【小山市共通商品券】決済完了のお知らせ"
    assert mail.language == "ja"
    for words in (
        "小山 花子 様",
        "利用店舗: 天王洲飯店",
        "決済金額: 500円",
        f"決済ID: {paid.number}",
        "・中小店舗限定 300円 (管理番号 d01",
        "・全店共通 200円 (管理番号 d01",
        "有効期限 なし",
        "残高: 800円",
        "送信専用",
        "お心当たりのない場合は",
        "小山市共通商品券 事務局",
        "電話 0285-00-0000 (平日 9:00〜17:00)",
    ):
        assert words in mail.text
    assert re.search(rf"利用日時: {MOMENT}\n", mail.text)
    assert paid.at is not None


def test_the_html_says_the_same_and_loads_nothing(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    paid = town.pay(town.resident, town.shop, 500)
    mail = mail_of("payment")
    for words in ("小山 花子 様", "天王洲飯店", "500円", str(paid.number), "事務局", "送信専用"):
        assert words in mail.html
    assert '<html lang="ja">' in mail.html
    assert not re.search(r"<(script|img|link|a) ", mail.html)
    assert "http" not in mail.html


def test_names_cannot_write_html_and_are_plain_in_the_text(town: Town) -> None:
    resident = town.add_resident("mallory", family_name="<b>A&B</b>")
    shop = town.add_shop("S0009", town.all_shops, name="A&B <商店>")
    town.charge(resident, town.all_shops, 1000)
    town.pay(resident, shop, 500)
    mail = mail_of("payment")
    assert "A&B <商店>" in mail.text
    assert "<b>A&B</b> 花子 様" in mail.text
    assert "<b>" not in mail.html
    assert "A&amp;B &lt;商店&gt;" in mail.html


def test_a_refund_is_told_as_one(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    paid = town.pay(town.resident, town.shop, 500)
    refund = town.refund(paid.number, 200)
    mail = mail_of("refund")
    assert mail.subject == "【小山市共通商品券】返金のお知らせ"
    for words in (
        "決済金額: -200円",
        f"決済ID: {refund.number}",
        f"返金したお支払いの決済ID: {paid.number}",
        "・全店共通 200円",
        "残高: 700円",
    ):
        assert words in mail.text


def test_a_refund_that_came_too_late_promises_nothing(
    town: Town, database_copy: DatabaseCopy
) -> None:
    """The value had died: the mail must not say that it is back."""
    now = ledger.now(ledger_connection())
    emma = town.add_resident("emma", given_name="Emma", language="en")
    for resident in (town.resident, emma):
        town.charge(resident, town.all_shops, 300, now + timedelta(days=1))
        town.charge(resident, town.small_shops, 1000)
    part = town.pay(town.resident, town.shop, 500)
    whole = town.pay(emma, town.shop, 300)
    with psycopg.connect(database_copy.clock_url, autocommit=True) as clock:
        ledger.set_clock(clock, now + timedelta(days=2))
    town.refund(part.number)
    town.refund(whole.number)
    told = mail_of("refund", resident=town.resident)
    assert "お支払いが返金され、その一部が残高に戻りました。" in told.text
    assert "残高に戻った金額: 200円" in told.text
    assert "有効期限が過ぎているため戻らない金額: 300円" in told.text
    assert "残高: 1,000円" in told.text
    english = mail_of("refund", resident=emma)
    assert "This payment was refunded, but the value is not back in your wallet." in english.text
    assert "Back in your wallet: ¥0" in english.text
    assert "Not back, since it has expired: ¥300" in english.text
    assert "cancelled" not in english.text


def test_a_charge_is_told(town: Town) -> None:
    expires_at = ledger.now(ledger_connection()) + timedelta(days=40)
    town.charge(town.resident, town.small_shops, 8000, expires_at)
    mail = mail_of("issue")
    assert mail.subject == "【小山市共通商品券】チャージ完了のお知らせ"
    assert "チャージ金額: 8,000円" in mail.text
    assert re.search(
        r"・中小店舗限定 8,000円 \(管理番号 d01\d{13}、有効期限 \d{4}/\d\d/\d\d\)", mail.text
    )


def test_an_expiry_is_told(town: Town, database_copy: DatabaseCopy) -> None:
    now = ledger.now(ledger_connection())
    town.charge(town.resident, town.small_shops, 600, now + timedelta(days=1))
    with psycopg.connect(database_copy.clock_url, autocommit=True) as clock:
        ledger.set_clock(clock, now + timedelta(days=1, seconds=1))
    assert ledger.expire_due(ledger_connection()) == 1
    mail = mail_of("expiry")
    assert mail.subject == "【小山市共通商品券】有効期限のお知らせ"
    assert "有効期限切れの金額: 600円" in mail.text
    assert "残高: 0円" in mail.text


def test_an_english_reader_gets_english(town: Town) -> None:
    resident = town.add_resident("emma", family_name="Clarke", given_name="Emma", language="en")
    town.charge(resident, town.all_shops, 12000)
    paid = town.pay(resident, town.shop, 11000)
    town.refund(paid.number, 50)
    payment, refund = mail_of("payment"), mail_of("refund")
    assert payment.subject == "【Oyama Vouchers】Your payment is complete"
    for words in (
        "Dear Emma Clarke,",
        "Shop: Tennozu Hanten",
        "Amount: ¥11,000",
        f"Payment ID: {paid.number}",
        "・All shops ¥11,000 (number d01",
        "no expiry)",
        "Balance: ¥1,050 at",
        "(Japan time)",
        "only sends mail",
    ):
        assert words in payment.text
    assert "Amount: -¥50" in refund.text
    assert '<html lang="en">' in payment.html
    body = payment.text.partition("--")[0]
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", body)
