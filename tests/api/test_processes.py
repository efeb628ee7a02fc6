"""API processes die and stop; tills are answered, or may safely ask again."""

import http.client
from concurrent.futures import ThreadPoolExecutor

from hansatsu.database.server import EmbeddedServer
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.pos import Answered, Pos, new_key, running_api
from tests.support.waiting import wait_until
from tests.town import Town

PAYMENTS = 60


def test_a_killed_process_leaves_no_till_without_an_answer(
    server: EmbeddedServer, application_environment: dict[str, str], town: Town
) -> None:
    code, card = town.card(PAYMENTS * 10)
    with running_api(application_environment, server.home, processes=2) as running:
        till = Pos(running.port, make_api_key(town.terminal())[0])
        keys = [new_key() for _ in range(PAYMENTS)]

        def pay_until_answered(place: int) -> Answered:
            if place == PAYMENTS // 3:
                process = running.children[0].process
                assert process is not None
                process.kill()
            answers: list[Answered] = []

            def answered() -> bool:
                try:
                    answers.append(till.pay(code, 10, key=keys[place]))
                except (OSError, http.client.HTTPException):
                    return False
                assert answers[-1].status in (201, 503), answers[-1]
                return answers[-1].status == 201

            wait_until(answered, seconds=60, what="an answer")
            return answers[-1]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(pay_until_answered, range(PAYMENTS)))
        assert len({answer.json["id"] for answer in answers}) == PAYMENTS
        assert total_balance(town.issuer, card.wallet_id) == 0

        # The other one is stopped and a new one started: the keys are known as before.
        running.children[1].stop()
        running.children[1].start()
        wait_until(lambda: _answers(till), seconds=60, what="the new process")
        assert till.pay(code, 10, key=keys[0]).data == answers[0].data
        assert till.pay(code, 11, key=keys[0]).code == "idempotency_key_conflict"


def _answers(till: Pos) -> bool:
    try:
        return till.call("GET", "/shop").status == 200
    except OSError:
        return False
