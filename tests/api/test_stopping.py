"""A process is told to stop, or a till calls too often: who was accepted is answered."""

import signal
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.processes.answering import answers
from tests.support.pos import Pos, running_api
from tests.support.waiting import wait_until
from tests.town import Town

RATE = 2
MANY = 60
"""Calls: more than a till may make within ``BURST_SECONDS`` and the time that they take."""


@pytest.mark.alone  # a payment waits for its wallet for a second only
def test_too_many_calls_wait_and_a_stop_answers_what_was_accepted(
    server: EmbeddedServer, application_environment: dict[str, str], town: Town
) -> None:
    environment = application_environment | {"API_RATE": str(RATE)}
    with running_api(environment, server.home) as running:
        wild = Pos(running.port, make_api_key(town.terminal())[0])
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda _: wild.call("GET", "/shop"), range(MANY)))
        refused = [each for each in got if each.status != 200]
        assert {each.code for each in refused} == {"too_many_requests"}
        assert all(int(each.headers["retry-after"]) >= 1 for each in refused)
        code, card = town.card(500)
        assert wild.pay(code, 100).code == "too_many_requests"
        assert total_balance(town.issuer, card.wallet_id) == 500

        till = Pos(running.port, make_api_key(town.terminal())[0])  # another one is not held up
        assert till.call("GET", "/shop").status == 200
        process = running.children[0].process
        assert process is not None
        with ThreadPoolExecutor(1) as pool, psycopg.connect(server.owner_url) as blocker:
            blocker.execute(
                "select from ledger.wallet where wallet_id = %s for update", [card.wallet_id]
            )
            paying = pool.submit(till.pay, code, 200)
            wait_until(lambda: _waits(server), what="the payment to wait")
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: not answers(running.port), what="no new call to be taken")
            blocker.rollback()
            assert paying.result().status == 201
        assert process.wait(20) == 0
    assert total_balance(town.issuer, card.wallet_id) == 300


def _waits(server: EmbeddedServer) -> bool:
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        row = connection.execute(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like '%ledger.pay_%')"
        ).fetchone()
    return row is not None and bool(row[0])
