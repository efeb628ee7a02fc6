"""Changing what is registered: kept, told by mail, recorded; and the file of one's own data."""

import json
from datetime import timedelta

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.accounts.changes import change_details
from hansatsu.flows.accounts.export import export_data
from hansatsu.flows.accounts.reauth import recheck
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.models import Event, Failures, Resident
from hansatsu.parties.identity.residents import check_resident
from tests.town import PASSWORD, Town

HOME = "192.0.2.7"
ADDRESS = {
    "postal_code": "3230023",
    "prefecture": "栃木県",
    "city": "小山市",
    "street": "中央町1-1-1",
    "building": "",
}


def again(resident: Resident) -> Resident:
    return Resident.objects.select_related("issuer").get(pk=resident.pk)


def test_a_change_is_kept_mailed_and_recorded(town: Town) -> None:
    assert change_details(town.resident, "address", ADDRESS, address=HOME)
    assert again(town.resident).street == "中央町1-1-1"
    (mail,) = Mail.objects.filter(resident=town.resident)
    assert mail.subject == "【小山市共通商品券】ご登録情報変更のお知らせ"
    assert mail.to == "hanako@example.jp"
    assert "小山 花子 様" in mail.text
    assert "変更した項目: 住所" in mail.text
    assert "中央町" not in mail.text
    (event,) = Event.objects.filter(resident=town.resident)
    assert (event.kind, event.address) == ("details_changed", HOME)
    assert event.detail == {"part": "address", "fields": "postal_code prefecture city street"}


def test_nothing_new_is_told_to_nobody(town: Town) -> None:
    assert not change_details(town.resident, "news", {"news_mail": False}, address=HOME)
    assert not Mail.objects.filter(resident=town.resident).exists()
    assert not Event.objects.filter(resident=town.resident).exists()


def test_names_keep_their_characters(town: Town) -> None:
    name = {
        "family_name": "髙﨑",
        "given_name": "花子",
        "family_kana": "タカサキ",
        "given_kana": "ハナコ",
    }
    assert change_details(town.resident, "name", name, address=HOME)
    assert again(town.resident).family_name == "髙﨑"
    assert "髙﨑 花子 様" in Mail.objects.get(resident=town.resident).text


def test_a_mail_of_a_new_language_is_in_it(town: Town) -> None:
    assert change_details(town.resident, "language", {"language": "en"}, address=HOME)
    mail = Mail.objects.get(resident=town.resident)
    assert mail.language == "en"
    assert "Dear 花子 小山" in mail.text


def test_who_has_left_changes_nothing(town: Town) -> None:
    now = ledger.now(ledger_connection())
    Resident.objects.filter(pk=town.resident.pk).update(closed_at=now)
    assert not change_details(town.resident, "nickname", {"nickname": "はな"}, address=HOME)
    assert again(town.resident).nickname == ""


def test_asking_again_slows_guesses_and_leaves_the_log_in_alone(town: Town) -> None:
    for _ in range(5):
        assert recheck(town.resident, "wrong", address=HOME).outcome == "wrong"
    waiting = recheck(town.resident, PASSWORD, address=HOME)
    assert (waiting.outcome, 0 < waiting.wait_seconds <= 60) == ("wait", True)
    login = check_resident(town.issuer, login_id="hanako", password=PASSWORD, address="192.0.2.8")
    assert login.outcome == "ok"
    refused = Event.objects.filter(resident=town.resident, kind="recheck_refused")
    assert refused.count() == 5


def test_a_right_password_begins_the_count_anew(town: Town) -> None:
    for _ in range(4):
        recheck(town.resident, "wrong", address="192.0.2.9")
    assert recheck(town.resident, PASSWORD, address="192.0.2.9").outcome == "ok"
    subject = f"recheck:{town.issuer.pk}:{town.resident.pk}"
    assert Failures.objects.get(subject=subject).count == 0


def test_the_file_holds_everything_and_no_secret(town: Town) -> None:
    now = ledger.now(ledger_connection())
    town.charge(town.resident, town.all_shops, 1000, now + timedelta(days=30))
    town.charge(town.resident, town.small_shops, 500)
    town.pay(town.resident, town.shop, 300)
    change_details(town.resident, "address", ADDRESS, address=HOME)
    town.add_resident("taro")
    text = export_data(again(town.resident), address=HOME)
    data = json.loads(text)
    assert data["profile"]["street"] == "中央町1-1-1"
    assert data["balance"]["total_yen"] == 1200
    assert [lot["balance_yen"] for lot in data["balance"]["lots"]] == [700, 500]
    assert [row["kind"] for row in data["history"]] == ["payment", "issue", "issue"]
    assert data["history"][0]["amount_yen"] == 300
    assert data["history"][0]["shop"] == "天王洲飯店"
    assert [mail["subject"][-8:] for mail in data["mails"]] == ["情報変更のお知らせ"[-8:]]
    assert [event["kind"] for event in data["events"]] == ["details_changed", "data_exported"]
    assert town.resident.password not in text
    assert "taro" not in text


def test_a_long_history_is_whole(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hansatsu.flows.accounts.export.AT_A_TIME", 2)
    for amount in range(1, 6):
        town.charge(town.resident, town.all_shops, amount)
    data = json.loads(export_data(town.resident, address=HOME))
    assert [row["amount_yen"] for row in data["history"]] == [5, 4, 3, 2, 1]
