"""The worker's jobs for log-ins and mailed links. procrastinate finds this module by its name."""

from hansatsu.database.clock_jobs import periodic
from hansatsu.parties.identity import mailed_links, retention


@periodic("forget_old_failures", "17 * * * *")
def forget_failures() -> None:
    """Delete what log-ins have left behind and no longer matters."""
    retention.forget_old_traces()


@periodic("forget_old_links", "37 * * * *")
def forget_links() -> None:
    """Empty and delete the links of mails that have ended."""
    mailed_links.forget_old_links()
