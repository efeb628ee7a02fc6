"""A payment given to the batcher is answered, whatever becomes of its set and of its caller."""

import asyncio
from collections import Counter

import psycopg
import pytest

from hansatsu.database.coalescing import Link
from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, batcher, spares
from hansatsu.ledger.values import Payment, PaymentOutcome
from tests.ledger.books import Books

PATIENCE = 30
"""Seconds after which a caller counts as one who waits for ever."""


class BrokenError(Exception):
    """Not psycopg's."""


@pytest.fixture
def payments(books: Books) -> list[Payment]:
    emoney = books.emoney()
    shop = books.shop(emoney)
    wallets = api.open_wallets(books.connection, issuer_id=books.issuer_id, kind="card", count=3)
    for wallet in wallets:
        books.issue(wallet, emoney, 100)
    return [books.payment(wallet, shop, 10) for wallet in wallets]


async def told(url: str, payments: list[Payment]) -> list[PaymentOutcome | BaseException]:
    async with asyncio.timeout(PATIENCE), batcher.Batcher(url) as together:
        calls = [together.pay(payment) for payment in payments]
        return await asyncio.gather(*calls, return_exceptions=True)


async def no_set(self: batcher.Batcher, link: Link, payments: list[Payment]) -> None:
    raise BrokenError


def test_what_breaks_a_set_befalls_only_the_payment_that_it_is_in(
    payments: list[Payment],
    books: Books,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, *others = payments
    alone = spares.Spares.pay

    async def pay(self: spares.Spares, payment: Payment) -> PaymentOutcome:
        if payment is broken:
            raise BrokenError
        return await alone(self, payment)

    monkeypatch.setattr(batcher.Batcher, "_pay_set", no_set)
    monkeypatch.setattr(spares.Spares, "pay", pay)
    error, *outcomes = asyncio.run(told(server.app_url, payments))
    assert isinstance(error, BrokenError)
    assert isinstance(error.__cause__, BrokenError)
    assert [each.outcome for each in outcomes if isinstance(each, PaymentOutcome)] == ["paid"] * 2
    held = [books.held(each.wallet_id) for each in (broken, *others)]
    assert held == [100, 90, 90]


def test_too_few_outcomes_pay_nobody_twice(
    payments: list[Payment],
    books: Books,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The set was committed; each is asked for again under its key."""
    write = batcher.Batcher._pay_set

    async def short(
        self: batcher.Batcher, link: Link, payments: list[Payment]
    ) -> list[PaymentOutcome]:
        return (await write(self, link, payments))[1:]

    monkeypatch.setattr(batcher.Batcher, "_pay_set", short)
    outcomes = asyncio.run(told(server.app_url, payments))
    told_of = Counter(each.outcome for each in outcomes if isinstance(each, PaymentOutcome))
    assert told_of == {"replayed": 3}
    assert [books.held(each.wallet_id) for each in payments] == [90] * 3


def test_closing_answers_what_was_accepted_and_what_went_alone(
    payments: list[Payment],
    books: Books,
    server: EmbeddedServer,
    owner_connection: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One hangs, one waits behind it, one is paid: all have their answers when it is closed."""
    monkeypatch.setattr(spares, "SETTINGS", {"lock_timeout": "100ms"})
    hanging, other, _ = payments
    behind = books.payment(hanging.wallet_id, hanging.shop_id, 10)

    async def run() -> list[PaymentOutcome]:
        async with asyncio.timeout(PATIENCE):
            async with batcher.Batcher(server.app_url) as together:
                calls = [
                    asyncio.create_task(together.pay(each)) for each in (hanging, other, behind)
                ]
                await calls[1]
                assert not calls[0].done()
            assert all(each.done() for each in calls)
            return await asyncio.gather(*calls)

    with owner_connection.transaction():
        owner_connection.execute(
            "select from ledger.wallet where wallet_id = %s for update", [hanging.wallet_id]
        )
        outcomes = asyncio.run(run())
    assert [each.outcome for each in outcomes] == ["try_again", "paid", "try_again"]


def test_a_caller_who_hangs_up_stops_nobody_and_closing_waits_for_the_payment(
    payments: list[Payment], books: Books, server: EmbeddedServer
) -> None:
    gone, *others = payments

    async def run() -> None:
        async with asyncio.timeout(PATIENCE), batcher.Batcher(server.app_url) as together:
            left = asyncio.create_task(together.pay(gone))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.gather(*(together.pay(each) for each in others))

    asyncio.run(run())
    assert [books.held(each.wallet_id) for each in payments] == [90] * 3
