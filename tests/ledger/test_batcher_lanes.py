"""Payments that wait together are shared among the lanes that stand idle."""

import asyncio

import pytest

from hansatsu.database.coalescing import Link
from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, batcher
from hansatsu.ledger.values import Payment, PaymentOutcome
from tests.ledger.books import Books


def test_a_crowd_is_shared_by_idle_lanes(
    books: Books, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    emoney = books.emoney()
    shop = books.shop(emoney)
    wallets = api.open_wallets(books.connection, issuer_id=books.issuer_id, kind="card", count=50)
    for wallet in wallets:
        books.issue(wallet, emoney, 10)
    sizes: list[int] = []
    write = batcher.Batcher._pay_set

    async def watched(
        self: batcher.Batcher, link: Link, payments: list[Payment]
    ) -> list[PaymentOutcome]:
        sizes.append(len(payments))
        return await write(self, link, payments)

    monkeypatch.setattr(batcher.Batcher, "_pay_set", watched)

    async def run() -> list[PaymentOutcome]:
        async with batcher.Batcher(server.app_url) as together:
            calls = [together.pay(books.payment(wallet, shop, 10)) for wallet in wallets]
            return await asyncio.gather(*calls)

    outcomes = asyncio.run(run())
    assert [each.outcome for each in outcomes] == ["paid"] * 50
    assert sizes == [25, 25]
