"""The worker's jobs for orders and their money. procrastinate finds this module by its name."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansatsu.charging import giving_back, rounds
from hansatsu.charging.checks import FOLDER as CHARGING
from hansatsu.charging.psp.sandbox import jobs, sending
from hansatsu.database.connections import ledger_connection
from hansatsu.ledger.checks import verify
from hansatsu.taking.checks import FOLDER as TAKING

logger = logging.getLogger(__name__)

BY_CLOCK = "clock"


@app.periodic(cron="* * * * *")
@app.task(name="look_after_orders", queue=BY_CLOCK, queueing_lock="look_after_orders")
def look_after_orders(timestamp: int) -> None:
    """Ask about open orders, remind of deadlines, lapse what is over, every minute."""
    rounds.poll_orders()
    rounds.remind_of_deadlines()
    rounds.lapse_orders()


@app.periodic(cron="* * * * *")
@app.task(name="give_back", queue=BY_CLOCK, queueing_lock="give_back")
def give_back(timestamp: int) -> None:
    """Ask providers again for refunds that they have not answered, and payers for the accounts
    that money goes back to."""
    giving_back.ask_again()
    giving_back.ask_for_accounts()


@app.periodic(cron="*/15 * * * *")
@app.task(name="check_ledger", queue=BY_CLOCK, queueing_lock="check_ledger")
def check_ledger(timestamp: int) -> None:
    """Have the books check themselves, and orders, gift codes and cards be held against them; a
    violation is logged as an error."""
    for check in verify(ledger_connection(), [CHARGING, TAKING]).checks:
        if check.violations:
            logger.error(
                "the books do not hold: run hansatsu verify",
                extra={"check": check.name, "violations": check.violations},
            )


@app.task(
    name=sending.TASK,
    queue=sending.QUEUE,
    retry=RetryStrategy(max_attempts=8, exponential_wait=2),
)
def send_sandbox_webhook(account: str, body: str) -> None:
    """Send a webhook of the sandbox, again and again for some minutes."""
    jobs.send_webhook(account, body)
