"""/healthz, /readyz and /metrics tell what is so."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from hansatsu.config import health


@pytest.fixture
def no_workers() -> Iterator[None]:
    """As if no worker ran, for this test's own eyes only: a running site keeps its worker."""
    with transaction.atomic():
        execute("DELETE FROM procrastinate_workers")
        yield
        transaction.set_rollback(True)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_alive() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ok\n"


def test_ready_only_with_a_worker(no_workers: None) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {"database": True, "migrations": True, "worker": False, "payments": True},
        "hanging_payments": 0,
    }
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True


def test_a_way_of_payments_that_hangs_is_noticed(owner_connection: psycopg.Connection) -> None:
    with owner_connection.transaction():
        owner_connection.execute("lock table ledger.request in access exclusive mode")
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["payments"] is False
    assert Client().get("/readyz").json()["checks"]["payments"] is True


def test_a_worker_that_fell_silent_is_not_there(no_workers: None) -> None:
    execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')"
    )
    assert not health.worker_beats()


def test_an_unapplied_migration_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.unapplied_migrations() == set()
    of_the_code = health._migrations_on_disk() | {("ledger", "9999_to_come")}
    monkeypatch.setattr(health, "_migrations_on_disk", lambda: of_the_code)
    assert health.unapplied_migrations() == {("ledger", "9999_to_come")}
    assert Client().get("/readyz").json()["checks"]["migrations"] is False


def test_figures_for_prometheus() -> None:
    text = Client().get("/metrics").content.decode()
    assert 'hansatsu_jobs{state="todo"} ' in text
    assert "hansatsu_outbox_rows " in text
    assert "hansatsu_unapplied_migrations 0.0" in text


def test_every_answer_carries_its_request_id() -> None:
    assert len(Client().get("/healthz").headers["X-Request-ID"]) == 16
    answer = Client().get("/healthz", headers={"X-Request-ID": "till-7-000123"})
    assert answer.headers["X-Request-ID"] == "till-7-000123"
    answer = Client().get("/healthz", headers={"X-Request-ID": "a b\tc"})
    assert answer.headers["X-Request-ID"] != "a b\tc"


def test_the_policy_for_pages_is_strict() -> None:
    policy = Client().get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
