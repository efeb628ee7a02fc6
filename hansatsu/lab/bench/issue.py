"""`hansatsu bench issue`: value to many wallets at once."""

import time

from hansatsu.lab.bench.town import throwaway_town


def bench_issue(wallets: int) -> dict[str, float]:
    """One lot to each of `wallets` wallets, in sets of a thousand."""
    with throwaway_town() as town:
        town.populate(2_000, lots_a_wallet=1)
        started = time.perf_counter()
        town.populate(wallets, lots_a_wallet=1)
        seconds = time.perf_counter() - started
    return {
        "wallets": wallets,
        "seconds": round(seconds, 2),
        "lots_per_s": round(wallets / seconds),
    }
