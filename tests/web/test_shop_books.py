"""A shop's books on its site: files for a spreadsheet, searching, a card's balance, settings, and
the record of what its staff did."""

import csv
import io
import secrets
from datetime import datetime, timedelta
from html import escape

import psycopg
import pytest
from openpyxl import load_workbook

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.refunds import RefundAsked, refund_payment
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import write_reference
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import stop_card
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import words
from tests.support.tills import Till, code_on, hire
from tests.town import make_town

EVIL = '=HYPERLINK("http://evil.example","x")'


class Day:
    """A shop's day: hanako pays 500 at the till, 120 of it come back; a card pays 300 at a till
    of the API, whose reference is a formula; hanako pays 80 at the poster."""

    def __init__(self) -> None:
        self.town = town = make_town()
        town.charge(town.resident, town.all_shops, 300)
        town.charge(town.resident, town.small_shops, 1000)
        self.boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
        Staff.objects.filter(pk=self.boss.staff.pk).update(display_name="+店長")
        page = self.boss.confirm_page("500", code_on(town.device()))
        self.number = self.boss.post(page)["Location"].split("/")[-2]
        by = self.boss.staff.actor
        asked = RefundAsked(town.shop, self.number, by, "k1", 120, "@SUM(A1)")
        self.refund = refund_payment(asked).number
        self.code, card = town.card(800)
        self.last_four = card.last_four
        self.terminal = town.terminal()
        made = ledger.pay(
            ledger_connection(),
            ledger.Payment(
                ledger.Request.of(self.terminal.actor, secrets.token_hex(8), "pay"),
                town.issuer.pk,
                town.shop.pk,
                card.wallet_id,
                300,
                reference=write_reference(EVIL),
            ),
        )
        self.by_card = made.number or ""
        self.at_poster = town.pay(town.resident, town.shop, 80).number or ""
        town.pay(town.resident, town.large_shop, 7)  # another shop's: nowhere to be seen


@pytest.fixture(scope="module")
def day() -> Day:
    return Day()


def test_the_csv_says_what_was_paid_and_excel_takes_nothing_for_a_formula(day: Day) -> None:
    answer = day.boss.get("payments/file/?as=csv")
    today = f"{in_japan(clock.now()):%Y-%m-%d}"
    assert f'filename="S0001-{today}.csv"' in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    by_number = {row["決済ID"]: row for row in rows}
    assert [row["決済ID"] for row in rows] == [
        day.number, day.refund, day.by_card, day.at_poster
    ]  # fmt: skip
    first = by_number[day.number]
    assert (first["種別"], first["決済金額"]) == ("決済", "500")
    assert (first["全店共通"], first["中小店舗限定"]) == ("300", "200")
    assert (first["お支払い方法"], first["担当者"]) == ("コード", "'+店長")
    back = by_number[day.refund]
    assert (back["種別"], back["決済金額"]) == ("取消", "-120")
    assert (back["もとのお支払い"], back["理由"]) == (day.number, "'@SUM(A1)")
    assert (back["全店共通"], back["中小店舗限定"]) == ("0", "-120")
    card = by_number[day.by_card]
    assert (card["お支払い方法"], card["カード下4桁"]) == ("カード", day.last_four)
    assert (card["端末の控え番号"], card["端末"]) == (f"'{EVIL}", day.terminal.name)
    assert by_number[day.at_poster]["お支払い方法"] == "ポスター"


def test_the_xlsx_has_figures_as_figures_and_the_sums(day: Day) -> None:
    book = load_workbook(io.BytesIO(day.boss.get("payments/file/?as=xlsx").content))
    rows = [[cell.value for cell in row] for row in book["決済一覧"].iter_rows(min_row=2)]
    assert [row[4] for row in rows] == [500, -120, 300, 80]
    assert all(isinstance(row[0], datetime) for row in rows)  # before: texts that nobody can sort
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any(f"'{EVIL}" in row for row in rows)
    sums = {(row[0], row[1] or ""): row[2:] for row in book["日計"].iter_rows(values_only=True)}
    assert sums["合計", ""] == (880, 3, -120, 1, 760)
    assert sums["電子マネー別", "全店共通"] == (600, 2, 0, 0, 600)
    assert sums["電子マネー別", "中小店舗限定"] == (280, 2, -120, 1, 160)
    assert sums["担当者別", "'+店長"] == (500, 1, -120, 1, 380)


def test_the_days_sums_and_the_month(day: Day) -> None:
    for query in ("", "?of=month"):
        shown = words(day.boss.get(f"payments/day/{query}"))
        for said in (">760<", "決済 880円(3件)・取消と返金 120円(1件)", "全店共通", "+店長"):
            assert said in shown
    empty = words(day.boss.get("payments/day/?day=2026-01-01"))
    assert "この期間の決済はありません" in empty


@pytest.mark.parametrize("odd", ["9999-12-31", "0001-01-01", "x", "2026-02-30", "1999-12-31"])
@pytest.mark.parametrize("page", ["payments/day/?of=month&", "payments/?", "payments/file/?"])
def test_a_day_that_is_none_gives_no_other_days_books(day: Day, page: str, odd: str) -> None:
    """Before: today's, under whatever address."""
    assert day.boss.get(f"{page}day={odd}").status_code == 404


def test_a_payments_page_says_who_took_it_where(day: Day) -> None:
    shown = words(day.boss.get(f"payments/{day.by_card}/"))
    for said in (day.terminal.name, day.last_four, "端末の控え番号", escape(EVIL)):
        assert said in shown
    assert "+店長" in words(day.boss.get(f"payments/{day.number}/"))


def test_refunds_are_no_payments_in_english(day: Day) -> None:
    shown = words(day.boss.get("payments/day/?languageCd=en"))
    day.boss.get("payments/day/?languageCd=ja")
    assert "1 refund<" in shown
    assert "2 payments" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("amount=500", {"number"}),
        ("amount=１２０", {"refund"}),
        ("amount=999", set()),
        ("staff=店長", {"number", "refund"}),
        ("staff=だれか", set()),
        ("card={last_four}", {"by_card"}),
        ("number={part}", {"by_card"}),
        ("number=ABC", set()),
        ("terminal={terminal}", {"by_card"}),
        ("reference=evil.example", {"by_card"}),
        ("reference=nothing", set()),
        ("reference=evil&day={yesterday}", set()),
        ("reference=evil&day={yesterday}&last={today}", {"by_card"}),
        ("amount=300&card={last_four}", {"by_card"}),
        ("amount=500&card={last_four}", set()),
        ("", {"number", "refund", "by_card", "at_poster"}),
    ],
)
def test_looking_for_payments(day: Day, query: str, found: set[str]) -> None:
    today = in_japan(clock.now())
    asked = query.format(
        last_four=day.last_four,
        part=day.by_card[21:33].lower(),
        terminal=day.terminal.name,
        today=f"{today:%Y-%m-%d}",
        yesterday=f"{today - timedelta(days=1):%Y-%m-%d}",
    )
    shown = words(day.boss.get(f"payments/?{asked}"))
    for name in ("number", "refund", "by_card", "at_poster"):
        assert (f'payments/{getattr(day, name)}/"' in shown) == (name in found), name
    assert ("見つかりませんでした" in shown) == (not found)


@pytest.mark.parametrize("asked", ["渡邉\U000e0101", "\u200b渡邉\U000e0101 花"])
def test_who_took_a_payment_is_found_by_the_name_as_it_is_written(asked: str) -> None:
    """Before: a variation selector, which says which 邉 is meant, was taken out of what was asked
    for, and was in the name."""
    day = Day()
    Staff.objects.filter(pk=day.boss.staff.pk).update(display_name="渡邉\U000e0101 花")
    Terminal.objects.filter(pk=day.terminal.pk).update(name="渡邉\U000e0101 花")
    for part, number in (("staff", day.number), ("terminal", day.by_card)):
        shown = words(day.boss.get(f"payments/?{part}={asked}"))
        assert f'payments/{number}/"' in shown
        assert f'payments/{day.at_poster}/"' not in shown


def test_a_whole_number_leads_to_the_payment_of_any_day(day: Day) -> None:
    answer = day.boss.get(f"payments/?number={day.by_card.lower()}&day=2026-01-01")
    assert answer["Location"] == f"/shop/payments/{day.by_card}/"
    other = Till(day.town.large_shop)
    shown = words(other.get(f"payments/?number={day.by_card}"))
    assert "見つかりませんでした" in shown


def test_a_cards_balance_by_its_code_only(day: Day) -> None:
    till = Till(day.town.shop)
    shown = words(till.post("card/", {"code": day.code}))
    for said in (f"カード …{day.last_four}", ">500<", "全店共通"):
        assert said in shown
    resident = words(till.post("card/", {"code": code_on(day.town.device())}))
    assert "お店では表示できません" in resident
    for wrong in ("", "C123", "9" * 20, make_town().card(100)[0]):
        answer = till.post("card/", {"code": wrong})
        assert answer.status_code == 422
        assert "円分" not in words(answer)


def test_a_stopped_card_is_called_so_at_the_till() -> None:
    """Its holder has no wallet: the words are of the card."""
    town = make_town()
    code, card = town.card(500)
    till = Till(town.shop)
    page = till.confirm_page("100", code)
    stop_card(card, actor="staff:1", reason="紛失の届け出")
    for answer in (
        till.post("card/", {"code": code}),
        till.post("till/", {"code": code, "amount": "100"}),
        till.get(till.post(page)["Location"].removeprefix("/shop/")),
    ):
        assert "このカードは利用できません。" in words(answer)
        assert "このお客様のウォレット" not in words(answer)
    assert total_balance(town.issuer, card.wallet_id) == 500


def test_sound_and_large_type_are_of_one_terminal(day: Day) -> None:
    boss = Till(day.town.shop, hire(day.town.shop, role=Role.MANAGER))
    assert boss.post("settings/", {"large_type": "on"})["Location"] == "/shop/settings/?done=1"
    shown = words(boss.get(""))
    assert 'class="large-type silent"' in shown
    assert "large-type" not in words(day.boss.get(""))
    entry = AuditEntry.objects.filter(issuer=boss.shop.issuer, act="terminal_settings").latest("pk")
    assert entry.before == {"sound": True, "large_type": False}
    assert entry.after == {"sound": False, "large_type": True}
    boss.post("settings/", {"sound": "on"})
    terminal = Terminal.objects.get(pk=boss.terminal.pk)
    assert (terminal.sound, terminal.large_type) == (True, False)


def test_the_record_names_people_and_things(day: Day) -> None:
    boss = day.boss
    boss.post(f"terminals/{day.terminal.pk}/name/", {"name": "2階レジ"})
    boss.post(f"terminals/{day.terminal.pk}/name/", {"name": "3階レジ"})
    cashier = hire(day.town.shop)
    boss.post(f"staff/{cashier.pk}/role/")
    shown = words(boss.get("audit/"))
    for said in ("端末の名前の変更", "名前: 2階レジ → 3階レジ", cashier.display_name, "店長"):
        assert said in shown
    for raw in ("terminal:", "staff:", "payment:"):
        assert raw not in shown
    for before in ("9" * 30, "x", "-1"):
        assert "端末の名前の変更" in words(boss.get(f"audit/?before={before}"))


@pytest.mark.parametrize(
    "touch", ["UPDATE issuers_auditentry SET reason = 'x'", "DELETE FROM issuers_auditentry"]
)
def test_the_application_cannot_touch_the_record(
    app_connection: psycopg.Connection, day: Day, touch: str
) -> None:
    before = list(AuditEntry.objects.filter(issuer=day.town.issuer).values())
    assert before
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(touch)
    assert list(AuditEntry.objects.filter(issuer=day.town.issuer).values()) == before


def test_a_books_day_begins_at_midnight_in_japan(day: Day) -> None:
    tomorrow = in_japan(clock.now()) + timedelta(days=1)
    shown = words(day.boss.get(f"payments/?day={tomorrow:%Y-%m-%d}"))
    assert "本日" not in shown  # what is to come is not today's
    assert "この日の決済はありません" in shown
