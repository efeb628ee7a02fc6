"""The worker's jobs for what is printed. procrastinate finds this module by its name."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from hansatsu.database.clock_jobs import periodic
from hansatsu.flows.printouts import batches, stopping, store

AGAIN = 30
"""Seconds."""
TRIES = 10
"""After the first, of a making."""


@app.task(
    name=batches.TASK,
    queue=batches.QUEUE,
    retry=RetryStrategy(max_attempts=TRIES, wait=AGAIN),
    pass_context=True,
)
def make_codes(context: JobContext, making_id: int) -> None:
    """Make codes or cards; a worker that is killed leaves whole parts, and another goes on. What
    fails is tried again behind them for some minutes, then given up."""
    batches.make_all(making_id, last_try=context.job.attempts >= TRIES)


@app.task(name=stopping.TASK, queue=batches.QUEUE, retry=RetryStrategy(wait=AGAIN))
def stop_cards(stopping_id: int) -> None:
    """Stop the cards of a batch; what fails on the way is tried again behind what is stopped."""
    stopping.stop_all(stopping_id)


@periodic("wipe_files")
def wipe_files() -> None:
    """Erase files that were handed out an hour ago, every minute."""
    store.wipe_forgotten()
