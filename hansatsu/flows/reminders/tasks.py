"""The worker's job for reminders. procrastinate finds this module by its name."""

from hansatsu.database.clock_jobs import periodic
from hansatsu.flows.reminders.rounds import remind
from hansatsu.system.awake import awake


@periodic("remind_of_expiry")
def remind_of_expiry() -> None:
    """Write the day's reminders of what expires, once in the daytime; asked every minute, so that
    a worker that was dead at nine does it when it is back."""
    remind(awake())
