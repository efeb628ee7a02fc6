"""`hansatsu bench http`: payments at the API, the whole way, half by pay codes, half by cards."""

import os
import secrets
import time
import urllib.request

import psycopg

from hansatsu.bench.figures import middle
from hansatsu.bench.http_load import measure_http
from hansatsu.bench.http_town import PAYMENT, PAYMENTS_A_WALLET, Device, HttpTown, build
from hansatsu.bench.town import memory
from hansatsu.database.server import throwaway_server
from hansatsu.processes import api, surroundings
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child, spawn

ROUNDS = 3
WARM_UP = 3
"""Seconds."""

FASTEST = 9_000
"""Payments a second that no machine of this kind will pass: for how many wallets to make."""

NEWEST = 1
"""The newest step that is used is so far ahead of the clock: a round may take half a minute."""

UNLIMITED = "1000000"

REQUEST = (
    "POST /api/v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nIdempotency-Key: {once}\r\nContent-Length: {length}\r\n"
    "\r\n{body}"
)


def bench_http(seconds: int, clients: int, processes: int) -> dict[str, float]:
    """Medians of three rounds against API processes on a database of their own."""
    sizes = [WARM_UP, *[seconds] * ROUNDS]
    shares = [-(-FASTEST * each // (2 * PAYMENTS_A_WALLET * clients)) * clients for each in sizes]
    with throwaway_server("live", settings={"shared_buffers": memory()}) as server:
        environment = surroundings.maintenance(
            server, site_url=surroundings.NO_SITE, email_url=surroundings.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        os.environ |= environment | {"DATABASE_URL": server.app_url}
        import django

        django.setup()
        town = build(clients, sum(shares))
        port = free_port()
        settings = api.settings("127.0.0.1", port) | {"API_RATE": UNLIMITED}
        logs = server.home / "api.log"
        children = [Child("api", environment | settings, logs) for _ in range(processes)]
        try:
            for child in children:
                child.start()
            _await(port)
            runs = []
            begin = 0
            for size, share in zip(sizes, shares, strict=True):
                with psycopg.connect(server.superuser_url, autocommit=True) as connection:
                    connection.execute("vacuum analyze")
                    connection.execute("checkpoint")
                tills = _requests(town, begin, share)
                runs.append(measure_http(port, tills, size))
                begin += share
        finally:
            for child in children:
                child.stop()
    run = middle(runs[1:])
    return {
        "payments_per_s": round(run.payments_per_s),
        "p50_ms": round(run.p50_ms, 2),
        "p99_ms": round(run.p99_ms, 2),
        "clients": clients,
        "processes": processes,
    }


def _requests(town: HttpTown, begin: int, share: int) -> list[list[bytes]]:
    """For each till the bytes to send: codes of its own residents, whose steps must go up, and its
    own cards, in turns."""
    from hansatsu.issuers import clock
    from hansatsu.qr.pay_code import step_of

    newest = step_of(clock.now()) + NEWEST
    steps = range(newest - PAYMENTS_A_WALLET + 1, newest + 1)
    clients = len(town.keys)
    return [
        [
            request
            for step in steps
            for device, card in zip(
                town.devices[begin + place : begin + share : clients],
                town.cards[begin + place : begin + share : clients],
                strict=True,
            )
            for request in _pair(key, device, step, card)
        ]
        for place, key in enumerate(town.keys)
    ]


def _pair(key: str, device: Device, step: int, card: str) -> tuple[bytes, bytes]:
    return _request(key, device.code(step)), _request(key, card)


def _request(key: str, code: str) -> bytes:
    once = secrets.token_hex(8)
    body = f'{{"code":"{code}","amount":{PAYMENT},"reference":"till-7-{once[:6]}"}}'
    return REQUEST.format(key=key, once=once, length=len(body), body=body).encode()


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
