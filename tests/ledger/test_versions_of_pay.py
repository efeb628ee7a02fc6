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
_TWELVE: LiteralString = _TEN + ", %s::boolean[], %s::boolean"
OF_BEFORE: dict[str, tuple[LiteralString, int]] = {
    "pay_set_v1": (_ANSWER + " from ledger.pay_set_v1(" + _TEN + ")", 10),
    "pay_set_v2": (_ANSWER + " from ledger.pay_set_v2(" + _TWELVE + ")", 12),
    "pay_set_v3": (_ANSWER + " from ledger.pay_set_v3(" + _TWELVE + ")", 12),
}
TODAY: dict[str, tuple[LiteralString, int]] = {
    "pay_set_v4": (_ANSWER + " from ledger.pay_set_v4(" + _TWELVE + ")", 12),
    "pay_alone_v1": (_ANSWER + " from ledger.pay_alone_v1(" + _TWELVE.replace("[]", "") + ")", 12),
}
CALLS = OF_BEFORE | TODAY
"""Each version's call, and how many columns it takes; one of a payment alone takes their values."""

PAIRS = [pair for pair in permutations(CALLS, 2) if pair[0] in TODAY or pair[1] in TODAY]


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
    if version == "pay_alone_v1":
        rows = [connection.execute(call, _fields(each)).fetchall()[0] for each in payments]
    else:
        rows = connection.execute(call, payment_columns(payments)[:columns]).fetchall()
    return [Answer(*row) for row in rows]


def _fields(payment: api.Payment) -> list[object]:
    return [
        payment.request.actor,
        payment.request.key,
        payment.request.content,
        payment.issuer_id,
        payment.shop_id,
        payment.wallet_id,
        payment.amount,
        payment.device,
        payment.step,
        payment.reference,
        payment.reference_once,
        False,
    ]


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
    """Whatever the tests have done there, the books hold."""
    with copied(server) as copy:
        yield copy.app_url
        with psycopg.connect(copy.app_url, autocommit=True) as connection:
            assert checks.verify(connection, [checks.OWN]).ok


@pytest.fixture
def till(url: str) -> Iterator[Till]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Till(Books(connection), url)


def test_all_versions_are_tried(till: Till) -> None:
    found = till.books.connection.execute(
        """
        select p.proname from pg_proc as p
        where p.pronamespace = 'ledger'::regnamespace and p.proname ~ '^pay_(set|alone)_v'
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
def test_what_any_version_cancelled_none_pays(till: Till, version: str) -> None:
    for cancel in ("cancel_v1", "cancel_v2", "cancel_v3"):
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
