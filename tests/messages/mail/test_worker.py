"""The worker as a process: no mail is lost, whatever is killed or down."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.worker import CONCURRENCY
from hansatsu.processes.supervisor import end, spawn
from tests.support.copies import DatabaseCopy
from tests.support.mail_server import MailServer
from tests.support.mailing import mails_to, states
from tests.support.waiting import wait_until
from tests.town import Town


@pytest.fixture
def environment(
    application_environment: dict[str, str], database_copy: DatabaseCopy
) -> dict[str, str]:
    """What a worker on the test's own database sees."""
    return application_environment | {"DATABASE_URL": database_copy.app_url}


@contextmanager
def worker(
    environment: dict[str, str], server: MailServer, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that sends to ``server``."""
    process = spawn("worker", environment | {"EMAIL_URL": server.url}, log)
    try:
        yield process
    finally:
        end(process)


def sent(count: int) -> bool:
    return states() == ["sent"] * count


def test_a_payment_is_mailed(town: Town, environment: dict[str, str], tmp_path: Path) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    with MailServer() as server, worker(environment, server, tmp_path / "worker.log"):
        wait_until(lambda: sent(1), what="the charge's mail")
        town.pay(town.resident, town.shop, 300)
        wait_until(lambda: sent(2), what="the payment's mail")
    assert "決済完了" in str(server.mails[-1]["Subject"])


def test_a_mail_server_that_is_down_delays_mails_and_loses_none(
    town: Town, environment: dict[str, str], tmp_path: Path
) -> None:
    server = MailServer()
    with worker(environment, server, tmp_path / "worker.log"):
        for amount in (1, 2, 3):
            town.charge(town.resident, town.all_shops, amount)
        wait_until(lambda: states() == ["failed"] * 3, what="three tries in vain")
        with server:
            wait_until(lambda: sent(3), seconds=60, what="the mails after all")
    assert len(server.mails) == 3


def test_a_killed_worker_leaves_few_mails_in_doubt_and_the_next_sends_the_rest(
    town: Town, environment: dict[str, str], tmp_path: Path
) -> None:
    """In the middle of its sets: what a thread was sending may come twice, and nothing else."""
    names = [f"r{number}" for number in range(30)]
    with MailServer() as server:
        server.hold_after = 14
        server.hold()
        mails_to(town, *names)
        with worker(environment, server, tmp_path / "first.log") as first:
            assert server.holding.wait(30), "the worker did not send"
            first.kill()
            first.wait()
        taken, known = len(server.mails), states().count("sent")
        assert taken - CONCURRENCY <= known <= taken
        assert known < len(names)
        with worker(environment, server, tmp_path / "second.log"):
            server.release()
            wait_until(lambda: sent(len(names)), seconds=60, what="the rest by the second worker")
        came = Counter(str(mail["To"]).partition("@")[0] for mail in server.mails)
    assert set(came) == set(names)
    assert came.total() <= len(names) + CONCURRENCY


def test_told_to_stop_it_finishes_the_mail_under_way(
    town: Town, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    with MailServer() as server:
        server.hold()
        town.charge(town.resident, town.all_shops, 1000)
        with worker(environment, server, log) as process:
            assert server.holding.wait(30), "the worker did not send"
            process.send_signal(signal.SIGTERM)
            town.pay(town.resident, town.shop, 300)
            server.release()
            assert process.wait(20) == 0, log.read_text()
        assert len(server.mails) == 1
    assert Mail.objects.get(kind="issue").state == "sent"
