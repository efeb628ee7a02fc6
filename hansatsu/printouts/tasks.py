"""The worker's jobs for what is printed. procrastinate finds this module by its name."""

from procrastinate.contrib.django import app

from hansatsu.printouts.making import QUEUE, TASK, make_all


@app.task(name=TASK, queue=QUEUE)
def make_codes(making_id: int) -> None:
    """Make codes or cards; a worker that is killed leaves whole parts, and another goes on."""
    make_all(making_id)
