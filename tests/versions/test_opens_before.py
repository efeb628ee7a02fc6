"""A database of before the move, opened: migrations change nothing in it but what is new, the books
hold, and the worker knows every job that waits."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from procrastinate.contrib.django import app

from hansatsu.database.server import EmbeddedServer
from hansatsu.database.urls import SUPERUSER
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.processes.supervisor import end, spawn
from tests.support.copies import DatabaseCopy, copied
from tests.support.mail_server import MailServer
from tests.support.receivers import Receiver
from tests.support.waiting import wait_until
from tests.versions.moved import CODE, KNOWN, environment_of

NAMES = {
    "tables": "select schemaname || '.' || tablename from pg_tables"
    " where schemaname in ('ledger', 'public')",
    "migrations": "select app || '.' || name from django_migrations",
    "content types": "select app_label || '.' || model from django_content_type",
    "permissions": "select c.app_label || '.' || p.codename from auth_permission as p"
    " join django_content_type as c on c.id = p.content_type_id",
}
"""What a database calls after the apps."""


def names_in(url: str) -> dict[str, set[str]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return {
            what: {name for (name,) in connection.execute(query.encode()).fetchall()}
            for what, query in NAMES.items()
        }


SINCE = {"reminders", "settlement"}
"""Apps that there were not at the time of the dump."""


@pytest.fixture(scope="module")
def before(server: EmbeddedServer, restored: str) -> dict[str, set[str]]:
    """The names in the database as it was dumped."""
    with copied(server, restored) as copy:
        return names_in(copy.superuser_url)


def test_nothing_is_called_otherwise(
    before: dict[str, set[str]], opened: DatabaseCopy, server: EmbeddedServer
) -> None:
    now = names_in(server.url_of(SUPERUSER, opened.name))
    for what in NAMES:
        assert now[what] >= before[what], what
    apps = {name.split(".")[0] for name in before["migrations"]}
    begun = {name.split(".")[0] for name in now["migrations"]} - apps
    assert begun == SINCE, "no app began anew"


def test_everything_is_worth_what_it_was(opened: DatabaseCopy) -> None:
    hanako = Resident.objects.select_related("issuer").get(pk=KNOWN["resident"])
    assert total_balance(hanako.issuer, hanako.wallet_id) == KNOWN["balance_of_hanako"]


def test_the_books_hold(opened: DatabaseCopy, application_environment: dict[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "hansatsu.cli", "verify"],
        env=environment_of(opened, application_environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_every_job_that_waits_is_a_task_of_now(opened: DatabaseCopy) -> None:
    app.perform_import_paths()
    with psycopg.connect(opened.superuser_url) as connection:
        query = "select distinct task_name from procrastinate_jobs"
        waiting = {name for (name,) in connection.execute(query).fetchall()}
    assert waiting == set(KNOWN["jobs"])
    assert waiting <= app.tasks.keys()


def test_the_worker_does_what_was_left_to_it(
    just_opened: DatabaseCopy, application_environment: dict[str, str], tmp_path: Path
) -> None:
    """Mails of before, also for entries that nobody had relayed, are sent; webhooks arrive; what
    was ordered is made; nothing fails."""
    log = tmp_path / "worker.log"
    with psycopg.connect(just_opened.superuser_url, autocommit=True) as database:
        query = "select count(*) from ledger.outbox where relayed_at is null"
        assert _number(database, query) > 0
        mails = _number(database, "select count(*) from notifications_mail")
        last = _number(database, "select max(id) from procrastinate_jobs")
        with MailServer() as server, Receiver() as provider:
            site = f"http://127.0.0.1:{provider.port}"
            environment = environment_of(
                just_opened, application_environment, EMAIL_URL=server.url, SITE_URL=site
            )
            worker = spawn("worker", environment, log)
            try:
                wait_until(lambda: _is_done(database, last), seconds=60, what="the jobs of before")
            finally:
                end(worker)
        assert _jobs(database, "status = 'failed'") == 0, log.read_text()
        assert len(server.mails) > mails
        assert {each.path for each in provider.requests} == {f"/psp/sandbox/{CODE}/webhook/"}
        made = "select count(*) from printouts_making where state <> 'finished'"
        assert _number(database, made) == 0


def _is_done(database: psycopg.Connection, last: int) -> bool:
    """True when all that waited is done, and the mails that came of it; jobs by the clock come
    again and again, so of those the jobs after ``last`` do not count."""
    waiting = f"status in ('todo', 'doing') and (id <= {last} or queue_name = 'mail')"
    unsent = "select count(*) from ledger.outbox where relayed_at is null"
    return _number(database, unsent) == 0 and _jobs(database, waiting) == 0


def _jobs(database: psycopg.Connection, condition: str) -> int:
    return _number(database, f"select count(*) from procrastinate_jobs where {condition}")


def _number(database: psycopg.Connection, query: str) -> int:
    row = database.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
