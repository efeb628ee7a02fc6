"""The worker's job that holds everything against the books. procrastinate finds this module by its
name."""

import logging

from hansatsu.database.clock_jobs import periodic
from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger

logger = logging.getLogger(__name__)


@periodic("check_ledger", "*/15 * * * *")
def check_ledger() -> None:
    """Have the books check themselves, and orders, gift codes, cards, corrections, stopped
    shops and mails be held against them; a violation is logged as an error."""
    for check in ledger.verify(ledger_connection()).checks:
        if check.violations:
            logger.error(
                "the books do not hold: run hansatsu verify",
                extra={"check": check.name, "violations": check.violations},
            )
