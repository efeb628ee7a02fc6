"""A town whose API is measured: tills with keys, residents with devices, cards, all with value;
and the API's processes that serve it."""

import hashlib
import os
import secrets
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from hansatsu.database.server import throwaway_server
from hansatsu.lab.bench.town import SET, memory
from hansatsu.ledger import api as ledger
from hansatsu.processes import api, environments
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child, spawn

PAYMENT = 150
LOT = 100
PAYMENTS_A_WALLET = 10
LOTS_A_WALLET = PAYMENT * PAYMENTS_A_WALLET // LOT + 1
"""A payment takes about two lots."""

UNLIMITED = "1000000"

REQUEST = (
    "POST /api/v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nIdempotency-Key: {once}\r\nContent-Length: {length}\r\n"
    "\r\n{body}"
)


@dataclass(frozen=True, slots=True)
class Device:
    """What makes pay codes: the issuer's pay number, its own number and the key."""

    pay_number: int
    number: int
    key: bytes

    def code(self, step: int) -> str:
        """The digits of a step."""
        from hansatsu.formats.qr.pay_code import totp, write_pay_code

        return write_pay_code(self.pay_number, self.number, totp(self.key, step))


@dataclass(frozen=True, slots=True)
class HttpTown:
    """``keys`` of the tills, a client each; ``devices`` and ``cards`` (their codes)."""

    keys: list[str]
    devices: list[Device]
    cards: list[str]


@dataclass(frozen=True, slots=True)
class ServedTown:
    """A town and the port at which API processes serve it; ``superuser_url`` is its database."""

    town: HttpTown
    port: int
    superuser_url: str

    def settle(self) -> None:
        """Statistics and a checkpoint, so that every round starts from the same ground."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")


@contextmanager
def served_town(clients: int, wallets: int, yen_a_lot: int, processes: int) -> Iterator[ServedTown]:
    """A town on a server of its own, and API processes in front of it.

    Args:
        clients: tills.
        wallets: how many devices, and how many cards.
        yen_a_lot: of each lot.
        processes: of the API.
    """
    with throwaway_server("live", settings={"shared_buffers": memory()}) as server:
        environment = environments.maintenance(
            server, site_url=environments.NO_SITE, email_url=environments.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        os.environ |= environment | {"DATABASE_URL": server.app_url}
        import django

        django.setup()
        town = _build(clients, wallets, yen_a_lot)
        port = free_port()
        settings = api.settings("127.0.0.1", port) | {"API_RATE": UNLIMITED}
        logs = server.home / "api.log"
        children = [Child("api", environment | settings, logs) for _ in range(processes)]
        try:
            for child in children:
                child.start()
            _await(port)
            yield ServedTown(town, port, server.superuser_url)
        finally:
            for child in children:
                child.stop()


def code_request(key: str, device: Device, step: int) -> bytes:
    """A till's payment by the pay code of a step."""
    return _request(key, device.code(step))


def card_request(key: str, card: str) -> bytes:
    """A till's payment by a card."""
    return _request(key, card)


def _request(key: str, code: str) -> bytes:
    once = secrets.token_hex(8)
    body = f'{{"code":"{code}","amount":{PAYMENT},"reference":"till-7-{once[:6]}"}}'
    return REQUEST.format(key=key, once=once, length=len(body), body=body).encode()


def _build(clients: int, wallets: int, yen_a_lot: int) -> HttpTown:
    """Make it in the database that Django works on, through services where they are quick."""
    from hansatsu.parties.issuers.services import NewIssuer, open_issuer
    from hansatsu.parties.programs.services import open_emoney
    from hansatsu.parties.shops.api_keys import make_api_key
    from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop
    from hansatsu.parties.shops.terminals import open_terminal

    new = NewIssuer(
        code="BENCH",
        name="測定",
        payment_prefix="2099010000001",
        mode="live",
        seal="測",
        office_name="-",
        office_phone="0285-00-0000",
        office_hours="-",
        mail_from="a@bench.example.jp",
        domain="bench.example.jp",
    )
    issuer = open_issuer(new)
    emoneys = [open_emoney(issuer, name=f"券{each}", name_en=f"Kind {each}") for each in range(2)]
    area = open_area(issuer, name="市", name_en="City")
    category = open_category(issuer, name="店", name_en="Shop")
    shop = open_shop(
        issuer, NewShop("S0001", "店", "ミセ", "Shop", area, category, "1"), takes=emoneys
    )
    keys = [make_api_key(open_terminal(shop, f"{each}", "pos"))[0] for each in range(clients)]
    emoney_ids = [each.pk for each in emoneys]
    devices = list(_devices(issuer.pk, issuer.pay_number, wallets))
    cards = _cards(issuer.pk, wallets)
    _charge(issuer.pk, emoney_ids, yen_a_lot)
    return HttpTown(keys, devices, cards)


def _devices(issuer_id: int, pay_number: int, count: int) -> Iterator[Device]:
    from hansatsu.database.connections import ledger_connection
    from hansatsu.flows.payments.code_validity import key_of
    from hansatsu.parties import clock
    from hansatsu.parties.identity import models

    connection, now = ledger_connection(), clock.now()
    wallets = ledger.open_wallets(connection, issuer_id=issuer_id, kind="resident", count=count)
    residents = models.Resident.objects.bulk_create(
        models.Resident(
            issuer_id=issuer_id, login_id=f"r{wallet}", wallet_id=wallet, created_at=now
        )
        for wallet in wallets
    )
    models.Device.objects.bulk_create(
        models.Device(
            issuer_id=issuer_id, resident=resident, number=number, created_at=now, seen_at=now
        )
        for number, resident in enumerate(residents)
    )
    connection.execute(
        """
        select ledger.open_device_v1(
            d.issuer_id, r.wallet_id, d.issuer_id * 10000000::bigint + d.number)
        from identity_device as d join identity_resident as r on r.id = d.resident_id
        """
    )
    return (Device(pay_number, number, key_of(issuer_id, number, 1)) for number in range(count))


def _cards(issuer_id: int, count: int) -> list[str]:
    from hansatsu.parties.cards.services import make_cards
    from hansatsu.parties.issuers.models import Issuer

    return [code for code, _ in make_cards(Issuer.objects.get(pk=issuer_id), count)]


def _charge(issuer_id: int, emoney_ids: list[int], yen_a_lot: int) -> None:
    from hansatsu.database.connections import ledger_connection

    connection = ledger_connection()
    expires_at = ledger.now(connection) + timedelta(days=100)
    lots = tuple(
        ledger.NewLot(emoney_ids[place % 2], yen_a_lot, expires_at)
        for place in range(LOTS_A_WALLET)
    )
    rows = connection.execute("select wallet_id from ledger.wallet order by 1").fetchall()
    wallets = [int(wallet_id) for (wallet_id,) in rows]
    for start in range(0, len(wallets), SET):
        issues = [
            ledger.Issue(
                ledger.Request("bench", f"issue-{each}", hashlib.sha256().digest()),
                issuer_id,
                each,
                lots,
            )
            for each in wallets[start : start + SET]
        ]
        if not all(outcome.issued for outcome in ledger.issue_set(connection, issues)):
            raise RuntimeError("The benchmark could not make its value.")


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError("The API does not get ready.") from None
            time.sleep(0.1)
