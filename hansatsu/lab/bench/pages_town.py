"""A town whose pages are measured: residents who are logged in, with lots and a history, a clerk in
the console, and the process that serves them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import psycopg

from hansatsu.database.server import throwaway_server
from hansatsu.lab.bench.town import memory
from hansatsu.ledger import api as ledger
from hansatsu.processes import environments, pages
from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child, spawn

if TYPE_CHECKING:
    from django.http import HttpRequest

    from hansatsu.parties.identity.models import Resident
    from hansatsu.parties.issuers.models import Issuer

CODE = "BENCH"
LOTS = 12
"""Lots of each resident, of two emoneys in turns."""
MANY = 1_000
"""Lots of one resident more: somebody who was given a little each day."""
AN_ISSUE = 100
"""Lots that one issue makes, at the most."""
PAYMENTS = 40
"""Payments that each resident has made: two pages of history."""
YEN_A_LOT = 3_000
PAYMENT = 250
NO_PASSWORD = "!"  # noqa: S105 - nothing hashes to it
"""Who is measured is logged in without one."""
PATIENCE = 60
"""Seconds until the pages answer, at the most."""


@dataclass(frozen=True, slots=True)
class PagedTown:
    """A town and its pages; ``residents``, ``saver`` (who has ``MANY`` lots) and ``clerk`` are the
    cookies of who is logged in. ``process`` starts the one process that answers; ``superuser_url``
    is the database."""

    port: int
    residents: list[str]
    saver: str
    clerk: str
    issuer_id: int
    process: int
    superuser_url: str

    def pages_seconds(self) -> float:
        """Processor time that the processes of the pages have used so far."""
        parent = psutil.Process(self.process)
        times = [each.cpu_times() for each in [parent, *parent.children(recursive=True)]]
        return float(sum(each.user + each.system for each in times))

    def settle(self) -> None:
        """Statistics and a checkpoint, so that every round starts from the same ground."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")


@contextmanager
def paged_town(residents: int) -> Iterator[PagedTown]:
    """A town on a server of its own, with so many residents who are logged in, and one process of
    pages in front of it."""
    with throwaway_server("live", settings={"shared_buffers": memory()}) as server:
        port = free_port()
        environment = environments.maintenance(
            server, site_url=f"http://localhost:{port}", email_url=environments.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        os.environ |= environment | {"DATABASE_URL": server.app_url}
        import django

        django.setup()
        settings = pages.settings("127.0.0.1", port, processes=1)
        child = Child("pages", environment | settings, server.home / "pages.log")
        try:
            child.start()
            _await(port)
            yield people_town(port, residents, _number(child), server.superuser_url)
        finally:
            child.stop()


def people_town(port: int, residents: int, process: int, superuser_url: str) -> PagedTown:
    """A new issuer's people in the database that this process is set up for."""
    issuer = _issuer()
    cookies = [_enter(each) for each in _residents(issuer, residents)]
    saver = _enter(_saver(issuer))
    return PagedTown(port, cookies, saver, _clerk(issuer), issuer.pk, process, superuser_url)


def _issuer() -> "Issuer":
    from hansatsu.flows.charging.models import ProviderAccount
    from hansatsu.parties import clock
    from hansatsu.parties.gifts.models import GiftBatch
    from hansatsu.parties.issuers.services import NewIssuer, open_issuer
    from hansatsu.parties.programs.services import Expiry, open_emoney, open_product, open_sale
    from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop

    issuer = open_issuer(
        NewIssuer(
            code=CODE,
            name="測定市",
            payment_prefix="2099010000001",
            mode="live",
            seal="測",
            office_name="測定市事務局",
            office_phone="0285-00-0000",
            office_hours="-",
            mail_from="a@bench.example.jp",
            domain="bench.example.jp",
        )
    )
    emoneys = [open_emoney(issuer, name=f"券{each}", name_en=f"Kind {each}") for each in range(2)]
    area = open_area(issuer, name="市", name_en="City")
    category = open_category(issuer, name="店", name_en="Shop")
    new = NewShop("S1", "店", "ミセ", "Shop", area, category, "1")
    open_shop(issuer, new, takes=emoneys)
    ProviderAccount.objects.create(issuer=issuer, provider="stripe", secrets="-", active=True)
    now = clock.now()
    sale = open_sale(issuer, name="販売", name_en="", opens_at=now)
    parts = dict.fromkeys(emoneys, 5000)
    open_product(
        sale,
        name="券",
        name_en="",
        units=1,
        price=9000,
        parts=parts,
        expiry=Expiry(),
    )
    GiftBatch.objects.create(
        issuer=issuer, name="贈", made_at=now, expires="never", takeable_from=now
    )
    return issuer


def _residents(issuer: "Issuer", count: int) -> "list[Resident]":
    """So many residents with lots, each of whom has paid some times."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.parties.shops.models import Shop

    connection = ledger_connection()
    shop = Shop.objects.of(issuer).get()
    residents = []
    for place in range(count):
        resident = _resident(issuer, f"bench{place}", LOTS)
        wallet = resident.wallet_id
        for each in range(PAYMENTS):
            pay = ledger.Request.of("bench", f"payment-{wallet}-{each}", wallet)
            payment = ledger.Payment(pay, issuer.pk, shop.pk, wallet, PAYMENT)
            if not ledger.pay(connection, payment).paid:
                raise RuntimeError("The benchmark could not make its history.")
        residents.append(resident)
    return residents


def _saver(issuer: "Issuer") -> "Resident":
    return _resident(issuer, "saver", MANY)


def _resident(issuer: "Issuer", login_id: str, lots: int) -> "Resident":
    """A resident with so many lots, which expire on different days."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.parties.identity.residents import NewResident, open_resident
    from hansatsu.parties.programs.models import Emoney

    connection = ledger_connection()
    now = ledger.now(connection)
    emoneys = [each.pk for each in Emoney.objects.of(issuer)]
    names = ("小山", "花子", "オヤマ", "ハナコ")
    new = NewResident(login_id, *names, f"{login_id}@bench.example.jp")
    resident = open_resident(issuer, new, password_hash=NO_PASSWORD)
    made = [
        ledger.NewLot(emoneys[n % 2], YEN_A_LOT, now + timedelta(days=100 + n)) for n in range(lots)
    ]
    for first in range(0, lots, AN_ISSUE):
        key = ledger.Request.of("bench", f"issue-{login_id}-{first}", resident.wallet_id)
        part = tuple(made[first : first + AN_ISSUE])
        ledger.issue_set(connection, [ledger.Issue(key, issuer.pk, resident.wallet_id, part)])
    return resident


def _enter(resident: "Resident") -> str:
    """The cookie of a browser in which the resident is logged in."""
    from hansatsu.parties.identity import sessions

    request = _request()
    sessions.log_in(request, resident)
    return _kept(request)


def _clerk(issuer: "Issuer") -> str:
    """The cookie of a browser in which an owner is at work in the console."""
    from hansatsu.parties.identity.models import Role, Staff
    from hansatsu.parties.staff import console_sessions

    staff = Staff.objects.create(
        issuer=issuer, login_id="bench", role=Role.OWNER, display_name="測定", password=NO_PASSWORD
    )
    request = _request()
    console_sessions.log_in(request, staff)
    return _kept(request)


def _request() -> "HttpRequest":
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    return request


def _kept(request: "HttpRequest") -> str:
    from django.conf import settings

    request.session.save()
    kept = {settings.SESSION_COOKIE_NAME: request.session.session_key}
    kept[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]  # a browser has had a page before
    return "; ".join(f"{name}={value}" for name, value in kept.items())


def _number(child: Child) -> int:
    if child.process is None:
        raise RuntimeError("The pages were not started.")
    return child.process.pid


def _await(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        if time.monotonic() > deadline:
            raise RuntimeError("The pages do not get ready.")
        time.sleep(0.1)
