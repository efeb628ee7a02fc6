"""Jobs that come round by the clock: for the ``tasks.py`` of the package that owns the work.

procrastinate finds a ``tasks.py`` in every installed app, so a job is made by writing it there, and
nobody lists them (ADR 0211). A job waits once in the queue, however many workers there are and
however long one takes.
"""

from collections.abc import Callable

from procrastinate.contrib.django import app

QUEUE = "clock"
"""The queue of what comes round by the clock."""

EVERY_MINUTE = "* * * * *"
"""The times of a job that is due at each full minute, as cron writes them."""

type Work = Callable[[], None]


def periodic(
    name: str, cron: str = EVERY_MINUTE, *, lock: str | None = None
) -> Callable[[Work], Work]:
    """Decorate a function that the worker is to call by the clock.

    Args:
        name: of the job in the queue. It never changes: jobs wait under it, and a worker of the
            version before knows it.
        cron: its times, in the machine's clock.
        lock: its queueing lock, of which one waits at a time; the name, unless told.

    Raises:
        procrastinate.exceptions.TaskAlreadyRegistered: when another job has this name.
    """

    def register(work: Work) -> Work:
        def run(timestamp: int) -> None:
            work()

        task = app.task(name=name, queue=QUEUE, queueing_lock=lock or name)(run)
        app.periodic(cron=cron)(task)
        return work

    return register
