"""What `hansatsu bench webhooks` measures with: a town whose payments are told of, servers that
take what comes or hang, and rates a second and a processor."""

import asyncio
import contextlib
import json
import os
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import override_settings

from hansatsu.lab.bench import webhooks
from hansatsu.lab.bench.receivers import Receivers
from hansatsu.lab.bench.webhook_town import WebhookTown
from hansatsu.messages.mail.delivery import deliver
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.sessions import SESSIONS
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.messages.webhooks.courier import Courier
from hansatsu.messages.webhooks.models import Delivery, Message
from hansatsu.messages.webhooks.sending import Sender
from hansatsu.processes.supervisor import Child
from tests.support.copies import DatabaseCopy
from tests.support.own_database import django_on
from tests.support.waiting import wait_until

PATIENCE = 20.0


@pytest.fixture
def receivers(tmp_path: Path) -> Iterator[Receivers]:
    with Receivers(tmp_path, 2) as entered:
        yield entered


@contextlib.contextmanager
def mailing_to(receivers: Receivers) -> Iterator[None]:
    port = int(receivers.mail_url.rpartition(":")[2])
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    backend = "django.core.mail.backends.smtp.EmailBackend"
    SESSIONS.close()
    with override_settings(MAILERS={"default": {"BACKEND": backend, "OPTIONS": options}}):
        yield
        SESSIONS.close()


def carry_until(receivers: Receivers, condition: Callable[[], bool]) -> None:
    """Send webhooks until then."""
    trusting = ssl.create_default_context(cafile=receivers.certificate)
    sender = Sender([ip_network("127.0.0.0/8")], tls=trusting, patience=1.0)

    async def carry() -> None:
        stop = asyncio.Event()
        carrying = asyncio.create_task(Courier(sender).run(stop))
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)
        stop.set()
        await carrying

    asyncio.run(carry())


def test_what_is_paid_there_arrives_and_is_counted(
    database_copy: DatabaseCopy, receivers: Receivers
) -> None:
    with django_on(database_copy):
        town = WebhookTown(2, database_copy.superuser_url)
        town.owe_nothing()
        town.tell(receivers.urls, receivers.hanging_url)
        town.pay_hanging(1)
        town.pay(2)
        number, _ = town.pay_once()
        assert town.owed() == 4
        assert relay_batch() == 4
        carry_until(receivers, lambda: receivers.hanging == 1 and len(receivers.bodies) == 3)
        told = [json.loads(body)["data"]["id"] for _, body in receivers.bodies]
        assert number in told
        assert len(set(told)) == 3
        assert Delivery.objects.filter(state="delivered").count() == 3

        town.pay(1)
        town.forget()
        assert (town.owed(), Message.objects.count()) == (0, 0)
        town.tell_no_more()
        town.pay_by_residents(2)
        assert relay_batch() == 2
        assert not Message.objects.exists(), "a shop without a server is not told"
        with mailing_to(receivers):
            for mail in Mail.objects.all():
                deliver(mail.pk)
        wait_until(lambda: len(receivers.mails) == 2, what="the mails")


WORKER = cast(Child, SimpleNamespace(process=SimpleNamespace(pid=os.getpid())))


def test_a_rate_is_what_came_while_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 in two seconds, of which the worker worked one and PostgreSQL half of one."""
    counts, clock = iter([10, 10, 30, 110, 110]), iter([5.0, 5.5, 6.0, 7.0])
    worker, postgres = iter([3.0, 4.0]), iter([8.0, 8.5])
    time = SimpleNamespace(perf_counter=lambda: next(clock), sleep=lambda _seconds: None)
    monkeypatch.setattr(webhooks, "time", time)
    monkeypatch.setattr(webhooks, "_seconds", lambda _process: next(worker))
    monkeypatch.setattr(webhooks, "spent", lambda: SimpleNamespace(postgres=next(postgres)))
    rate = webhooks._rate(WORKER, lambda: next(counts), seconds=60, most=110)
    assert rate == webhooks.Rate(per_s=50.0, worker_us=10_000.0, postgres_us=5_000.0)


def test_nothing_that_comes_is_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.0)
    with pytest.raises(RuntimeError, match="Nothing came"):
        webhooks._rate(WORKER, lambda: 7, 0.0, 100)
    with pytest.raises(RuntimeError, match="does not do its work"):
        webhooks._until(lambda: False)
