"""Callers of the Python API: many through the batcher, or one alone."""

import asyncio
import secrets
import time
from collections.abc import Iterator

from hansatsu.lab.bench.figures import Run, run_of
from hansatsu.lab.bench.town import ISSUER, Town
from hansatsu.ledger import api as ledger

Payers = Iterator[tuple[int, int]]
"""Wallets and shops, without end."""


def new_payment(payers: Payers, amount: int) -> ledger.Payment:
    """The next one's payment, under a key of its own."""
    wallet, shop = next(payers)
    key = secrets.token_hex(8)
    request = ledger.Request("bench", key, b"payment")
    return ledger.Payment(request, ISSUER, shop, wallet, amount)


def measure_batched(town: Town, payers: Payers, amount: int, clients: int, seconds: float) -> Run:
    """`clients` callers at once, each paying one after the other through one batcher."""
    return asyncio.run(_batched(town, payers, amount, clients, seconds))


async def _batched(town: Town, payers: Payers, amount: int, clients: int, seconds: float) -> Run:
    latencies: list[float] = []
    started = time.perf_counter()

    async def caller() -> None:
        while (before := time.perf_counter()) - started < seconds:
            outcome = await batcher.pay(new_payment(payers, amount))
            if outcome.paid:
                latencies.append(time.perf_counter() - before)

    async with ledger.Batcher(town.app_url) as batcher:
        await asyncio.gather(*(caller() for _ in range(clients)))
    return run_of(latencies, time.perf_counter() - started)


def measure_alone(town: Town, payers: Payers, amount: int, seconds: float) -> Run:
    """One caller, one payment a commit."""
    latencies: list[float] = []
    started = time.perf_counter()
    while (before := time.perf_counter()) - started < seconds:
        outcome = ledger.pay(town.connection, new_payment(payers, amount))
        if outcome.paid:
            latencies.append(time.perf_counter() - before)
    return run_of(latencies, time.perf_counter() - started)
