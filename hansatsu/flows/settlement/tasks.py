"""The worker's jobs of settling. procrastinate finds this module by its name."""

import logging
from collections.abc import Callable

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansatsu.database.clock_jobs import periodic
from hansatsu.flows.printouts.batches import QUEUE
from hansatsu.flows.settlement.closing import close_due, is_due
from hansatsu.flows.settlement.cuts import is_cut
from hansatsu.flows.settlement.documents import all_files
from hansatsu.flows.settlement.payouts.staleness import alarm_of_changes
from hansatsu.flows.settlement.plans import midnight_of
from hansatsu.flows.settlement.telling import tell_all
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer

logger = logging.getLogger(__name__)


@periodic("close_days")
def close_days() -> None:
    """Every minute: cut the books of issuers whose day is over, and make the closings that are due.
    What is cut already costs a look."""
    _of_each_issuer(_close)


@periodic("tell_statements")
def tell_statements() -> None:
    """Every minute: tell shops of the statements that closings have made."""
    _of_each_issuer(tell_all)


def _close(issuer: Issuer) -> None:
    if is_cut(issuer, midnight_of(clock.now())) and not is_due(issuer):
        return
    for closing in close_due(issuer).closings:
        logger.info("closed", extra={"issuer": issuer.code, "closing": closing.number})


def _of_each_issuer(work: Callable[[Issuer], object]) -> None:
    """What fails for one issuer keeps none of the others from being paid. The job fails when all
    have had their turn, with all that went wrong.

    Raises:
        ExceptionGroup: of what ``work`` raised, each with its issuer.
    """
    failed: list[Exception] = []
    for issuer in Issuer.objects.order_by("pk"):
        try:
            work(issuer)
        except Exception as error:  # whatever it is: it is this issuer's alone
            error.add_note(f"of issuer {issuer.code}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("settling failed", failed)


@app.task(name=all_files.TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=10, wait=30))
def make_statement_files(files_id: int) -> None:
    """Make the files of a closing's statements; a worker that is killed leaves whole parts, and
    another goes on."""
    all_files.make_all(files_id)


@periodic("forget_statement_files", "27 * * * *")
def forget_statement_files() -> None:
    """Delete what was made a week ago."""
    all_files.forget_old_files()


@periodic("watch_payout_runs")
def watch_payout_runs() -> None:
    """Every minute: tell issuers what has changed in runs that were approved before."""
    alarm_of_changes()
