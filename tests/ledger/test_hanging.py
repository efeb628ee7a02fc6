"""Two wallets and a key hang in transactions that never end: everybody else pays as ever.

In every run they hang for two seconds; `HANSATSU_HANG_SECONDS=60` makes it a minute, and
`--log-cli-level=INFO` tells the figures.
"""

import asyncio
import gc
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, batcher
from hansatsu.ledger.values import Payment
from hansatsu.ledger.writes import payment_columns, payment_fields
from tests.ledger.books import Books
from tests.support.waiting import wait_until

logger = logging.getLogger(__name__)

SECONDS = float(os.environ.get("HANSATSU_HANG_SECONDS", "2"))
TILLS = 16
SLOWEST = 0.3
"""Seconds that 99 of 100 payments by others may take."""


@dataclass
class Street:
    """Tills that pay from wallets of their own, and three payments that hang."""

    books: Books
    url: str
    shop: int = 0
    wallets: list[int] = field(default_factory=list)
    hanging: list[Payment] = field(default_factory=list)

    def __post_init__(self) -> None:
        emoney = self.books.emoney()
        self.shop = self.books.shop(emoney)
        self.wallets = api.open_wallets(
            self.books.connection, issuer_id=self.books.issuer_id, kind="card", count=TILLS + 3
        )
        for wallet in self.wallets:
            self.books.issue(wallet, emoney, 1_000_000)
        self.hanging = [self.books.payment(wallet, self.shop, 10) for wallet in self.wallets[:3]]

    @contextmanager
    def hangs(self) -> Iterator[None]:
        """Hold two wallets and one key."""
        two = [payment.wallet_id for payment in self.hanging[:2]]
        request = self.hanging[2].request
        with psycopg.connect(self.url) as holder:
            holder.execute("select from ledger.wallet where wallet_id = any (%s) for update", [two])
            holder.execute(
                "insert into ledger.request (actor, key, operation, content)"
                " values (%s, %s, 'payment', %s)",
                [request.actor, request.key, request.content],
            )
            yield
            holder.rollback()


@pytest.fixture
def street(books: Books, server: EmbeddedServer) -> Iterator[Street]:
    """A street, whose connections that were given up while they connected are closed after it."""
    yield Street(books, server.owner_url)
    gc.collect()


async def others(
    together: batcher.Batcher, street: Street, until: float, took: list[float]
) -> None:
    """All other tills, one payment after the other each."""

    async def till(wallet: int) -> None:
        while time.monotonic() < until:
            started = time.monotonic()
            outcome = await together.pay(street.books.payment(wallet, street.shop, 1))
            took.append(time.monotonic() - started)
            assert outcome.outcome == "paid"

    await asyncio.gather(*(till(wallet) for wallet in street.wallets[3:]))


async def retries(
    together: batcher.Batcher, payments: Sequence[Payment], until: float
) -> list[tuple[str, float]]:
    """Each payment asked for again every second, whether it was answered or not."""

    async def ask(payment: Payment) -> tuple[str, float]:
        started = time.monotonic()
        outcome = await together.pay(payment)
        return outcome.outcome, time.monotonic() - started

    asked: list[asyncio.Task[tuple[str, float]]] = []
    while time.monotonic() < until:
        asked += [asyncio.create_task(ask(payment)) for payment in payments]
        await asyncio.sleep(1)
    return list(await asyncio.gather(*asked))


@pytest.mark.alone
def test_everybody_else_pays_as_ever(
    street: Street, server: EmbeddedServer, app_connection: psycopg.Connection
) -> None:
    took: list[float] = []

    async def run() -> list[tuple[str, float]]:
        async with batcher.Batcher(server.app_url) as together:
            for wallet in street.wallets[3:]:
                await together.pay(street.books.payment(wallet, street.shop, 1))
            until = time.monotonic() + SECONDS
            _, answers = await asyncio.gather(
                others(together, street, until, took),
                retries(together, street.hanging, until),
            )
            wait_until(
                lambda: api.hanging_payments(app_connection) == 3, what="the hangs to be known"
            )
            return answers

    with street.hangs():
        answers = asyncio.run(run())
    took.sort()
    slow = took[int(len(took) * 0.99)]
    waited = max(seconds for _, seconds in answers)
    told = Counter(outcome for outcome, _ in answers)
    logger.info("%d paid, p99 %.3f s, slowest %.3f s", len(took), slow, took[-1])
    logger.info("hanging: %s, answered within %.1f s", dict(told), waited)
    assert slow <= SLOWEST
    assert set(told) == {"try_again"}
    assert waited < 5
    assert [api.pay(app_connection, each).outcome for each in street.hanging] == ["paid"] * 3
    assert street.books.held(street.wallets[0]) == 999_990


def test_negative_control_sets_that_wait_stop_everybody(
    street: Street, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with sets that wait for their locks, as they did before."""

    def waiting(payments: Sequence[Payment], *, free: bool = False) -> list[object]:
        return payment_columns(payments)

    def waiting_alone(payment: Payment, *, free: bool = False) -> list[object]:
        return payment_fields(payment)

    monkeypatch.setattr(batcher, "payment_columns", waiting)
    monkeypatch.setattr(batcher, "payment_fields", waiting_alone)
    monkeypatch.setattr(batcher, "SETTINGS", {"lock_timeout": "0", "statement_timeout": "0"})
    others_payment = street.books.payment(street.wallets[3], street.shop, 1)

    async def run() -> bool:
        async with batcher.Batcher(server.app_url) as together:
            stuck = [asyncio.create_task(together.pay(each)) for each in street.hanging[:2]]
            await asyncio.to_thread(wait_until, lambda: waiters(server) == 2, what="two lanes")
            other = asyncio.create_task(together.pay(others_payment))
            done, _ = await asyncio.wait({other}, timeout=0.5)
            hung.__exit__(None, None, None)
            await asyncio.gather(other, *stuck)
            return other in done

    hung = street.hangs()
    hung.__enter__()
    assert not asyncio.run(run())


def waiters(server: EmbeddedServer) -> int:
    """Sessions that wait for a lock."""
    with psycopg.connect(server.superuser_url, autocommit=True) as onlooker:
        row: Any = onlooker.execute(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        ).fetchone()
    return int(row[0])


def test_a_shop_that_somebody_has_alone_holds_no_other(
    street: Street, server: EmbeddedServer, owner_connection: psycopg.Connection
) -> None:
    elsewhere = street.books.shop(street.books.emoney())
    with owner_connection.transaction():
        owner_connection.execute("select ledger.lock_shop_alone_v1(%s)", [elsewhere])

        async def run() -> list[str]:
            async with batcher.Batcher(server.app_url) as together:
                payments = [
                    street.books.payment(street.wallets[3], elsewhere, 1),
                    street.books.payment(street.wallets[4], street.shop, 1),
                ]
                outcomes = await asyncio.gather(*(together.pay(each) for each in payments))
                return [each.outcome for each in outcomes]

        assert asyncio.run(run()) == ["try_again", "paid"]


def test_an_idle_connection_that_has_died_is_nobodys_error(
    street: Street, server: EmbeddedServer
) -> None:
    """The server was restarted, say, while nobody paid. Other tests' connections live on."""
    known = make_conninfo(server.app_url, application_name="to be killed")

    async def run() -> list[str]:
        async with batcher.Batcher(known) as together:
            first = await together.pay(street.books.payment(street.wallets[3], street.shop, 1))
            with psycopg.connect(server.superuser_url, autocommit=True) as onlooker:
                onlooker.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'to be killed'"
                )
            then = await together.pay(street.books.payment(street.wallets[3], street.shop, 1))
            return [first.outcome, then.outcome]

    assert asyncio.run(run()) == ["paid", "paid"]
