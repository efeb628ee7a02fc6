"""Figures for Prometheus, read from the database when asked, so each page process tells the same.

They are for the operator only: the proxy in front keeps ``/metrics`` inside
(docs/runbooks/deploy.md).
"""

from collections.abc import Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hansatsu.config.health import unapplied_migrations


class JobsCollector(Collector):
    """The job queue: how much waits, and since when the workers are silent."""

    def collect(self) -> Iterator[Metric]:
        """Jobs by state; the age of the youngest heartbeat in seconds."""
        jobs = GaugeMetricFamily("hansatsu_jobs", "Jobs in the queue by state", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT status::text, count(*) FROM procrastinate_jobs"
                " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
            )
            counted = {"todo": 0, "doing": 0, "failed": 0} | dict(cursor.fetchall())
            cursor.execute(
                "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
            )
            silence = cursor.fetchone()[0]
        for state, count in counted.items():
            jobs.add_metric([state], count)
        yield jobs
        if silence is not None:
            yield GaugeMetricFamily(
                "hansatsu_worker_silence_seconds",
                "Seconds since a worker last showed itself",
                value=float(silence),
            )


class OutboxCollector(Collector):
    """Messages that payments owe and no one has taken up yet."""

    def collect(self) -> Iterator[Metric]:
        """Rows waiting, and the age of the oldest in seconds."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), coalesce(extract(epoch FROM ledger.now() - min(e.at)), 0)"
                " FROM ledger.outbox o JOIN ledger.entry e USING (wallet_id, seq)"
                " WHERE o.relayed_at IS NULL"
            )
            waiting, age = cursor.fetchone()
        yield GaugeMetricFamily("hansatsu_outbox_rows", "Messages not taken up yet", value=waiting)
        yield GaugeMetricFamily(
            "hansatsu_outbox_age_seconds", "Age of the oldest message", value=max(float(age), 0.0)
        )


class MigrationsCollector(Collector):
    """Whether the database is as the code expects it."""

    def collect(self) -> Iterator[Metric]:
        """Migrations that were not applied."""
        yield GaugeMetricFamily(
            "hansatsu_unapplied_migrations",
            "Migrations the database lacks",
            value=len(unapplied_migrations()),
        )


def registry() -> CollectorRegistry:
    """All our figures."""
    collected = CollectorRegistry(auto_describe=False)
    for collector in (JobsCollector(), OutboxCollector(), MigrationsCollector()):
        collected.register(collector)
    return collected


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text format."""
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)
