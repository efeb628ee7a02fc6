"""A benchmark over HTTP tells what was no payment, and sends no code that is dead."""

import math
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

import pytest

from hansatsu.formats.qr.pay_code import STEPS_AHEAD
from hansatsu.lab.bench.figures import NothingPaidError, Run
from hansatsu.lab.bench.http import TRIES, Trial, best_of, often
from hansatsu.lab.bench.http_load import CLOSED, measure_http
from hansatsu.lab.bench.http_requests import Payers, Planned, sent
from hansatsu.lab.bench.http_town import Device, HttpTown
from hansatsu.lab.bench.processors import Measured, Spent

PAID = (201, b"{}")
USED = (409, b'{"code": "code_used"}')
BUSY = (503, b"<html>")
RESET = (0, b"reset")
POOR = (402, b'{"code": "insufficient_value"}')


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: list[tuple[int, bytes] | None] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        if answer is RESET:
            # its end then comes to the till as an error, and not as the end of what is read
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"


def test_what_is_refused_is_counted_and_the_till_goes_on(port: int) -> None:
    Answering.answers = [PAID, USED, None, BUSY, RESET, USED, PAID, PAID]
    hindered: Counter[str] = Counter()
    run = measure_http(port, [iter([REQUEST] * 8)], 60, hindered=hindered)
    assert run.payments == 3
    assert hindered == {"409 code_used": 2, "503": 1, CLOSED: 2}


def test_no_payment_at_all_is_told_with_what_hindered_it(port: int) -> None:
    Answering.answers = [USED, USED]
    hindered: Counter[str] = Counter()
    with pytest.raises(NothingPaidError):
        measure_http(port, [iter([REQUEST] * 2)], 60, hindered=hindered)
    assert hindered == {"409 code_used": 2}


def test_an_answer_that_no_slow_machine_gives_ends_it(port: int) -> None:
    hindered: Counter[str] = Counter()
    Answering.answers = [PAID, POOR, PAID]
    with pytest.raises(RuntimeError, match="answered 402 insufficient_value"):
        measure_http(port, [iter([REQUEST] * 3)], 60, hindered=hindered)
    assert not hindered


def test_where_nothing_may_hinder_it_is_not_counted(port: int) -> None:
    Answering.answers = [PAID, USED, PAID]
    with pytest.raises(RuntimeError, match="answered 409 code_used"):
        measure_http(port, [iter([REQUEST] * 3)], 60)


def test_one_payment_in_a_hundred_is_at_the_shop_that_is_told() -> None:
    drawn = [(wallet, wallet % 5) for wallet in range(201)] + [(201, 9)] * 50
    changed, told = often(drawn)
    assert told == 9
    assert changed == [*((n, 9 if n in (0, 100, 200) else n % 5) for n in range(201)), *drawn[201:]]


def trial(payments: int, refused: int) -> Trial:
    return Trial(Measured(Run(payments, 1, 1, 1), Spent(1, 1, 1, 1, 1)), refused, 0, 0, 0)


def test_a_round_is_measured_anew_until_it_is_hardly_refused() -> None:
    trials = [trial(98, 2), trial(99, 1), trial(100, 0)]
    assert best_of(iter(trials).__next__) == trials[1]


def test_the_least_refused_counts_where_all_are() -> None:
    trials = [trial(90, 10), trial(95, 5), trial(1, 99)]
    assert len(trials) == TRIES
    assert best_of(iter(trials).__next__) == trials[1]


def test_a_round_in_which_nothing_was_paid_is_measured_anew() -> None:
    outcomes: Iterator[NothingPaidError | Trial] = iter([NothingPaidError(), trial(9, 0)])

    def attempt() -> Trial:
        outcome = next(outcomes)
        if isinstance(outcome, NothingPaidError):
            raise outcome
        return outcome

    assert best_of(attempt) == trial(9, 0)

    def never() -> Trial:
        raise NothingPaidError

    with pytest.raises(NothingPaidError):
        best_of(never)


def test_a_code_that_would_have_died_is_made_anew() -> None:
    fresh = Planned(b"fresh", math.inf, lambda: b"-")
    dead = Planned(b"dead", 0, lambda: b"anew")
    card = Planned(b"card")
    assert list(sent([fresh, dead, card])) == [b"fresh", b"anew", b"card"]
    assert [each.is_code for each in (fresh, dead, card)] == [True, True, False]


def test_a_phone_pays_once_a_round_and_by_steps_that_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)  # no step ends meanwhile
    town = HttpTown(
        1,
        range(1, 2),
        range(1, 5),
        ["key"],
        [Device(1, n, bytes(32)) for n in range(2)],
        ["A", "B"],
    )
    payers = Payers(town, cycle([(0, 0)]))
    rounds = [payers.plan(3) for _ in range(STEPS_AHEAD + 3)]
    by_card = [[b'"code":"A"' in each.request for each in planned] for planned in rounds]
    assert by_card[: STEPS_AHEAD + 1] == [[False, True, True]] * (STEPS_AHEAD + 1)
    assert by_card[-1] == [True, True, True]
    codes = {planned[0].request.partition(b'"code":"')[2][:20] for planned in rounds}
    assert len(codes - {rounds[-1][0].request.partition(b'"code":"')[2][:20]}) == STEPS_AHEAD + 1
