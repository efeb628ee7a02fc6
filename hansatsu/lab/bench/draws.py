"""Who pays where: wallets and shops, drawn before anything is measured, so that drawing costs the
same whatever they follow, and next to nothing."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate, cycle
from typing import Literal, get_args

Spread = Literal["even", "zipf"]
SPREADS: tuple[Spread, ...] = get_args(Spread)
"""``even``: each as likely as any other; ``zipf``: the nth in a rank as likely as the first
divided by n (exponent 1.0), as regular customers and large shops are."""

COUNT = 2**17
"""The number of draws that are made beforehand; then they begin again."""

IN_PGBENCH: dict[Spread, str] = {
    "even": "random(1, :{count})",
    "zipf": "1 + permute(random_zipfian(1, :{count}, 1.001) - 1, :{count})",
}
"""The same as an expression of pgbench, whose exponents begin at 1.001. Ranks are scattered, so
that those who pay most are no neighbours in a table."""


def draw(of: Sequence[int], spread: Spread, count: int = COUNT) -> list[int]:
    """So many of them, as ``spread`` says, in a rank that is drawn as well."""
    if spread == "even":
        return random.choices(of, k=count)  # noqa: S311 - not a secret
    rank = random.sample(of, len(of))
    return random.choices(rank, cum_weights=zipf(len(of)), k=count)  # noqa: S311


def zipf(count: int) -> list[float]:
    """The weights of the first, the first two … of ``count`` ranks."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def payers(
    wallets: Sequence[int], shops: Sequence[int], spread: Spread
) -> Iterator[tuple[int, int]]:
    """Wallets and shops without end."""
    return cycle(list(zip(draw(wallets, spread), draw(shops, spread), strict=True)))
