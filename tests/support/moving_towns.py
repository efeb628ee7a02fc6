"""A town that the command ``createissuer`` makes, in a database of its own whose clock can be
moved, with pages that are served by processes: months go by in a browser."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg

from hansatsu.database.server import EmbeddedServer
from hansatsu.formats.japan import JAPAN
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.processes import pages
from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child
from tests.support.copies import copied
from tests.support.own_database import django_on
from tests.support.own_towns import CODE, FIELDS, command
from tests.support.waiting import wait_until


@dataclass(frozen=True, slots=True)
class MovingTown:
    """``issuer`` is as ``createissuer`` left it, with its owner and nothing else."""

    url: str
    issuer: Issuer
    environment: dict[str, str]
    clock: psycopg.Connection

    def at(self, text: str) -> None:
        """Have the clock show a moment in Japan, and run on from there: ``2026-05-01 09:00``."""
        ledger.set_clock(self.clock, datetime.fromisoformat(text).replace(tzinfo=JAPAN))

    def close(self) -> str:
        """What ``hansatsu close`` says."""
        return command("close", "--issuer", CODE, environment=self.environment)


@contextmanager
def moving_town(
    server: EmbeddedServer, environment: dict[str, str], opened: str
) -> Iterator[MovingTown]:
    """A town that opens at a moment in Japan, served until the end of the ``with``.

    Args:
        server: where its database is made.
        environment: of a process of ours, whose database and ports are replaced.
        opened: the moment, as ``2026-04-01 09:00``.
    """
    port = free_port()
    url = f"http://localhost:{port}"
    with ExitStack() as stack:
        copy = stack.enter_context(copied(server))
        stack.enter_context(django_on(copy))
        clock = stack.enter_context(psycopg.connect(copy.clock_url, autocommit=True))
        environment = environment | {"DATABASE_URL": copy.app_url, "SITE_URL": url}
        ledger.set_clock(clock, datetime.fromisoformat(opened).replace(tzinfo=JAPAN))
        asked = [word for name, value in FIELDS.items() for word in (f"--{name}", value)]
        command("createissuer", "--mode", "sandbox", *asked, environment=environment)
        child = Child("pages", environment | pages.settings("127.0.0.1", port, 1))
        stack.callback(child.stop)
        child.start()
        wait_until(lambda: answers(port), seconds=60, what="the pages")
        yield MovingTown(url, Issuer.objects.get(code=CODE), environment, clock)
