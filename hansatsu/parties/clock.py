"""The time: that of the ledger's clock, everywhere.

A test or a demo shifts one clock, and codes, links and waiting times follow it.
"""

from datetime import datetime

from django.db.models import DateTimeField, Func

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger


def now() -> datetime:
    """What the ledger's clock shows, with its time zone."""
    return ledger.now(ledger_connection())


class Now(Func):
    """The same inside a statement that Django writes: read when the row is, without a question of
    its own. Migrations name it."""

    function = "ledger.now"
    output_field = DateTimeField()
