"""`hansatsu bench webhooks`: what payments owe, from the commit to the shop's server and to the
resident's mail server, by one worker."""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from hansatsu.database.server import throwaway_server
from hansatsu.lab.bench.figures import run_of
from hansatsu.lab.bench.processors import spent
from hansatsu.lab.bench.receivers import Receivers
from hansatsu.lab.bench.town import memory
from hansatsu.processes import environments
from hansatsu.processes.supervisor import Child, spawn

if TYPE_CHECKING:
    from hansatsu.lab.bench.webhook_town import WebhookTown

FASTEST = 1_500
"""Deliveries a second that no worker will pass: for how many payments to make."""

FOR_HANGING = 200
"""Payments at the shop whose server hangs."""

MAILED = 10_000
"""Payments that are mailed: the relay takes them up as long as is measured, and then its mails are
sent as long."""

A_SECOND = 20
"""Payments a second while the way of each is timed."""

PATIENCE = 60.0
"""Seconds for what must happen before a measurement begins or ends."""

_GLANCE = 0.02


@dataclass(frozen=True, slots=True)
class Rate:
    """How many a second, and the microseconds of processor time that each took of the worker and
    of PostgreSQL."""

    per_s: float
    worker_us: float
    postgres_us: float


def bench_webhooks(seconds: int, endpoints: int) -> dict[str, float]:
    """One worker, ``seconds`` of each: webhooks to ``endpoints`` quick servers beside one that
    hangs, then the ways of single ones, then mails.

    `p50_ms` and `p99_ms` are from a payment's commit to its arrival at the shop's server,
    `relayed_per_s` entries that are mailed, and `…_us` microseconds of processor time. Deliveries
    are counted once the relay has taken all of their payments.
    """
    with (
        throwaway_server("test", settings={"shared_buffers": memory()}) as server,
        Receivers(Path(server.home), endpoints) as receivers,
    ):
        environment = environments.maintenance(server, environments.NO_SITE, receivers.mail_url)
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        os.environ |= environment | {"DATABASE_URL": server.app_url}

        import django

        django.setup()
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line
        from hansatsu.lab.bench.webhook_town import WebhookTown

        town = WebhookTown(endpoints, server.superuser_url)
        trusting = environment | {"SSL_CERT_FILE": str(receivers.certificate)}
        worker = Child("worker", trusting, Path(server.home) / "worker.log")
        webhooks = _webhooks(town, receivers, worker, seconds)
        town.forget()
        way = run_of(_ways(town, receivers, worker, seconds), seconds)
        town.tell_no_more()
        town.pay_by_residents(MAILED)
        relayed, mails = _mails(town, receivers, worker, seconds)
    return {
        "deliveries_per_s": round(webhooks.per_s),
        "mails_per_s": round(mails.per_s),
        "p50_ms": round(way.p50_ms, 1),
        "p99_ms": round(way.p99_ms, 1),
        "endpoints": endpoints,
        "relayed_per_s": round(relayed.per_s),
        "delivery_worker_us": round(webhooks.worker_us),
        "delivery_postgres_us": round(webhooks.postgres_us),
        "relayed_worker_us": round(relayed.worker_us),
        "relayed_postgres_us": round(relayed.postgres_us),
        "mail_worker_us": round(mails.worker_us),
        "mail_postgres_us": round(mails.postgres_us),
    }


def _webhooks(town: "WebhookTown", receivers: Receivers, worker: Child, seconds: int) -> Rate:
    town.tell(receivers.urls, receivers.hanging_url)
    town.pay_hanging(FOR_HANGING)
    town.pay(seconds * FASTEST)
    with _working(worker):
        _until(lambda: receivers.hanging > 0 and not town.owed())
        return _rate(worker, lambda: len(receivers.bodies), seconds, seconds * FASTEST)


def _ways(town: "WebhookTown", receivers: Receivers, worker: Child, seconds: int) -> list[float]:
    """Seconds from commit to arrival of payments that come one by one."""
    receivers.bodies.clear()
    with _working(worker):
        warm, _ = town.pay_once()
        _until(lambda: len(receivers.bodies) > 0)
        paid = {warm: 0.0}
        for _ in range(seconds * A_SECOND):
            number, at = town.pay_once()
            paid[number] = at
            time.sleep(1 / A_SECOND)
        _until(lambda: len(receivers.bodies) >= len(paid))
    arrived = {json.loads(body)["data"]["id"]: at for at, body in receivers.bodies}
    return [arrived[number] - at for number, at in paid.items() if number != warm]


def _mails(
    town: "WebhookTown", receivers: Receivers, worker: Child, seconds: int
) -> tuple[Rate, Rate]:
    """Of the relay, and of sending."""
    with _working(worker):
        _until(lambda: town.owed() < MAILED)
        before = town.owed()
        relayed = _rate(worker, lambda: before - town.owed(), seconds, before)
        queued = MAILED - town.owed()
        town.owe_nothing()  # so that nothing is measured beside sending
        _until(lambda: len(receivers.mails) > 0)
        mails = _rate(worker, lambda: len(receivers.mails), seconds, queued)
    return relayed, mails


def _rate(worker: Child, count: Callable[[], int], seconds: float, most: int) -> Rate:
    """What comes in ``seconds``, or until ``most`` have come; one comes at the least, in sets that
    may take long."""
    assert worker.process is not None
    process = psutil.Process(worker.process.pid)
    begin, of_worker, of_postgres = count(), _seconds(process), spent().postgres
    started = time.perf_counter()
    while count() < most:
        waited = time.perf_counter() - started
        if waited > seconds and (count() > begin or waited > PATIENCE):
            break
        time.sleep(_GLANCE)
    took, came = time.perf_counter() - started, count() - begin
    if not came:
        raise RuntimeError("Nothing came in time.")
    each = 1_000_000 / came
    return Rate(
        came / took,
        (_seconds(process) - of_worker) * each,
        (spent().postgres - of_postgres) * each,
    )


@contextmanager
def _working(worker: Child) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("The worker does not do its work: its log is beside the books.")
        time.sleep(_GLANCE)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
