"""A till's day: what the API lists and totals is what 日計, its CSV and its Excel file say."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.payments.day_book import day_book
from hansatsu.flows.payments.refunds import RefundAsked, refund_payment
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Role
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.terminals import open_terminal
from tests.support.clients import words
from tests.support.copies import copied
from tests.support.own_database import django_on
from tests.support.pos import Pos, new_key, running_api
from tests.support.tills import Till, hire
from tests.town import Town, make_town

MINE, THEIRS, POSTER, NOWHERE = "レジ1", "レジ2", "店舗QRコード", "(端末なし)"


class Day:
    """A day of a shop whose tills ``mine`` and ``theirs`` work; ``before`` is the day before it."""

    def __init__(self, port: int, shift: Callable[[timedelta], None]) -> None:
        self.town = town = make_town()
        self.mine = self._till(port, MINE)
        self.theirs = self._till(port, THEIRS)
        self.port, now = port, ledger.now(ledger_connection())
        self.before = in_japan(now).date()
        self.day = self.before + timedelta(days=1)
        town.charge(town.resident, town.all_shops, 1000)
        town.charge(town.resident, town.small_shops, 3000)
        code, _ = self.card = town.card(20_000)
        small, other = self._paid(self.mine, code, 700), self._paid(self.mine, code, 400)
        dying = town.card()
        expires_at = now + timedelta(hours=1)
        town.charge(dying[1], town.all_shops, 600, expires_at)
        dead = self._paid(self.mine, dying[0], 600)
        shift(timedelta(days=1))
        self.paid = [self._paid(self.mine, code, 500), self._paid(self.mine, code, 300)]
        self._paid(self.theirs, code, 900)
        town.pay(town.resident, town.shop, 1080)
        elsewhere = town.add_resident("emma")
        town.charge(elsewhere, town.all_shops, 100)
        town.pay(elsewhere, town.large_shop, 7)  # another shop's
        assert self.mine.refund(small, 200).status == 201
        assert self.theirs.refund(other).status == 201
        assert self.mine.refund(dead).json["expired"] == 600
        key = new_key()
        self._paid(self.mine, code, 250, key)
        self.cancelled = self.mine.cancel(key).json["refund"]
        boss = hire(town.shop, role=Role.MANAGER)
        asked = RefundAsked(town.shop, self.paid[1], boss.actor, "page", 50, staff=boss.pk)
        assert refund_payment(asked).refunded
        self.boss = Till(town.shop, boss)

    def _till(self, port: int, name: str) -> Pos:
        terminal = open_terminal(self.town.shop, name, "pos")
        return Pos(port, make_api_key(terminal, ["pay", "refund_any"])[0])

    def _paid(self, till: Pos, code: str, amount: int, key: str = "") -> str:
        paid = till.pay(code, amount, key=key, reference=None)
        assert paid.status == 201, paid
        return str(paid.json["id"])

    def totals(self, query: str = "") -> Any:
        """What ``GET /totals`` says of the day."""
        answer = self.mine.call("GET", f"/totals?date={self.day}{query}")
        assert answer.status == 200, answer
        return answer.json

    def listed(self, path: str, day: date) -> list[Any]:
        """All that ``path`` lists of a day, in pages of two."""
        found: list[Any] = []
        query = f"?date={day}&limit=2"
        while True:
            page = self.mine.call("GET", f"{path}{query}").json
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            query = f"?date={day}&limit=2&cursor={page['next_cursor']}"


@pytest.fixture(scope="module")
def day(server: EmbeddedServer, application_environment: dict[str, str]) -> Iterator[Day]:
    """On a database of its own, whose clock goes on a day."""
    with copied(server) as copy, django_on(copy):
        environment = application_environment | {"DATABASE_URL": copy.app_url}

        def shift(step: timedelta) -> None:
            with psycopg.connect(copy.clock_url, autocommit=True) as clock:
                ledger.set_clock(clock, ledger.now(clock) + step)

        with running_api(environment, server.home) as api:
            yield Day(api.port, shift)


EXPECTED = {
    MINE: ((3, 1050), (3, 1050)),  # 200 and 600 of the day before, and 250 cancelled
    THEIRS: ((1, 900), (1, 400)),
    POSTER: ((1, 1080), (0, 0)),
    NOWHERE: ((0, 0), (1, 50)),  # by the manager, at a page
}
"""Payments and refunds by terminal: how many, and yen."""


def sums(told: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    assert told["net"] == told["payments"]["amount"] - told["refunds"]["amount"]
    return tuple((told[kind]["count"], told[kind]["amount"]) for kind in ("payments", "refunds"))  # type: ignore[return-value]


def test_the_totals_are_right(day: Day) -> None:
    told = day.totals()
    assert told.keys() == {"date", "payments", "refunds", "net", "by_emoney", "by_terminal"}
    assert (told["date"], told["net"]) == (f"{day.day}", 1530)
    assert sums(told) == ((5, 3030), (5, 1500))
    assert {line["terminal"]: sums(line) for line in told["by_terminal"]} == EXPECTED
    by_emoney = {line["emoney"]: sums(line) for line in told["by_emoney"]}
    assert by_emoney == {"全店共通": ((5, 2950), (5, 1500)), "中小店舗限定": ((1, 80), (0, 0))}


def test_they_are_those_of_the_book_its_page_and_its_files(day: Day) -> None:
    told = day.totals()
    book = day_book(day.town.shop, day.day, day.day + timedelta(days=1))
    for name, lines in (("emoney", book.emoneys), ("terminal", book.terminals)):
        assert [(line[name], sums(line)) for line in told[f"by_{name}"]] == [
            (each.name, ((each.payments, each.paid), (each.refunds, each.refunded)))
            for each in lines
        ]
    page = words(day.boss.get(f"payments/day/?day={day.day}"))
    assert "決済 3,030円(5件)・取消と返金 1,500円(5件)" in page
    text = day.boss.get(f"payments/file/?as=csv&day={day.day}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for name, of_place in {"": sums(told), **EXPECTED}.items():
        yen = [int(row["決済金額"]) for row in rows if not name or _place(row) == name]
        paid, back = [each for each in yen if each > 0], [-each for each in yen if each < 0]
        assert ((len(paid), sum(paid)), (len(back), sum(back))) == of_place, name
    excel = load_workbook(io.BytesIO(day.boss.get(f"payments/file/?as=xlsx&day={day.day}").content))
    lines = {(row[0], row[1] or ""): row[2:] for row in excel["日計"].iter_rows(values_only=True)}
    for name, ((count, paid), (refunds, refunded)) in EXPECTED.items():
        expected = (paid, count, -refunded, refunds, paid - refunded)
        assert lines["端末別", name] == expected
    assert lines["合計", ""] == (3030, 5, -1500, 5, 1530)


def test_one_terminals_are_its_own(day: Day) -> None:
    for name, expected in EXPECTED.items():
        told = day.totals(f"&terminal={_quoted(name)}")
        assert sums(told) == expected
        assert [line["terminal"] for line in told["by_terminal"]] == [name]
        assert sum(line["net"] for line in told["by_emoney"]) == told["net"]
    idle = open_terminal(day.town.shop, "レジ9", "pos")
    assert sums(day.totals(f"&terminal={_quoted(idle.name)}")) == ((0, 0), (0, 0))
    for nobodys in ("レジ0", "", make_town().terminal().name + "x"):
        refused = day.mine.call("GET", f"/totals?terminal={_quoted(nobodys)}")
        assert (refused.status, refused.code) == (422, "invalid_request")


def test_the_lists_add_up_to_the_totals(day: Day) -> None:
    payments, refunds = day.listed("/payments", day.day), day.listed("/refunds", day.day)
    told = day.totals()
    assert sums(told) == (
        (len(payments), sum(each["amount"] for each in payments)),
        (len(refunds), sum(each["amount"] for each in refunds)),
    )
    assert len({each["id"] for each in refunds}) == 5
    times = [each["refunded_at"] for each in refunds]
    assert times == sorted(times, reverse=True)
    assert {each["expired"] for each in refunds} == {0, 600}
    assert day.cancelled in refunds
    assert all(
        each.keys() == {"id", "payment", "amount", "refunded_at", "restores", "expired"}
        for each in refunds
    )
    assert day.listed("/refunds", day.before) == []
    assert len(day.listed("/payments", day.before)) == 3
    assert day.mine.call("GET", f"/totals?date={day.before}").json["net"] == 1700
    shown = day.mine.call("GET", f"/payments/{refunds[-1]['payment']}").json
    assert refunds[-1] in shown["refunds"]


def test_without_a_date_it_is_today(day: Day) -> None:
    assert day.mine.call("GET", "/totals").json == day.totals()
    assert len(day.mine.call("GET", "/refunds").json["items"]) == 5


@pytest.mark.parametrize("query", ["date=2026-02-30", "date=x", "limit=0", "cursor=x"])
def test_refunds_that_cannot_be_listed(day: Day, query: str) -> None:
    assert day.mine.call("GET", f"/refunds?{query}").code == "invalid_request"
    payment = day.paid[0]  # a page of refunds does not end with a payment
    assert day.mine.call("GET", f"/refunds?cursor={payment}").code == "invalid_request"


def test_another_shop_sees_nothing_of_it(day: Day) -> None:
    town: Town = day.town
    other = Pos(day.port, make_api_key(town.terminal(town.large_shop))[0])
    assert other.call("GET", f"/refunds?date={day.day}").json["items"] == []
    assert other.call("GET", f"/totals?date={day.day}").json["net"] == 7


def _place(row: dict[str, str]) -> str:
    if row["端末"]:
        return row["端末"]
    return POSTER if row["種別"] == "決済" else NOWHERE


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)
