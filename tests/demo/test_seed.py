"""The demo town: what it has, that a second seed changes nothing, and that its books hold."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.demo.clock import shifted_clock
from hansatsu.demo.seed import seed
from hansatsu.demo.town import settling
from hansatsu.flows.settlement.models import (
    Closing,
    Payable,
    PayoutRow,
    PayoutRun,
    Reconciliation,
)
from hansatsu.flows.settlement.reconciliation import signing
from hansatsu.flows.settlement.reconciliation.months import month_of
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.ledger.checks import verify
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.shop_notices import tell_shops
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties.cards.services import find_card
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.identity.residents import check_resident
from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.parties.shops.account_versions import to_pay, waiting
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.selectors import find_shop
from hansatsu.parties.staff.checking import check_staff
from hansatsu.parties.wallets.selectors import (
    balance_page,
    history_page,
    spend_preview,
    total_balance,
)
from tests.support.copies import DatabaseCopy, copied
from tests.support.own_database import django_on


@pytest.fixture(scope="module")
def seeded(server: EmbeddedServer) -> Iterator[tuple[DatabaseCopy, dict[str, Any]]]:
    """A town in a database of its own, seeded once for all tests here."""
    with copied(server) as copy, django_on(copy), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOCK_DATABASE_URL", copy.clock_url)
        yield copy, seed()


@pytest.fixture
def town(seeded: tuple[DatabaseCopy, dict[str, Any]]) -> dict[str, Any]:
    """Its description."""
    return seeded[1]


def everything() -> list[tuple[Any, ...]]:
    """The whole ledger's rows that a second seed could have added or changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select wallet_id, seq, encode(head, 'hex'), last_at::text from ledger.wallet"
            " order by 1"
        )
        return list(cursor.fetchall())


def test_the_town_is_described_as_promised(town: dict[str, Any]) -> None:
    assert town["issuer"] == "OEM202303"
    assert {"site", "api", "purchase_codes", "cards", "gift_codes"} <= town.keys()
    assert len(town["shops"]) >= 30
    assert len(town["residents"]) == 20
    first, second = town["shops"][:2]
    assert (first["code"], first["name"]) == ("S0001", "天王洲飯店 リバーサイド店")
    assert first["category"] == "中小店舗"
    assert first["takes"] == ["全店共通", "中小店舗限定"]
    assert [each["role"] for each in first["staff"]] == ["manager", "cashier"]
    assert (second["code"], second["takes"]) == ("S0002", ["全店共通"])
    assert town["residents"][0] | {"wallet": ""} == {
        "login_id": "hanako",
        "password": "hanako-demo-2026",
        "email": "hanako@example.jp",
        "wallet": "",
    }
    assert town["console"][0]["login_id"] == "admin"
    assert town["other_issuers"][0]["issuer"] == "OEM202011"
    json.dumps(town)


def test_what_it_says_lets_one_in(town: dict[str, Any]) -> None:
    issuer = find_issuer(town["issuer"])
    assert issuer is not None
    hanako = town["residents"][0]
    check = check_resident(
        issuer, login_id=hanako["login_id"], password=hanako["password"], address="here"
    )
    assert check.resident is not None
    assert str(check.resident.wallet_id) == hanako["wallet"]
    manager = town["shops"][0]["staff"][0]
    staff = check_staff(
        login_id=manager["login_id"], password=manager["password"], address="here"
    ).staff
    assert staff is not None
    assert staff.shop is not None
    assert staff.shop.code == "S0001"


def test_its_cards_hold_what_it_says(town: dict[str, Any]) -> None:
    assert [card["balance"] for card in town["cards"]] == [5000, 3000, 1000, 500, 0]
    issuer = find_issuer(town["issuer"])
    other = find_issuer(town["other_issuers"][0]["issuer"])
    assert issuer is not None
    assert other is not None
    for each in town["cards"]:
        card = find_card(issuer, each["code"])
        assert card is not None
        assert total_balance(issuer, card.wallet_id) == each["balance"]
        assert find_card(other, each["code"]) is None
    assert len(town["other_issuers"][0]["cards"]) == 1


def test_its_gift_codes_can_be_taken(town: dict[str, Any]) -> None:
    issuer = find_issuer(town["issuer"])
    assert issuer is not None
    assert [(gift["amount"], gift["used"]) for gift in town["gift_codes"]] == [(3000, False)] * 5
    for each in town["gift_codes"]:
        gift = find_gift(issuer, each["code"])
        assert gift is not None
        assert gift.state == "ready"


def test_hanako_has_value_in_every_band_and_one_expired_lot(town: dict[str, Any]) -> None:
    issuer = find_issuer(town["issuer"])
    assert issuer is not None
    shop = find_shop(issuer, "S0001")
    assert shop is not None
    wallet_id = int(town["residents"][0]["wallet"])
    page = balance_page(issuer, wallet_id)
    assert all(band.amount > 0 for band in page.bands)
    assert len(page.emoneys) == 2
    assert all(each.amount >= 5000 for each in page.emoneys)
    assert len(page.lots) >= 3
    preview = spend_preview(issuer, wallet_id, shop, page.total)
    assert preview.short == 0
    assert len(preview.uses) == len(page.lots)
    rows = history_page(issuer, wallet_id, limit=100).rows
    kinds = [row.kind for row in rows]
    assert kinds.count("expiry") == 1
    assert {"issue", "payment", "refund", "expiry"} == set(kinds)
    assert (rows[0].at - rows[-1].at).days > 150
    assert all(9 <= row.at.hour <= 20 for row in rows if row.kind == "payment")


def test_the_books_hold_and_the_clock_is_right(town: dict[str, Any]) -> None:
    found = verify(ledger_connection())
    assert [check for check in found.checks if check.violations] == []
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where at > ledger.now()),"
            " extract(epoch from ledger.now() - clock_timestamp()) from ledger.entry"
        )
        in_the_future, shift = cursor.fetchone()
    assert in_the_future == 0
    assert abs(shift) < 1


def test_its_history_is_mailed_to_nobody(town: dict[str, Any]) -> None:
    assert relay_batch() == 0
    assert tell_shops() == 0
    assert not Mail.objects.exists()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("code", ["OEM202303", "OEM202011"])
def test_its_shops_are_paid_where_two_agreed_but_one_and_one_waits(code: str) -> None:
    issuer = find_issuer(code)
    assert issuer is not None
    shops = list(Shop.objects.of(issuer).order_by("code"))
    paid = to_pay(issuer, [shop.pk for shop in shops])
    assert set(paid) == {shop.pk for shop in shops[:-2]}
    assert all(version.entered_by != version.decided_by for version in paid.values())
    assert [version.shop for version in waiting(issuer)] == [shops[-2]]


def test_a_second_seed_changes_nothing(town: dict[str, Any]) -> None:
    before = everything()
    assert seed() == town
    assert everything() == before


def test_a_clock_that_a_killed_seed_left_wrong_is_set_right(
    seeded: tuple[DatabaseCopy, dict[str, Any]],
) -> None:
    copy, _ = seeded
    real = ledger.now(ledger_connection())
    with psycopg.connect(copy.clock_url, autocommit=True) as clock:
        ledger.set_clock(clock, real.replace(year=real.year - 1, day=1))
    assert (real - ledger.now(ledger_connection())).days > 300
    with shifted_clock():
        assert (ledger.now(ledger_connection()) - real).total_seconds() < 60


def test_three_months_were_settled_and_every_yen_is_there(town: dict[str, Any]) -> None:
    issuer = find_issuer(town["issuer"])
    assert issuer is not None
    closings = Closing.objects.of(issuer).filter(kind="regular").order_by("number")
    assert closings.count() == settling.MONTHS
    assert min(each.carry for each in closings) < 0
    assert sum(each.fee for each in closings) > 0
    today = ledger.now(ledger_connection())
    for months_ago in range(1, settling.MONTHS + 1):
        month = month_of(settling.first_of(today, months_ago))
        found = signing.found_now(issuer, month)
        assert (found.difference, [pair for pair in found.pairs if pair.gap]) == (0, [])
        assert found.bank > 0
    states = [each.state for each in Reconciliation.objects.of(issuer).order_by("last_day")]
    assert states[:2] == ["signed", "signed"]


def test_what_failed_was_paid_by_the_next_run(town: dict[str, Any]) -> None:
    issuer = find_issuer(town["issuer"])
    assert issuer is not None
    rows = PayoutRow.objects.of(issuer)
    failed = rows.get(outcome="failed")
    assert failed.returned_yen == failed.net_yen
    assert rows.filter(payable=failed.payable, outcome="paid").count() == 1
    runs = PayoutRun.objects.of(issuer).filter(state="paid")
    assert runs.count() >= settling.MONTHS - 1
    assert [run for run in runs if run.approved_by_id == run.prepared_by_id] == []
    today = in_japan(ledger.now(ledger_connection())).date()
    owed = Payable.objects.of(issuer).filter(state="waiting", due_on__lt=today)
    assert {settling.HELD, "S0031", "S0032"} >= {each.shop.code for each in owed} > set()
