"""Is this installation alive, and may it be sent people?"""

from functools import cache
from uuid import uuid4

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger

HEARTBEAT_LIMIT = 30
"""Seconds after which a silent worker counts as gone. It beats every 10 seconds."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers. For restarting it when it does not."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, worker and payments are as they should be, otherwise 503 and
    which is not. ``hanging_payments`` is how many of the tills' payments over the API wait in vain
    for what another transaction holds: they get ``try_again`` while all others are paid, so this is
    no reason to send people away."""
    try:
        checks = {
            "database": True,
            "migrations": not unapplied_migrations(),
            "worker": worker_beats(),
            "payments": payments_work(),
        }
        hanging = ledger.hanging_payments(ledger_connection())
    except (DatabaseError, psycopg.Error):
        checks, hanging = {"database": False}, 0
    ready = all(checks.values())
    answer = {"ready": ready, "checks": checks, "hanging_payments": hanging}
    return JsonResponse(answer, status=200 if ready else 503)


def unapplied_migrations() -> set[tuple[str, str]]:
    """Migrations (app, name) that the code has and the database has not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return {key for key in _migrations_on_disk() if key not in applied}


def worker_beats() -> bool:
    """True when a worker has shown itself lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [HEARTBEAT_LIMIT],
        )
        return bool(cursor.fetchone()[0])


def payments_work() -> bool:
    """True when the way of a payment is free: a payment by nobody goes it, and is taken back."""
    probe = ledger.Payment(ledger.Request.of("system:readyz", uuid4().hex), 0, 0, 0, 1)
    ledger_side = ledger_connection()
    try:
        with ledger_side.transaction(force_rollback=True):
            ledger_side.execute("set local lock_timeout = '500ms'")
            ledger_side.execute("set local statement_timeout = '2s'")
            return ledger.pay(ledger_side, probe).outcome == "unknown"
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled):
        return False


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())
