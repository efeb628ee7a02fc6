"""The books in parts: ranges of wallets with about as many entries each.

A check that looks at one wallet after another is run on a part at a time. So what it sorts fits
into memory however large the books are, and it can be told how far it is.
"""

from dataclasses import dataclass
from itertools import pairwise

from psycopg import Cursor

ENTRIES = 20_000
"""Entries of a part, about. One wallet is never in two."""

_FIRST = -(2**63)
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """Wallets from `first` to `last`, both included, there or not; `place` counts from 1."""

    place: int
    first: int
    last: int

    def of(self, query: str) -> str:
        """A check's query for this part: what stands for it in the text is put in.

        `:first` and `:last` are the wallets. `:once` is true in the first part alone, for what is
        asked about all wallets together beside what is asked about each.
        """
        return (
            query.replace(":first", f"'{self.first}'::bigint")
            .replace(":last", f"'{self.last}'::bigint")
            .replace(":once", "true" if self.place == 1 else "false")
        )


def in_parts(cursor: Cursor[tuple[int]], entries: int) -> list[Part]:
    """The parts of the books, by what wallets say of themselves. Whatever that is, each bigint is
    in one part: an entry whose wallet is missing too."""
    cursor.execute(
        """
        select max(p.wallet_id) from (
            select w.wallet_id,
                ceil(sum(1 + greatest(0, w.seq)) over (order by w.wallet_id) / %s) as part
            from ledger.wallet as w
        ) as p group by p.part order by 1
        """,
        [entries],
    )
    ends = [row[0] for row in cursor.fetchall()][:-1]
    bounds = [_FIRST - 1, *ends, _LAST]
    return [Part(place, low + 1, high) for place, (low, high) in enumerate(pairwise(bounds), 1)]
