"""Which closings are due, and the cut that nothing slips behind (architecture.md, Closing).

Every midnight in Japan is a cut. A closing reads the ledger once nobody is left who may still write
before its cut: the cut is committed, and who had begun to write by then has ended.
"""

import time
from datetime import datetime
from typing import Final, Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement import plans
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.system.awake import awake

PAUSE: Final = 0.05
"""Seconds between two looks at who still writes."""
LOOKS: Final = 200
"""Looks after which a closing is left to the next minute: ten seconds' worth, twice what a
transaction of ours may take."""

Cut = Literal[
    "cut",
    "clock_jumped",  # nothing is closed by a clock that is wrong
    "writers",  # somebody who began before the cut still writes: ask again
]


def cut_days(issuer: Issuer, *, looks: int = LOOKS) -> tuple[Cut, datetime]:
    """Close the issuer's books up to the last midnight in Japan, and wait for who still writes.

    Returns what came of it, and that midnight. After ``cut``, what is read of the time before it is
    final. Not to be called inside a transaction: the cut is committed by itself.
    """
    connection = ledger_connection()
    midnight = plans.midnight_of(clock.now())
    if ledger.expire_due(connection, awake=awake()) is None:
        return "clock_jumped", midnight
    if not ledger.cut(connection, issuer.pk, midnight):
        raise RuntimeError(f"the clock has not come to {midnight}, which it showed just now")
    number = ledger.writers_since(connection)
    for _ in range(looks):
        if ledger.writers_are_done(connection, number):
            return "cut", midnight
        time.sleep(PAUSE)
    return "writers", midnight


def is_cut(issuer: Issuer, midnight: datetime) -> bool:
    """True when the issuer's books are closed up to a midnight, or further."""
    until = ledger.closed_until(ledger_connection(), issuer.pk)
    return until is not None and until >= midnight
