"""What the worker does: a job is made by who owns the work, under a name that stays."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from procrastinate.contrib.django import app

import hansatsu
from hansatsu.database import clock_jobs

PACKAGE = Path(hansatsu.__file__).parent

PERIODIC = {
    ("check_ledger", "*/15 * * * *", "check_ledger"),
    ("close_days", "* * * * *", "close_days"),
    ("expire_due", "* * * * *", "expire_due"),
    ("forget_old_drafts", "17 * * * *", "forget_old_drafts"),
    ("forget_old_failures", "17 * * * *", "forget_old_failures"),
    ("forget_old_links", "37 * * * *", "forget_old_links"),
    ("forget_old_shortages", "17 * * * *", "forget_old_shortages"),
    ("forget_old_webhooks", "47 * * * *", "forget_old_webhooks"),
    ("forget_statement_files", "27 * * * *", "forget_statement_files"),
    ("give_back", "* * * * *", "give_back"),
    ("look_after_orders", "* * * * *", "look_after_orders"),
    ("remind_of_expiry", "* * * * *", "remind_of_expiry"),
    ("tell_of_disabled_webhooks", "* * * * *", "tell_of_disabled"),
    ("tell_paid_parts", "7 * * * *", "tell_paid_parts"),
    ("tell_shops", "* * * * *", "tell_shops"),
    ("tell_statements", "* * * * *", "tell_statements"),
    ("watch_clock", "* * * * *", "watch_clock"),
    ("watch_payout_runs", "* * * * *", "watch_payout_runs"),
    ("wipe_files", "* * * * *", "wipe_files"),
}
"""Name, times, queueing lock. A name or lock that changes loses the jobs of a running town."""

ON_DEMAND = {
    ("close_pages", "pages"),
    ("make_codes", "making"),
    ("make_statement_files", "making"),
    ("send_mail", "mail"),
    ("send_sandbox_webhook", "sandbox"),
    ("stop_cards", "making"),
}
"""Name and queue."""

THEIRS = ("procrastinate.", "builtin:")
"""How names of procrastinate's own jobs begin."""


def test_jobs_by_the_clock_are_these() -> None:
    jobs = app.periodic_registry.periodic_tasks.values()
    assert {(job.task.name, job.cron, job.task.queueing_lock) for job in jobs} == PERIODIC
    assert {(job.task.queue, job.periodic_id) for job in jobs} == {("clock", "")}


def test_jobs_on_demand_are_these() -> None:
    by_clock = {name for name, _, _ in PERIODIC}
    ours = [task for name, task in app.tasks.items() if not name.startswith(THEIRS)]
    assert {(task.name, task.queue) for task in ours if task.name not in by_clock} == ON_DEMAND


def test_a_job_is_called_with_the_time_that_it_was_due() -> None:
    """As the queue does, of this version and of the one before."""
    done = []
    name = "a_job_of_this_test"
    try:
        work = clock_jobs.periodic(name)(lambda: done.append(name))
        app.tasks[name](timestamp=1_790_000_000)
        work()
    finally:
        app.tasks.pop(name, None)
        app.periodic_registry.periodic_tasks.pop((name, ""), None)
    assert done == [name, name]


def test_no_job_is_made_where_the_worker_does_not_look() -> None:
    looked_into = {Path(each.path) / "tasks.py" for each in apps.get_app_configs()}
    assert [str(path) for path in makers(PACKAGE) if path not in looked_into] == []


def test_a_job_in_a_package_that_is_no_app_is_seen(tmp_path: Path) -> None:
    by_helper, by_hand = tmp_path / "one" / "tasks.py", tmp_path / "two" / "tasks.py"
    for path, line in (
        (by_helper, "from hansatsu.database.clock_jobs import periodic"),
        (by_hand, "from procrastinate.contrib.django import app\n@app.task()\ndef work(): ..."),
        (tmp_path / "three" / "tasks.py", "OPEN = 1"),
    ):
        path.parent.mkdir()
        path.write_text(line, encoding="utf-8")
    assert list(makers(tmp_path)) == [by_helper, by_hand]


def makers(tree: Path) -> Iterator[Path]:
    """The files that make a job: with the helper, or with the application itself."""
    helper = Path(clock_jobs.__file__)
    for path in sorted(tree.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        told = "procrastinate" in text or "clock_jobs" in text
        if told and path != helper and any(map(_makes_job, ast.walk(ast.parse(text)))):
            yield path


def _makes_job(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module="hansatsu.database.clock_jobs"):
            return True
        case ast.ImportFrom(module="hansatsu.database", names=names):
            return any(name.name == "clock_jobs" for name in names)
        case ast.Attribute(value=ast.Name(id="app"), attr="task" | "periodic"):
            return True
    return False
