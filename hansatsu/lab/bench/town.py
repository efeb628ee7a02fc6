"""Throwaway towns to measure on: shops, two emoneys, many wallets with value."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection, sql

from hansatsu.database import roles
from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.database.urls import APP, OWNER, SUPERUSER
from hansatsu.lab.bench import yardstick
from hansatsu.ledger import api as ledger
from hansatsu.processes import environments
from hansatsu.processes.supervisor import spawn

ISSUER = 1
SHOP = 1
EMONEYS = (1, 2)
LOT = 100
"""Yen of each lot. A payment of PAYMENT yen takes about two."""
PAYMENT = 150
LOTS_A_WALLET = 8
SET = 1000


@dataclass(frozen=True, slots=True)
class Town:
    """Where to measure."""

    server: EmbeddedServer
    connection: Connection[Any]
    database: str
    shops: range

    @property
    def app_url(self) -> str:
        """The address of its database, as the application."""
        return self.server.url_of(APP, self.database)

    def populate(
        self, wallets: int, lots_a_wallet: int = LOTS_A_WALLET, yen_a_lot: int = LOT
    ) -> range:
        """New wallets, each with lots of both emoneys; returns their ids, which are in a row."""
        expires_at = ledger.now(self.connection) + timedelta(days=100)
        return self._fill(
            wallets,
            [
                ledger.NewLot(EMONEYS[place % 2], yen_a_lot, expires_at)
                for place in range(lots_a_wallet)
            ],
        )

    def populate_like_lean(self, wallets: int) -> range:
        """New wallets, each with the yardstick's lots; returns their ids, which are in a row."""
        return self._fill(wallets, lots_like_lean(EMONEYS, ledger.now(self.connection)))

    def _fill(self, wallets: int, lots: Sequence[ledger.NewLot]) -> range:
        ids = self.open(wallets)
        for start in range(0, wallets, SET):
            self.issue(ids[start : start + SET], lots)
        self.settle()
        return ids

    def open(self, wallets: int) -> range:
        """New empty wallets; returns their ids, which are in a row."""
        ids = ledger.open_wallets(self.connection, issuer_id=ISSUER, kind="resident", count=wallets)
        return range(ids[0], ids[-1] + 1)

    def issue(self, wallets: range, lots: Sequence[ledger.NewLot]) -> None:
        """One set: the lots to each of the wallets, which have none yet.

        Raises:
            RuntimeError: when one of them was refused.
        """
        outcomes = ledger.issue_set(
            self.connection,
            [
                ledger.Issue(ledger.Request.of("bench", f"issue-{i}", i), ISSUER, i, tuple(lots))
                for i in wallets
            ],
        )
        if not all(outcome.issued for outcome in outcomes):
            raise RuntimeError("The benchmark could not make its value.")

    def settle(self) -> None:
        """Statistics and a checkpoint, so that every measurement starts from the same ground."""
        superuser_url = self.server.url_of(SUPERUSER, self.database)
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")


def lots_like_lean(emoneys: Sequence[int], now: datetime) -> list[ledger.NewLot]:
    """What a wallet of the yardstick holds, of two emoneys in turns."""
    return [
        ledger.NewLot(emoneys[place % 2], yen, now + timedelta(days=100 * (place + 1)))
        for place, yen in enumerate(yardstick.LOTS)
    ]


@contextmanager
def throwaway_town(shops: int = 1) -> Iterator[Town]:
    """One town on a server of its own."""
    with throwaway_towns(1, shops) as towns:
        yield towns[0]


@contextmanager
def throwaway_towns(count: int, shops: int = 1) -> Iterator[list[Town]]:
    """Towns of so many shops, in databases of their own on one embedded server, with fsync, and
    with the share of the machine's memory that the runbook gives to PostgreSQL."""
    with ExitStack() as stack:
        server = stack.enter_context(
            throwaway_server("live", settings={"shared_buffers": memory()})
        )
        environment = environments.maintenance(
            server, site_url=environments.NO_SITE, email_url=environments.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        names = [_copy(server, f"town_{place}") for place in range(count)]
        yield [stack.enter_context(_town(server, name, shops)) for name in names]


def memory() -> str:
    """A quarter of what the machine has, in megabytes."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{pages * size // 4 // 2**20}MB"


def _copy(server: EmbeddedServer, name: str) -> str:
    with psycopg.connect(server.url_of(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(roles.DATABASE), sql.Identifier(OWNER)
            )
        )
    return name


@contextmanager
def _town(server: EmbeddedServer, database: str, shops: int) -> Iterator[Town]:
    with psycopg.connect(server.url_of(APP, database), autocommit=True) as connection:
        ledger.open_issuer(
            connection, issuer_id=ISSUER, payment_prefix="OEM2023030101", mode="live"
        )
        ids = range(SHOP, SHOP + shops)
        with connection.transaction():
            for emoney_id in EMONEYS:
                ledger.open_emoney(connection, issuer_id=ISSUER, emoney_id=emoney_id)
            for shop_id in ids:
                ledger.open_shop(connection, issuer_id=ISSUER, shop_id=shop_id)
                for emoney_id in EMONEYS:
                    ledger.start_acceptance(
                        connection, issuer_id=ISSUER, emoney_id=emoney_id, shop_id=shop_id
                    )
        yield Town(server, connection, database, ids)
