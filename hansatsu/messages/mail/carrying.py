"""Mails that wait beside the one whose job runs are sent with it, in sets (ADR 0263).

A mail has a job of its own, under which a worker of the version before finds it too. Taking up a
job and finishing it cost more than the mail: so a job that is done takes up others for a while,
many at once, and they are finished with the statement that keeps what came of their mails.
"""

import logging
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from hansatsu.messages.mail.delivery import Outcome, attempt, keep
from hansatsu.messages.mail.gathering import Together
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.queue import MAIL_QUEUE, SEND_MAIL
from hansatsu.messages.mail.retries import wait_seconds

logger = logging.getLogger(__name__)

SET = 16
"""The number of jobs that are taken up at once."""

LONGEST = 2.0
"""The seconds after which no further set is taken up: other jobs wait for the place, and a worker
that is told to stop for its end."""

PATIENCE = 5.0
"""The seconds after which no further mail is begun, with a mail server that is slow."""

TAKE = """
    with due as materialized (
        select w.id from procrastinate_jobs as w
        where w.status = 'todo' and w.queue_name = %(queue)s and w.task_name = %(task)s
            and (w.scheduled_at is null or w.scheduled_at <= now())
        order by w.priority desc, w.id limit %(most)s
        for update skip locked
    )
    update procrastinate_jobs as j set status = 'doing', worker_id = %(worker)s
    from due where j.id = due.id
    returning j.id, j.attempts, (j.args ->> 'mail_id')::bigint
"""
"""As procrastinate's own function does it for one. The jobs are the worker's: when it dies, they
are taken up again by its missing heartbeat, like those that it fetched."""

FINISH = """
    delete from procrastinate_jobs where id = any (%s) and status in ('todo', 'doing')
"""
"""A job that is not there any more is no reason to forget that its mail was sent: procrastinate's
own function raises then."""

RETRY = """
    update procrastinate_jobs as j
    set status = 'todo', abort_requested = false, attempts = j.attempts + 1,
        scheduled_at = now() + make_interval(secs => t.seconds)
    from unnest(%s::bigint[], %s::integer[]) as t (id, seconds)
    where j.id = t.id and j.status = 'doing'
"""

GIVE_BACK = """
    update procrastinate_jobs set status = 'todo', abort_requested = false
    where id = any (%s) and status = 'doing'
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was taken up; ``attempts`` is how often it was tried before."""

    pk: int
    attempts: int
    mail_id: int


type Tried = tuple[Job, Outcome | None]
"""A job and what came of its mail; None when nothing did, and it is to be tried again later."""


def carry_on(worker_id: int) -> None:
    """Send mails that wait, until none does, the mail server fails or the time is over.

    Args:
        worker_id: the worker's in procrastinate's table, whose job this is a part of.
    """
    give_back_left()
    began = time.monotonic()
    while time.monotonic() < began + LONGEST:
        jobs = _take(worker_id)
        if not jobs or not _send(jobs, began + PATIENCE):
            return


def give_back_left() -> None:
    """Give back what could not be given back when it should have been, such as for want of the
    database. Call it now and then: the worker lives, so nobody else takes its jobs up."""
    with _LOCK:
        left = list(_LEFT)
        _LEFT.clear()
    _give_back(left)


def _take(worker_id: int) -> list[Job]:
    asked: dict[str, Any] = {
        "queue": MAIL_QUEUE,
        "task": SEND_MAIL,
        "most": SET,
        "worker": worker_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, asked)
        return [Job(*row) for row in cursor.fetchall()]


def _send(jobs: Sequence[Job], until: float) -> bool:
    """Send their mails; True when the mail server takes more. What is not begun is given back."""
    left = [job.pk for job in jobs]
    try:
        ids = [job.mail_id for job in jobs]
        mails = Mail.objects.select_related("issuer").in_bulk(ids)
        for job in jobs:
            if time.monotonic() >= until:
                return False
            outcome = _outcome(mails.get(job.mail_id))
            _TOGETHER.keep((job, outcome))
            left.remove(job.pk)
            if outcome is not None and outcome.is_of_server:
                return False
    finally:
        _give_back(left)
    return True


def _outcome(mail: Mail | None) -> Outcome | None:
    if mail is None:
        return None
    try:
        return attempt(mail)
    except Exception:
        # a mail that cannot be made, such as for its address, must hold up no other
        logger.exception("a mail was not sent and is tried again", extra={"mail": mail.pk})
        return None


def _note(tried: Sequence[Tried]) -> None:
    """Keep what came of mails, and finish their jobs or have them tried again: all or nothing."""
    again = [job for job, outcome in tried if outcome is None or not outcome.is_over]
    over = [job.pk for job, outcome in tried if outcome is not None and outcome.is_over]
    waits = [wait_seconds(job.attempts) for job in again]
    with transaction.atomic(), connection.cursor() as cursor:
        keep([outcome for _, outcome in tried if outcome is not None])
        if over:
            cursor.execute(FINISH, [over])
        if again:
            cursor.execute(RETRY, [[job.pk for job in again], waits])


def _give_back(jobs: Collection[int]) -> None:
    """Let others take them up. What cannot be given back now is by ``give_back_left``."""
    if not jobs:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [list(jobs)])
    except BaseException:
        with _LOCK:
            _LEFT.update(jobs)
        raise


_TOGETHER: Together[Tried] = Together(_note)
"""Of all threads that send: each waits for its own before it begins another, so that no more than
one mail a thread is sent and not known to be."""

_LEFT: set[int] = set()
_LOCK = threading.Lock()
