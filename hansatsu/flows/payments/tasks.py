"""The worker's job for payments. procrastinate finds this module by its name."""

from hansatsu.database.clock_jobs import periodic
from hansatsu.flows.payments import shortages


@periodic("forget_old_shortages", "17 * * * *")
def forget_shortages() -> None:
    """Delete what tries to pay have left behind and no longer matters."""
    shortages.forget_shortages()
