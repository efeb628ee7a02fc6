"""Is this installation alive, and may it be sent people?"""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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
    """200 when database, migrations and worker are as they should be, else 503 and which is not."""
    try:
        checks = {
            "database": True,
            "migrations": not unapplied_migrations(),
            "worker": worker_beats(),
        }
    except DatabaseError:
        checks = {"database": False}
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def unapplied_migrations() -> set[tuple[str, str]]:
    """Migrations (app, name) that the code has and the database has not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return {key for key in _migrations_on_disk() if key not in applied}


def worker_beats() -> bool:
    """Whether a worker has shown itself lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [HEARTBEAT_LIMIT],
        )
        return bool(cursor.fetchone()[0])


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())
