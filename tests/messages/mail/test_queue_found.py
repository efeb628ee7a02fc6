"""The queue's next job is found soon, however many wait."""

import time

import psycopg

from tests.support.copies import DatabaseCopy

FETCH = "procrastinate_fetch_job_v2(varchar[], bigint)"
WAITING = """
    insert into procrastinate_jobs (queue_name, task_name, status)
    select 'mail', 'send_mail', 'todo' from generate_series(1, 2000)
"""


def fetch(connection: psycopg.Connection) -> int | None:
    """Take up a job, in a transaction that is not kept."""
    with connection.transaction(force_rollback=True):
        row = connection.execute(
            "select (procrastinate_fetch_job_v2(null, max(w.id))).id"
            " from procrastinate_workers as w"
        ).fetchone()
    assert row is not None
    taken: int | None = row[0]
    return taken


def seconds_after_a_quiet_time(owner: psycopg.Connection, url: str) -> float:
    """Of taking up one job, by a worker that has looked often while nothing waited."""
    owner.execute("delete from procrastinate_jobs")
    owner.execute("vacuum analyze procrastinate_jobs")
    with psycopg.connect(url, autocommit=True) as worker:
        for _ in range(10):
            assert fetch(worker) is None
        owner.execute(WAITING)
        began = time.perf_counter()
        assert fetch(worker) is not None
        return time.perf_counter() - began


def test_a_queue_that_looked_empty_is_not_compared_with_itself(
    database_copy: DatabaseCopy,
) -> None:
    with psycopg.connect(database_copy.owner_url, autocommit=True) as owner:
        owner.execute("insert into procrastinate_workers default values")
        owner.execute(WAITING)
        found = seconds_after_a_quiet_time(owner, database_copy.app_url)
        owner.execute(f"alter function {FETCH} reset all")
        before = seconds_after_a_quiet_time(owner, database_copy.app_url)
    assert found < before / 5
