"""Many callers at once, each on a connection of its own."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api
from hansatsu.ledger.batcher import Batcher
from hansatsu.ledger.values import Payment, PaymentOutcome
from tests.ledger.books import Books
from tests.ledger.ways import by_turns


def race[T](url: str, callers: int, act: Callable[[psycopg.Connection, int], T]) -> list[T]:
    """Let callers act at the same moment, each connected already."""
    start = threading.Barrier(callers, timeout=60)

    def call(place: int) -> T:
        with psycopg.connect(url, autocommit=True) as connection:
            start.wait()
            return act(connection, place)

    with ThreadPoolExecutor(callers) as threads:
        return list(threads.map(call, range(callers)))


def together(url: str, payments: Sequence[Payment]) -> list[PaymentOutcome]:
    """Pay all through one batcher."""

    async def run() -> list[PaymentOutcome]:
        async with Batcher(url) as batcher:
            return await asyncio.gather(*(batcher.pay(payment) for payment in payments))

    return asyncio.run(run())


def test_fifty_callers_take_exactly_what_the_wallet_held(
    books: Books, server: EmbeddedServer
) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    for amount in (500, 400, 130):
        books.issue(wallet, emoney, amount)
    payments = [books.payment(wallet, shop, 50) for _ in range(50)]
    outcomes = race(server.app_url, 50, lambda c, place: by_turns(place)(c, payments[place]))
    counted = Counter(outcome.outcome for outcome in outcomes)
    assert counted == {"paid": 20, "insufficient": 30}
    assert books.held(wallet) == 30
    assert sum(use.amount for outcome in outcomes for use in outcome.uses) == 1000
    paid = [outcome for outcome in outcomes if outcome.outcome == "paid"]
    assert sorted(o.seq or 0 for o in paid) == list(range(4, 24))
    assert len({outcome.number for outcome in paid}) == 20


def test_negative_control_reading_then_writing_overdraws(
    owner_connection: psycopg.Connection, server: EmbeddedServer
) -> None:
    """The same race against a purse without locks: if it were safe, the race tests nothing."""
    owner_connection.execute("create table public.naive_purse (balance bigint)")
    try:
        owner_connection.execute("insert into public.naive_purse values (1000)")
        everyone_has_read = threading.Barrier(50, timeout=60)

        def pay(connection: psycopg.Connection, _: int) -> int:
            row = connection.execute("select balance from public.naive_purse").fetchone()
            assert row is not None
            everyone_has_read.wait()
            if row[0] < 50:
                return 0
            connection.execute("update public.naive_purse set balance = %s", [row[0] - 50])
            return 50

        assert sum(race(server.owner_url, 50, pay)) > 1000
    finally:
        owner_connection.execute("drop table public.naive_purse")


def test_one_key_from_many_connections_pays_once(books: Books, server: EmbeddedServer) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 1000)
    payment = books.payment(wallet, shop, 10)
    outcomes = race(server.app_url, 20, lambda c, place: by_turns(place)(c, payment))
    assert Counter(o.outcome for o in outcomes) == {"paid": 1, "replayed": 19}
    assert len({(o.number, o.seq, o.at, o.uses) for o in outcomes}) == 1
    assert books.held(wallet) == 990


def test_payment_or_its_cancellation_never_both(books: Books, server: EmbeddedServer) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 1000)
    for _ in range(10):
        held = books.held(wallet)
        payment = books.payment(wallet, shop, 10)
        request = payment.request

        def act(connection: psycopg.Connection, place: int, payment: Payment = payment) -> str:
            if place == 0:
                return api.pay(connection, payment).outcome
            return api.cancel(connection, payment.request.actor, payment.request.key).outcome

        outcomes = race(server.app_url, 2, act)
        assert outcomes in (["paid", "done"], ["cancelled", "cancelled"])
        known = api.find_request(books.connection, request.actor, request.key)
        assert known is not None
        assert known.state == outcomes[1]
        assert held - books.held(wallet) == (10 if outcomes[0] == "paid" else 0)


def test_one_code_pays_once(books: Books, server: EmbeddedServer) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 1000)
    device, step = books.device(wallet), int(books.now().timestamp()) // 30
    payments = [books.payment(wallet, shop, 10, device=device, step=step) for _ in range(10)]
    outcomes = race(server.app_url, 10, lambda c, place: by_turns(place)(c, payments[place]))
    assert Counter(o.outcome for o in outcomes) == {"paid": 1, "code_used": 9}


def test_refunds_never_give_back_more_than_was_paid(books: Books, server: EmbeddedServer) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 60)
    books.issue(wallet, emoney, 40)
    number = books.paid(wallet, shop, 100)

    def give_back(connection: psycopg.Connection, place: int) -> api.RefundOutcome:
        request = api.Request.of("test:staff", f"{number}:{place}")
        return api.refund(connection, api.Refund(request, books.issuer_id, number, 30))

    outcomes = race(server.app_url, 12, give_back)
    counted = Counter(outcome.outcome for outcome in outcomes)
    assert counted == {"refunded": 3, "refund_exceeds_payment": 9}
    assert books.held(wallet) == 90
    standing = api.payment_standing(books.connection, books.issuer_id, number)
    assert standing is not None
    assert standing.left == 10
    assert len({refund.number for refund in standing.refunds}) == 3


def test_opposite_transfers_do_not_deadlock(books: Books, server: EmbeddedServer) -> None:
    emoney = books.emoney()
    for _ in range(5):
        pair = books.wallet(), books.wallet()
        for wallet in pair:
            books.issue(wallet, emoney, 10)

        def move(connection: psycopg.Connection, place: int, pair: tuple[int, int] = pair) -> str:
            return api.transfer(
                connection,
                request=api.Request.of("test:staff", f"{pair}:{place}"),
                issuer_id=books.issuer_id,
                source=pair[place],
                target=pair[1 - place],
            ).outcome

        assert sorted(race(server.app_url, 2, move)) == ["closed", "transferred"]
        assert sum(books.held(wallet) for wallet in pair) == 20


class TestBatcher:
    """Payments of many callers in sets: each gets its own outcome."""

    def test_each_caller_gets_its_own(self, books: Books, server: EmbeddedServer) -> None:
        emoney = books.emoney()
        shop = books.shop(emoney)
        wallets = api.open_wallets(
            books.connection, issuer_id=books.issuer_id, kind="card", count=200
        )
        for wallet in wallets:
            books.issue(wallet, emoney, 100)
        payments = [books.payment(wallet, shop, place + 1) for place, wallet in enumerate(wallets)]
        outcomes = together(server.app_url, payments)
        assert [o.wallet_id for o in outcomes] == wallets
        assert [o.amount for o in outcomes] == list(range(1, 201))
        assert [o.outcome for o in outcomes] == ["paid"] * 100 + ["insufficient"] * 100
        assert [books.held(w) for w in wallets] == list(range(99, -1, -1)) + [100] * 100

    def test_many_callers_of_one_wallet(self, books: Books, server: EmbeddedServer) -> None:
        emoney = books.emoney()
        shop, wallet, other = books.shop(emoney), books.wallet(), books.wallet()
        books.issue(wallet, emoney, 205)
        books.issue(other, emoney, 1000)
        payments = [books.payment(payer, shop, 10) for _ in range(30) for payer in (wallet, other)]
        outcomes = together(server.app_url, payments)
        assert Counter(o.outcome for o in outcomes[::2]) == {"paid": 20, "insufficient": 10}
        assert Counter(o.outcome for o in outcomes[1::2]) == {"paid": 30}
        assert (books.held(wallet), books.held(other)) == (5, 700)

    def test_one_key_by_many_callers(self, books: Books, server: EmbeddedServer) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        outcomes = together(server.app_url, [books.payment(wallet, shop, 10, key="k")] * 20)
        assert Counter(o.outcome for o in outcomes) == {"paid": 1, "replayed": 19}

    def test_a_bad_neighbour_spoils_nobody(self, books: Books, server: EmbeddedServer) -> None:
        """A key too long aborts the set; the others are tried again alone."""
        emoney = books.emoney()
        shop = books.shop(emoney)
        wallets = [books.wallet() for _ in range(5)]
        for wallet in wallets:
            books.issue(wallet, emoney, 10)
        payments = [books.payment(wallet, shop, 10) for wallet in wallets]
        payments[2] = books.payment(wallets[2], shop, 10, key="x" * 256)

        async def run() -> list[PaymentOutcome | BaseException]:
            async with Batcher(server.app_url) as batcher:
                calls = [batcher.pay(payment) for payment in payments]
                return await asyncio.gather(*calls, return_exceptions=True)

        results = asyncio.run(run())
        assert isinstance(results.pop(2), psycopg.errors.CheckViolation)
        assert [r.outcome for r in results if isinstance(r, PaymentOutcome)] == ["paid"] * 4
        assert [books.held(wallet) for wallet in wallets] == [0, 0, 10, 0, 0]

    def test_one_that_stops_waiting_harms_nobody(
        self, books: Books, server: EmbeddedServer
    ) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        gone, stays = (books.payment(wallet, shop, 10) for _ in range(2))

        async def run() -> PaymentOutcome:
            async with Batcher(server.app_url) as batcher:
                leaving = asyncio.create_task(batcher.pay(gone))
                staying = asyncio.create_task(batcher.pay(stays))
                await asyncio.sleep(0)
                leaving.cancel()
                return await staying

        assert asyncio.run(run()).outcome == "paid"
