"""A making that meets an error is tried again, and given up in words; what was made stays."""

from contextlib import AbstractContextManager
from unittest import mock

from procrastinate import JobContext
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts import tasks
from hansatsu.flows.printouts.models import UNEXPECTED, Making, MakingState
from hansatsu.flows.printouts.stopping import can_be_stopped
from hansatsu.parties.cards.models import Card
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town


def ordered(town: Town, desk: Desk) -> Making:
    form = {
        "name": "敬老",
        f"part_{town.all_shops.pk}": "5000",
        "count": "5",
        "forms": ["xlsx"],
        "reason": "敬老の日",
    }
    assert desk.confirm("makings/cards/", form).status_code == 303
    return Making.objects.of(town.issuer).get()


def run(making: Making, attempts: int) -> RetryDecision | None:
    """The worker's job after so many that failed; when it is to be tried again, if it fails."""
    job = Job(id=1, queue=bulk.QUEUE, lock=None, queueing_lock=None, task_name=bulk.TASK)
    job = job.evolve(attempts=attempts)
    context = JobContext(app=tasks.app, job=job, start_timestamp=0, abort_reason=lambda: None)
    try:
        tasks.make_codes(context, making_id=making.pk)
    except OSError as error:
        again = tasks.make_codes.get_retry_exception(exception=error, job=job)
        return again.retry_decision if again else None
    finally:
        making.refresh_from_db()
    return None


def fails_after(parts: int) -> AbstractContextManager[object]:
    return mock.patch.object(bulk, "table_of", side_effect=[b"PK"] * parts + [OSError("disk")])


def test_an_error_is_tried_again_behind_what_was_made(town: Town, desk: Desk) -> None:
    making = ordered(town, desk)
    with mock.patch.object(bulk, "PART", 2), fails_after(1):
        again = run(making, 0)
    assert again is not None
    assert (making.state, making.done) == (MakingState.WORKING, 2)
    assert run(making, 1) is None
    assert (making.state, making.done, making.error) == (MakingState.FINISHED, 5, "")
    assert Card.objects.of(town.issuer).count() == 5


def test_an_error_that_stays_ends_it_with_what_was_made(town: Town, desk: Desk) -> None:
    making = ordered(town, desk)
    with mock.patch.object(bulk, "PART", 2), fails_after(1):
        assert run(making, tasks.TRIES) is None
    assert (making.state, making.done, making.error) == (MakingState.FAILED, 2, UNEXPECTED)
    assert run(making, 0) is None
    assert Card.objects.of(town.issuer).count() == making.done == 2
    assert can_be_stopped(making)
    page = words(desk.get(f"making/{making.pk}/"))
    assert "5枚のうち2枚" in page
    assert "思わぬ誤りで途中で止まりました" in page
    assert f"makings/{making.pk}/stop/" in page
