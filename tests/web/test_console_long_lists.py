"""Lists of the console with more rows than anybody turns to: not counted, found by indexes."""

import re

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.charging.models import Order
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.models import Resident, Role
from hansatsu.web.console.frame import found_first, paging
from hansatsu.web.console.urls import site
from tests.support.buying import Stall
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town

ROWS = 130

RESIDENT_INDEXES = [
    "resident_login_id",
    "resident_family_name",
    "resident_given_name",
    "resident_email",
]
"""What a word that may be any of a resident's is looked for in."""


@pytest.fixture(scope="module")
def town() -> Town:
    town = make_town()
    Mail.objects.bulk_create(
        Mail(
            issuer=town.issuer,
            resident=town.resident,
            kind="test",
            to=f"{n}@example.jp",
            subject="件名",
            language="ja",
        )
        for n in range(ROWS)
    )
    return town


@pytest.fixture(scope="module")
def order(town: Town) -> Order:
    return Stall(town).order()


@pytest.fixture(scope="module")
def desk(town: Town) -> Desk:
    return Desk(town.issuer, Role.OWNER)


@pytest.mark.parametrize("page", sorted(model._meta.model_name for model in site._registry))
def test_no_list_counts_all_its_rows(desk: Desk, page: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(f"{page}/").status_code == 200
    counted = [each["sql"] for each in asked if "COUNT(*) FROM (SELECT" in each["sql"]]
    assert counted, "the list is not counted as it is thought to be"
    assert all("LIMIT 10001" in each for each in counted)
    whole = re.compile(r"SELECT COUNT\(\*\) AS \"__count\" FROM \"")
    assert not [each["sql"] for each in asked if whole.match(each["sql"])]


def test_pages_lead_as_far_as_is_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{Mail.objects.of(desk.issuer).count()}件" in words(desk.get("mail/"))
    monkeypatch.setattr(paging, "MOST", 100)
    first = words(desk.get("mail/"))
    assert "100件以上" in first
    assert "?p=2" in first
    assert "?p=3" not in first
    assert desk.get("mail/?p=2").status_code == 200
    assert desk.get("mail/?p=3")["Location"].endswith("?e=1")


@pytest.mark.parametrize("most", [0, 1000])
@pytest.mark.parametrize("whom", ["login_id", "family_name", "given_name", "email"])
def test_an_order_is_found_by_whose_it_is(
    order: Order, desk: Desk, monkeypatch: pytest.MonkeyPatch, whom: str, most: int
) -> None:
    monkeypatch.setattr(found_first, "MOST", most)
    resident = Resident.objects.get(pk=order.resident_id)
    whole: str = getattr(resident, whom)
    other = Desk(make_town().issuer)
    assert order.number in words(desk.get("order/", data={"q": whole}))
    assert order.number in words(desk.get("order/", data={"q": f"{whole} {order.number}"}))
    assert order.number not in words(desk.get("order/", data={"q": f"{whole} {whole}x"}))
    assert order.number not in words(other.get("order/", data={"q": whole}))


@pytest.mark.parametrize(
    ("address", "table", "indexes"),
    [
        ("order/?state=failed", "charging_order", ["order_by_state"]),
        ("mail/?q=1@example.jp", "notifications_mail", ["mail_to"]),
        ("mail/?state=bounced", "notifications_mail", ["mail_not_sent"]),
        ("purchasecode/?q=AB12", "programs_purchasecode", ["purchase_code_end"]),
        ("purchasecode/?state=void", "programs_purchasecode", ["purchase_code_state"]),
        ("giftcode/?q=AB12", "gifts_giftcode", ["gift_code_end"]),
        ("giftcode/?state=void", "gifts_giftcode", ["gift_code_state"]),
        ("card/?q=AB12", "cards_card", ["card_end"]),
        ("card/?state=taken", "cards_card", ["card_by_state"]),
        ("auditentry/?act=freeze", "issuers_auditentry", ["audit_of_act"]),
        ("auditentry/?first=2026-11-30&last=2026-11-30", "issuers_auditentry", ["audit_of_day"]),
        ("order/?q=hanako", "identity_resident", RESIDENT_INDEXES),
        ("mail/?q=hanako", "identity_resident", ["resident_login_id"]),
    ],
)
def test_what_is_looked_for_can_be_found_by_an_index(
    server: EmbeddedServer, desk: Desk, order: Order, address: str, table: str, indexes: list[str]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(address).status_code == 200
    read = [each["sql"] for each in asked if f'FROM "{table}"' in each["sql"]]
    plans = _plans(server, table, indexes, read)
    assert all(index in plans for index in indexes), plans
    assert "Filter:" not in plans, plans


def test_whose_an_order_is_is_found_without_the_orders(desk: Desk, order: Order) -> None:
    with CaptureQueriesContext(connection) as asked:
        desk.get("order/", data={"q": "hanako"})
    (counted,) = [each["sql"] for each in asked if "COUNT(*) FROM (SELECT" in each["sql"]]
    assert f'"resident_id" IN ({order.resident_id})' in counted
    assert "identity_resident" not in counted


def test_no_more_residents_are_read_first_than_a_word_may_name(
    town: Town, order: Order, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three have the name. Where a word may name two, they are left to the database."""
    name = Resident.objects.get(pk=order.resident_id).family_name
    for login_id in ("namesake1", "namesake2"):
        assert town.add_resident(login_id).family_name == name
    for most in (2, 3):
        monkeypatch.setattr(found_first, "MOST", most)
        with CaptureQueriesContext(connection) as asked:
            assert order.number in words(desk.get("order/", data={"q": name}))
        said = [each["sql"] for each in asked]
        (read,) = [each for each in said if each.startswith('SELECT "identity_resident"."id"')]
        assert read.endswith(f"LIMIT {most + 1}")
        (counted,) = [each for each in said if "COUNT(*) FROM (SELECT" in each]
        assert ("identity_resident" in counted) == (most == 2)


def _plans(server: EmbeddedServer, table: str, indexes: list[str], statements: list[str]) -> str:
    """How PostgreSQL would do it if reading whole tables, and sorting, were dear, and the table had
    these indexes alone and a million rows of which nothing is known: of a few any index is as good
    as another, and one as good as four; and of more the first thousand are found anywhere."""
    others = """
        update pg_index set indisvalid = false
        where indrelid = %s::regclass and indexrelid <> all (%s::regclass[])
    """
    many = """
        update pg_class
        set reltuples = 1000000, relpages = greatest(1, pg_relation_size(oid) / 8192)
        where oid = %s::regclass
    """
    forgotten = """
        delete from pg_statistic where starelid = %s::regclass
            or starelid in (select indexrelid from pg_index where indrelid = %s::regclass)
    """
    with psycopg.connect(server.superuser_url) as planner:
        planner.execute("set local enable_seqscan = off")
        planner.execute("set local enable_sort = off")
        planner.execute(others, [table, indexes])
        planner.execute(many, [table])
        planner.execute(forgotten, [table, table])
        rows = [planner.execute(f"explain {each}".encode()).fetchall() for each in statements]
        planner.rollback()
    return "\n".join(line for plan in rows for (line,) in plan)
