"""The worker's job for webhooks. procrastinate finds this module by its name."""

from hansatsu.database.clock_jobs import periodic
from hansatsu.messages.webhooks.retention import forget_old_messages


@periodic("forget_old_webhooks", "47 * * * *")
def forget_webhooks() -> None:
    """Delete what shops' servers were told long ago."""
    while forget_old_messages():
        pass
