"""Callers of the Python API: many through the batcher, or one alone."""

import asyncio
import random
import secrets
import time

from hansatsu.lab.bench.figures import Run, run_of
from hansatsu.lab.bench.town import ISSUER, PAYMENT, SHOP, Town
from hansatsu.ledger import api as ledger


def new_payment(wallets: range) -> ledger.Payment:
    """A payment of some wallet, under a key of its own."""
    wallet = random.choice(wallets)  # noqa: S311 - not a secret
    key = secrets.token_hex(8)
    request = ledger.Request("bench", key, b"payment")
    return ledger.Payment(request, ISSUER, SHOP, wallet, PAYMENT)


def measure_batched(town: Town, wallets: range, clients: int, seconds: float) -> Run:
    """`clients` callers at once, each paying one after the other through one batcher."""
    return asyncio.run(_batched(town, wallets, clients, seconds))


async def _batched(town: Town, wallets: range, clients: int, seconds: float) -> Run:
    latencies: list[float] = []
    started = time.perf_counter()

    async def caller() -> None:
        while (before := time.perf_counter()) - started < seconds:
            outcome = await batcher.pay(new_payment(wallets))
            if outcome.paid:
                latencies.append(time.perf_counter() - before)

    async with ledger.Batcher(town.app_url) as batcher:
        await asyncio.gather(*(caller() for _ in range(clients)))
    return run_of(latencies, time.perf_counter() - started)


def measure_alone(town: Town, wallets: range, seconds: float) -> Run:
    """One caller, one payment a commit."""
    latencies: list[float] = []
    started = time.perf_counter()
    while (before := time.perf_counter()) - started < seconds:
        outcome = ledger.pay(town.connection, new_payment(wallets))
        if outcome.paid:
            latencies.append(time.perf_counter() - before)
    return run_of(latencies, time.perf_counter() - started)
