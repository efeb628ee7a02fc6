"""The worker's job that holds everything against the books. procrastinate finds this module by its
name."""

import logging

from procrastinate.contrib.django import app

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger.checks import verify

logger = logging.getLogger(__name__)

BY_CLOCK = "clock"


@app.periodic(cron="*/15 * * * *")
@app.task(name="check_ledger", queue=BY_CLOCK, queueing_lock="check_ledger")
def check_ledger(timestamp: int) -> None:
    """Have the books check themselves, and orders, gift codes, cards, corrections, stopped
    shops and mails be held against them; a violation is logged as an error."""
    for check in verify(ledger_connection()).checks:
        if check.violations:
            logger.error(
                "the books do not hold: run hansatsu verify",
                extra={"check": check.name, "violations": check.violations},
            )
