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
from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger


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


class HangingCollector(Collector):
    """Payments that get ``try_again``, since another transaction holds what they need."""

    def collect(self) -> Iterator[Metric]:
        """How many in the last ten seconds."""
        hanging = ledger.hanging_payments(ledger_connection())
        yield GaugeMetricFamily(
            "hansatsu_hanging_payments", "Payments that wait in vain for a lock", value=hanging
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


class WebhooksCollector(Collector):
    """What shops' servers are owed."""

    def collect(self) -> Iterator[Metric]:
        """Deliveries that wait or were given up, the age of the oldest that waits for an endpoint
        which takes what it is sent, and endpoints that fail or were disabled."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE state = 'waiting'),"
                " count(*) FILTER (WHERE state = 'failed')"
                " FROM webhooks_delivery WHERE state IN ('waiting', 'failed')"
            )
            waiting, failed = cursor.fetchone()
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM ledger.now() - min(d.due_at)), 0)"
                " FROM webhooks_delivery d JOIN webhooks_endpoint e ON e.id = d.endpoint_id"
                " WHERE d.state = 'waiting' AND e.failures = 0 AND e.disabled_at IS NULL"
            )
            (age,) = cursor.fetchone()
            cursor.execute(
                "SELECT count(*) FILTER (WHERE failures > 0 AND disabled_at IS NULL),"
                " count(*) FILTER (WHERE disabled_at IS NOT NULL)"
                " FROM webhooks_endpoint WHERE removed_at IS NULL"
            )
            failing, disabled = cursor.fetchone()
        deliveries = GaugeMetricFamily(
            "hansatsu_webhook_deliveries",
            "Webhooks waiting, and given up within 30 days",
            labels=["state"],
        )
        deliveries.add_metric(["waiting"], waiting)
        deliveries.add_metric(["failed"], failed)
        yield deliveries
        endpoints = GaugeMetricFamily(
            "hansatsu_webhook_endpoints", "Webhook endpoints in trouble", labels=["state"]
        )
        endpoints.add_metric(["failing"], failing)
        endpoints.add_metric(["disabled"], disabled)
        yield endpoints
        yield GaugeMetricFamily(
            "hansatsu_webhook_age_seconds",
            "How long the oldest webhook to a healthy endpoint is due",
            value=max(float(age), 0.0),
        )


class ProvidersCollector(Collector):
    """Payment providers: how long their news takes, and what orders wait for."""

    def collect(self) -> Iterator[Metric]:
        """The greatest lag of the last hour's payments in seconds, by provider and way; orders
        that wait, by state; tasks that are not done."""
        lag = GaugeMetricFamily(
            "hansatsu_psp_lag_seconds",
            "Greatest time from a payment at the provider to our knowing, in the last hour",
            labels=["provider", "source"],
        )
        waiting = GaugeMetricFamily("hansatsu_orders", "Orders not ended", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT provider, source, extract(epoch FROM max(received_at - at))"
                " FROM charging_receivedevent WHERE kind = 'paid'"
                " AND received_at > ledger.now() - interval '1 hour' GROUP BY provider, source"
            )
            for provider, source, seconds in cursor.fetchall():
                lag.add_metric([provider, source], max(float(seconds), 0.0))
            cursor.execute(
                "SELECT state, count(*) FROM charging_order"
                " WHERE state IN ('held', 'confirmed', 'awaiting', 'paid') GROUP BY state"
            )
            for state, count in cursor.fetchall():
                waiting.add_metric([state], count)
            cursor.execute("SELECT count(*) FROM charging_task WHERE state <> 'done'")
            (tasks,) = cursor.fetchone()
        yield lag
        yield waiting
        yield GaugeMetricFamily("hansatsu_money_tasks", "Money an operator must see to", tasks)


class MigrationsCollector(Collector):
    """How far the database is from what the code expects."""

    def collect(self) -> Iterator[Metric]:
        """Migrations that were not applied."""
        yield GaugeMetricFamily(
            "hansatsu_unapplied_migrations",
            "Migrations the database lacks",
            value=len(unapplied_migrations()),
        )


COLLECTORS = (
    JobsCollector(),
    HangingCollector(),
    OutboxCollector(),
    WebhooksCollector(),
    ProvidersCollector(),
    MigrationsCollector(),
)


def registry() -> CollectorRegistry:
    """All our figures."""
    collected = CollectorRegistry(auto_describe=False)
    for collector in COLLECTORS:
        collected.register(collector)
    return collected


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text format."""
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)
