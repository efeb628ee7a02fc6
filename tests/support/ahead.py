"""A wallet whose last entry is of an hour that has not come: a wrong clock has touched it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from hansatsu.database.server import EmbeddedServer

MOVE = b"update ledger.wallet set last_at = last_at + %s::interval where wallet_id = %s"


@contextmanager
def ahead(server: EmbeddedServer, wallet: int) -> Iterator[None]:
    """Until the end of the ``with``; the wallet must have an entry."""
    with psycopg.connect(server.owner_url, autocommit=True) as owner:
        owner.execute(MOVE, ["1 hour", wallet])
        try:
            yield
        finally:
            owner.execute(MOVE, ["-1 hour", wallet])
