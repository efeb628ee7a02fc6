"""残高詳細, ご利用履歴 and the spend preview, as pages get them."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import translation

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import JAPAN, last_day
from hansatsu.ledger import api as ledger
from hansatsu.parties.wallets.selectors import (
    balance_page,
    history_page,
    payment_detail,
    spend_preview,
    total_balance,
)
from tests.town import Town


def in_months(months: int, days: int = 0) -> datetime:
    now = ledger.now(ledger_connection()).astimezone(JAPAN)
    return now + relativedelta(months=months) + timedelta(days=days)


def test_the_last_day_is_the_day_before_the_first_moment_without() -> None:
    assert last_day(datetime(2026, 4, 1, tzinfo=JAPAN)) == date(2026, 3, 31)
    assert last_day(datetime(2026, 4, 1, 0, 0, 1, tzinfo=JAPAN)) == date(2026, 4, 1)
    assert last_day(None) is None


def test_the_balance_is_told_by_band_by_emoney_and_by_lot(town: Town) -> None:
    resident = town.resident
    town.charge(resident, town.all_shops, 100)
    town.charge(resident, town.small_shops, 2000, in_months(12, 1))
    town.charge(resident, town.all_shops, 300, in_months(6, 1))
    town.charge(resident, town.small_shops, 4000, in_months(6, -1))
    page = balance_page(town.issuer, resident.wallet_id)
    assert page.total == 6400 == total_balance(town.issuer, resident.wallet_id)
    assert [(each.band, each.amount) for each in page.bands] == [
        ("under_half_year", 4000),
        ("under_one_year", 300),
        ("one_year_or_more", 2100),
    ]
    assert [(each.name, each.amount) for each in page.emoneys] == [
        ("全店共通", 400),
        ("中小店舗限定", 6000),
    ]
    assert [(lot.emoney, lot.balance) for lot in page.lots] == [
        ("中小店舗限定", 4000),
        ("全店共通", 300),
        ("中小店舗限定", 2000),
        ("全店共通", 100),
    ]
    last = page.lots[-1]
    assert last.expires_on is None
    assert len(last.masked_code) == 16
    assert last.masked_code[4:8] == last.masked_code[12:] == "****"
    assert last.management_number.startswith(f"d01{last.registered_at:%y%m%d}")
    assert last.registered_at.tzinfo == JAPAN


def test_an_empty_wallet_has_its_bands_and_nothing_else(town: Town) -> None:
    page = balance_page(town.issuer, town.resident.wallet_id)
    assert page.total == 0
    assert [each.amount for each in page.bands] == [0, 0, 0]
    assert not page.lots
    assert not page.emoneys


def test_history_shows_payments_positive_and_refunds_negative(town: Town) -> None:
    resident = town.resident
    town.charge(resident, town.small_shops, 30, in_months(1))
    town.charge(resident, town.all_shops, 1000)
    paid = town.pay(resident, town.shop, 50)
    town.refund(paid.number, 30)
    refund, payment, second, first = history_page(town.issuer, resident.wallet_id).rows
    assert (payment.kind, payment.amount, payment.shop) == ("payment", 50, "天王洲飯店")
    assert payment.number == paid.number
    assert [(line.emoney, line.amount) for line in payment.lines] == [
        ("中小店舗限定", 30),
        ("全店共通", 20),
    ]
    assert (refund.kind, refund.amount, refund.refunded_number) == ("refund", -30, paid.number)
    assert sum(line.amount for line in refund.lines) == -30
    assert (second.kind, second.amount, second.shop) == ("issue", 1000, None)
    assert first.amount == 30
    assert payment.at.tzinfo == JAPAN


def test_history_is_paged_without_gap_or_repetition(town: Town) -> None:
    resident = town.resident
    for amount in range(1, 6):
        town.charge(resident, town.all_shops, amount)
    amounts = []
    before = None
    for _ in range(3):
        page = history_page(town.issuer, resident.wallet_id, before=before, limit=2)
        amounts += [row.amount for row in page.rows]
        before = page.next_before
    assert amounts == [5, 4, 3, 2, 1]
    assert before is None


def test_history_can_be_filtered(town: Town) -> None:
    resident = town.resident
    town.charge(resident, town.all_shops, 100)
    town.pay(resident, town.shop, 40)
    kinds = {
        show: [row.kind for row in history_page(town.issuer, resident.wallet_id, show=show).rows]
        for show in ("all", "payments", "charges", "expiries")
    }
    assert kinds == {
        "all": ["payment", "issue"],
        "payments": ["payment"],
        "charges": ["issue"],
        "expiries": [],
    }


def test_a_payment_opens_with_its_refunds(town: Town) -> None:
    resident = town.resident
    town.charge(resident, town.all_shops, 1000)
    paid = town.pay(resident, town.shop, 500)
    for amount in (100, 150):
        town.refund(paid.number, amount)
    assert paid.number is not None
    detail = payment_detail(town.issuer, resident.wallet_id, paid.number)
    assert detail is not None
    assert detail.row.amount == 500
    assert [refund.amount for refund in detail.refunds] == [-100, -150]
    first_refund = detail.refunds[0].number
    assert first_refund is not None
    opened = payment_detail(town.issuer, resident.wallet_id, first_refund)
    assert opened is not None
    assert (opened.row.kind, opened.refunds) == ("refund", ())


def test_anothers_payment_does_not_open(town: Town) -> None:
    neighbour = town.add_resident("taro")
    town.charge(neighbour, town.all_shops, 1000)
    paid = town.pay(neighbour, town.shop, 500)
    assert paid.number is not None
    assert payment_detail(town.issuer, neighbour.wallet_id, paid.number) is not None
    assert payment_detail(town.issuer, town.resident.wallet_id, paid.number) is None


@pytest.mark.parametrize("number", ["", "-", "x\0", "%", "'"])
def test_a_malformed_number_opens_nothing(town: Town, number: str) -> None:
    assert payment_detail(town.issuer, town.resident.wallet_id, number) is None


def test_the_preview_is_what_the_payment_then_does(town: Town) -> None:
    resident = town.resident
    same_day = in_months(3)
    town.charge(resident, town.all_shops, 700, same_day)
    town.charge(resident, town.small_shops, 500, same_day)
    town.charge(resident, town.all_shops, 900)
    before = spend_preview(town.issuer, resident.wallet_id, town.shop, 1300)
    assert [(use.emoney, use.amount, use.left) for use in before.uses] == [
        ("中小店舗限定", 500, 0),
        ("全店共通", 700, 0),
        ("全店共通", 100, 800),
    ]
    assert (before.balance, before.balance_after, before.available, before.short) == (
        2100,
        800,
        2100,
        0,
    )
    paid = town.pay(resident, town.shop, 1300)
    assert [use.amount for use in paid.uses] == [use.amount for use in before.uses]
    assert total_balance(town.issuer, resident.wallet_id) == before.balance_after


def test_the_preview_says_what_is_short_and_what_the_shop_does_not_take(town: Town) -> None:
    resident = town.resident
    town.charge(resident, town.all_shops, 1200)
    town.charge(resident, town.small_shops, 8000)
    short = spend_preview(town.issuer, resident.wallet_id, town.large_shop, 1500)
    assert (short.available, short.short, short.balance) == (1200, 300, 9200)
    assert [(each.name, each.amount) for each in short.usable] == [("全店共通", 1200)]
    assert [(each.name, each.amount) for each in short.unusable] == [("中小店舗限定", 8000)]
    assert total_balance(town.issuer, resident.wallet_id) == 9200


def test_names_are_english_for_english_readers(town: Town) -> None:
    town.charge(town.resident, town.all_shops, 100)
    town.pay(town.resident, town.shop, 40)
    with translation.override("en"):
        row = history_page(town.issuer, town.resident.wallet_id).rows[0]
        page = balance_page(town.issuer, town.resident.wallet_id)
    assert row.shop == "Tennozu Hanten"
    assert page.emoneys[0].name == "All shops"
