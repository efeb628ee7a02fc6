"""Every version of the payment that was released stays callable on today's schema, beside the one
that pays today: a process of before goes on paying while the town is brought up to date, and a
retry may come to a process of another version."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from itertools import permutations
from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, checks
from hansatsu.ledger.writes import payment_columns
from tests.ledger.books import Books, rows_of
from tests.support.copies import copied
from tests.support.waiting import wait_until

_ANSWER: LiteralString = """
    select outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts
"""
_TEN: LiteralString = """
    %s::text[], %s::text[], %s::bytea[], %s::integer[], %s::integer[], %s::bigint[],
    %s::bigint[], %s::bigint[], %s::bigint[], %s::text[]
"""
CALLS: dict[str, tuple[LiteralString, int]] = {
    "pay_set_v1": (_ANSWER + " from ledger.pay_set_v1(" + _TEN + ")", 10),
    "pay_set_v2": (
        _ANSWER + " from ledger.pay_set_v2(" + _TEN + ", %s::boolean[], %s::boolean)",
        12,
    ),
    "pay_set_v3": (
        _ANSWER + " from ledger.pay_set_v3(" + _TEN + ", %s::boolean[], %s::boolean)",
        12,
    ),
}
"""Each version's call, and how many columns it takes."""

PAIRS = list(permutations(CALLS, 2))


class Answer(NamedTuple):
    outcome: str
    wallet_id: int
    seq: int | None
    number: str | None
    at: Any
    amount: int
    refs: list[int] | None
    emoneys: list[int] | None
    amounts: list[int] | None


def pay(
    connection: psycopg.Connection, version: str, payments: Sequence[api.Payment]
) -> list[Answer]:
    call, columns = CALLS[version]
    rows = connection.execute(call, payment_columns(payments)[:columns]).fetchall()
    return [Answer(*row) for row in rows]


def outcomes(answers: Sequence[Answer]) -> list[str]:
    return [answer.outcome for answer in answers]


class Till:
    """Two wallets of 1000 yen in two lots each, and a shop."""

    def __init__(self, books: Books, url: str) -> None:
        self.books, self.url = books, url
        self.emoney = books.emoney()
        self.shop, self.wallets = books.shop(self.emoney), [books.wallet(), books.wallet()]
        for wallet in self.wallets:
            for _ in range(2):
                books.issue(wallet, self.emoney, 500)

    def payments(self, *amounts: int) -> list[api.Payment]:
        """One of each wallet."""
        return [
            self.books.payment(wallet, self.shop, amount)
            for wallet, amount in zip(self.wallets, amounts, strict=True)
        ]

    def pay(self, version: str, payments: Sequence[api.Payment]) -> list[Answer]:
        return pay(self.books.connection, version, payments)

    def rows(self) -> dict[str, list[object]]:
        return rows_of(self.books.connection, *self.wallets)

    def held(self) -> list[int]:
        return [self.books.held(wallet) for wallet in self.wallets]


@pytest.fixture(scope="module")
def url(server: EmbeddedServer) -> Iterator[str]:
    with copied(server) as copy:
        yield copy.app_url


@pytest.fixture
def till(url: str) -> Iterator[Till]:
    """Whatever a test does there, the books hold."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield Till(Books(connection), url)
        assert checks.verify(connection, [checks.OWN]).ok


def test_all_versions_are_tried(till: Till) -> None:
    found = till.books.connection.execute(
        """
        select p.proname from pg_proc as p
        where p.pronamespace = 'ledger'::regnamespace and p.proname like 'pay\\_set\\_v%'
        """
    )
    assert {name for (name,) in found} == set(CALLS)


@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_what_one_version_paid_another_answers_and_does_not_pay_again(
    till: Till, first: str, then: str
) -> None:
    payments = till.payments(700, 1)
    paid = till.pay(first, payments)
    before = till.rows()
    again = till.pay(then, payments)
    assert outcomes(paid) == ["paid", "paid"]
    assert again == [answer._replace(outcome="replayed") for answer in paid]
    others = [replace(each, request=_other_content(each)) for each in payments]
    assert outcomes(till.pay(then, others)) == ["key_conflict"] * 2
    assert till.rows() == before
    assert till.held() == [300, 999]


@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_what_one_version_refused_another_may_still_pay(till: Till, first: str, then: str) -> None:
    payments = till.payments(1200, 10)
    before = till.rows()
    assert outcomes(till.pay(first, payments[:1])) == ["insufficient"]
    assert till.rows() == before
    till.books.issue(till.wallets[0], till.emoney, 500)
    assert outcomes(till.pay(then, payments)) == ["paid", "paid"]
    assert outcomes(till.pay(first, payments)) == ["replayed", "replayed"]
    assert till.held() == [300, 990]


@pytest.mark.parametrize("version", CALLS)
@pytest.mark.parametrize("cancel", ["cancel_v1", "cancel_v2", "cancel_v3"])
def test_what_any_version_cancelled_none_pays(till: Till, version: str, cancel: str) -> None:
    payments = till.payments(100, 10)
    for each in payments:
        till.books.connection.execute(
            f"select outcome from ledger.{cancel}(%s, %s)".encode(),
            [each.request.actor, each.request.key],
        )
    before = till.rows()
    assert outcomes(till.pay(version, payments)) == ["cancelled"] * 2
    assert till.rows() == before
    assert till.held() == [1000, 1000]


@pytest.mark.parametrize("ends", ["commit", "rollback"])
@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_one_key_under_way_in_two_versions_pays_once(
    till: Till, first: str, then: str, ends: str
) -> None:
    """The second waits for the first, and answers what came of it."""
    payments = till.payments(700, 1)
    with (
        psycopg.connect(till.url) as under_way,
        psycopg.connect(till.url, autocommit=True) as waiting,
        ThreadPoolExecutor(1) as thread,
    ):
        paid = pay(under_way, first, payments)
        later = thread.submit(pay, waiting, then, payments)
        wait_until(lambda: _waits(till, waiting) or later.done(), what="the second to wait")
        assert not later.done()
        under_way.execute(ends.encode())
        answers = later.result(timeout=30)
    if ends == "commit":
        assert answers == [answer._replace(outcome="replayed") for answer in paid]
    else:
        assert outcomes(answers) == ["paid", "paid"]
    assert till.held() == [300, 999]


def _waits(till: Till, connection: psycopg.Connection) -> bool:
    row = till.books.connection.execute(
        "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s",
        [connection.info.backend_pid],
    ).fetchone()
    return row is not None and bool(row[0])


def _other_content(payment: api.Payment) -> api.Request:
    return api.Request.of(payment.request.actor, payment.request.key, "something else")
