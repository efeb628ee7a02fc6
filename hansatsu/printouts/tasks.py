"""The worker's jobs for what is printed. procrastinate finds this module by its name."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansatsu.printouts import making, stopping

AGAIN = 30
"""Seconds."""


@app.task(name=making.TASK, queue=making.QUEUE)
def make_codes(making_id: int) -> None:
    """Make codes or cards; a worker that is killed leaves whole parts, and another goes on."""
    making.make_all(making_id)


@app.task(name=stopping.TASK, queue=making.QUEUE, retry=RetryStrategy(wait=AGAIN))
def stop_cards(stopping_id: int) -> None:
    """Stop the cards of a batch; what fails on the way is tried again behind what is stopped."""
    stopping.stop_all(stopping_id)
