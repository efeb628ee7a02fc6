"""`hansatsu bench close`: how long a month of a large town takes to be closed, and its papers."""

import os
import time
from typing import TYPE_CHECKING, Final, LiteralString

import psycopg

from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.database.urls import OWNER, SUPERUSER
from hansatsu.lab.bench.town import memory
from hansatsu.processes import environments
from hansatsu.processes.supervisor import spawn

if TYPE_CHECKING:
    from hansatsu.parties.issuers.models import Issuer

WALLETS: Final = 20_000
REFUNDS: Final = 50
"""One payment of so many is given back."""

_PAYMENTS: LiteralString = """
    insert into ledger.entry (wallet_id, seq, issuer_id, kind, shop_id, at, amount, number, actor,
        content, refs, emoneys, amounts, hash)
    select 1 + n %% %(wallets)s, 1 + n / %(wallets)s, %(issuer)s, 'payment',
        (%(shops)s::integer[])[1 + n %% cardinality(%(shops)s::integer[])],
        date_trunc('month', ledger.now() at time zone 'Asia/Tokyo') at time zone 'Asia/Tokyo'
            - interval '27 days' + n * interval '27 days' / %(payments)s,
        -s.yen, 'BENCH' || lpad(n::text, 28, '0'), 'bench', '\\x00', array[1, 2, -1, -1],
        array[e[1], e[2], e[1], e[2]], array[-100, 100 - s.yen, 100, s.yen - 100], '\\x00'
    from generate_series(0, %(payments)s - 1) as n
    cross join lateral (select 200 + n %% 4000 as yen) as s
    cross join (select %(emoneys)s::bigint[] as e) as m
"""
_REFUNDED: LiteralString = """
    insert into ledger.entry (wallet_id, seq, issuer_id, kind, shop_id, at, amount, number,
        refunded_number, actor, content, refs, emoneys, amounts, hash)
    select e.wallet_id, 1000000 + e.seq, e.issuer_id, 'refund', e.shop_id, e.at + interval '1 hour',
        100, e.number || '-20000101000000000', e.number, 'bench', '\\x00', array[1, -1],
        e.emoneys[1:1] || e.emoneys[1:1], array[100, -100], '\\x00'
    from ledger.entry as e
    where e.kind = 'payment' and right(e.number, 9)::bigint %% %(each)s = 0
"""
"""Entries are written straight: a closing looks neither at hashes nor at lots."""


def bench_close(shops: int, payments: int, papers: int) -> dict[str, float]:
    """Last month of a town of so many shops is closed, and some of its statements are printed.

    `close_s` is what `close_due` takes: cut, sums, statements with lines and leaves. `pdf_s` and
    `xlsx_s` are of all statements, reckoned from so many `papers`, one process.

    Raises:
        RuntimeError: when the books were not made, or not closed as they are.
    """
    with throwaway_server("live", settings={"shared_buffers": memory()}) as server:
        environment = environments.maintenance(
            server, site_url="http://localhost:1", email_url=environments.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        os.environ |= environment | {"DATABASE_URL": server.app_url}
        import django

        django.setup()
        issuer, started = _town(shops), time.perf_counter()
        _write(server, issuer, payments)
        written = time.perf_counter() - started
        return _measured(issuer, payments, papers) | {"written_s": round(written, 2)}


def _measured(issuer: "Issuer", payments: int, papers: int) -> dict[str, float]:
    from hansatsu.flows.settlement.closing import close_due
    from hansatsu.flows.settlement.documents.pdf import statement_pdf
    from hansatsu.flows.settlement.documents.xlsx import statement_xlsx
    from hansatsu.flows.settlement.models import Statement, StatementLine

    started = time.perf_counter()
    made = close_due(issuer)
    closed = time.perf_counter() - started
    if made.outcome != "closed" or made.closings[0].payment_count != payments:
        raise RuntimeError(f"The benchmark's month was not closed: {made.outcome}.")
    statements = Statement.objects.of(issuer).select_related("shop__issuer", "closing")
    rows = statements.count()
    printed = [*statements.order_by("pk")[:papers]]
    paper: dict[str, float] = {}
    for name, make in (("pdf", statement_pdf), ("xlsx", statement_xlsx)):
        started = time.perf_counter()
        for each in printed:
            make(each)
        seconds = time.perf_counter() - started
        paper |= {
            f"{name}_per_s": round(len(printed) / seconds, 1),
            f"{name}_s": round(seconds * rows / len(printed), 1),
        }
    return {
        "payments": payments,
        "close_s": round(closed, 2),
        "statements": rows,
        "lines": StatementLine.objects.of(issuer).count(),
        "payments_per_s": round(payments / closed),
        **paper,
    }


def _town(shops: int) -> "Issuer":
    from hansatsu.flows.settlement.models import FeeClass, SettlementRules, ShopFeeClass
    from hansatsu.parties import clock
    from hansatsu.parties.issuers.services import NewIssuer, open_issuer
    from hansatsu.parties.programs.services import open_emoney
    from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop

    issuer = open_issuer(
        NewIssuer(
            code="BENCH",
            name="測定市",
            payment_prefix="2099010000001",
            mode="live",
            seal="測",
            office_name="測定市事務局",
            office_phone="0285-00-0000",
            office_hours="-",
            mail_from="a@bench.example.jp",
            domain="bench.example.jp",
        )
    )
    # settles from before there was any: its first closing holds all that was
    SettlementRules.objects.create(issuer=issuer)
    emoneys = [open_emoney(issuer, name=f"券{each}", name_en=f"Kind {each}") for each in range(2)]
    area = open_area(issuer, name="市", name_en="City")
    category = open_category(issuer, name="店", name_en="Shop")
    fee = FeeClass.objects.create(issuer=issuer, name="並", basis_points=100)
    today = clock.now().date()
    for place in range(shops):
        new = NewShop(f"S{place:05}", f"店{place}", "ミセ", "Shop", area, category, "中央町1-1")
        shop = open_shop(issuer, new, takes=emoneys)
        if place % 2:
            ShopFeeClass.objects.create(
                issuer=issuer, shop=shop, fee_class=fee, from_day=today.replace(year=today.year - 1)
            )
    return issuer


def _write(server: EmbeddedServer, issuer: "Issuer", payments: int) -> None:
    from hansatsu.parties.programs.models import Emoney
    from hansatsu.parties.shops.models import Shop

    values = {
        "issuer": issuer.pk,
        "wallets": WALLETS,
        "payments": payments,
        "shops": [each.pk for each in Shop.objects.of(issuer).order_by("pk")],
        "emoneys": [each.pk for each in Emoney.objects.of(issuer).order_by("pk")],
    }
    with psycopg.connect(server.url_of(OWNER), autocommit=True) as connection:
        connection.execute(_PAYMENTS, values)
        connection.execute(_REFUNDED, {"each": REFUNDS})
    with psycopg.connect(server.url_of(SUPERUSER), autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
