"""The worker's job for shops. procrastinate finds this module by its name."""

from hansatsu.database.clock_jobs import periodic
from hansatsu.parties.shops import batches


@periodic("forget_old_drafts", "17 * * * *")
def forget_drafts() -> None:
    """Delete the drafts of changes to shops that nobody has done in time."""
    batches.forget_old_drafts()
