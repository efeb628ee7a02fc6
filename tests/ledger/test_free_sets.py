"""Payments that wait for nobody: each of a set is told by itself, as if it were alone."""

from collections.abc import Sequence
from copy import replace

import psycopg
import pytest
from psycopg.rows import args_row

from hansatsu.ledger import api
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import PAY_SET, payment_columns, payment_outcome
from tests.ledger.books import Books, rows_of
from tests.ledger.ways import FREE, Way


@pytest.fixture
def payments(books: Books) -> list[Payment]:
    """Four, of 10 yen each, from wallets that hold 100."""
    emoney = books.emoney()
    shop = books.shop(emoney)
    wallets = api.open_wallets(books.connection, issuer_id=books.issuer_id, kind="card", count=4)
    for wallet in wallets:
        books.issue(wallet, emoney, 100)
    return [books.payment(wallet, shop, 10) for wallet in wallets]


def pay_free(books: Books, payments: Sequence[Payment]) -> list[PaymentOutcome]:
    with books.connection.cursor(row_factory=args_row(payment_outcome), binary=True) as cursor:
        return cursor.execute(PAY_SET, payment_columns(payments, free=True)).fetchall()


def told(outcomes: Sequence[PaymentOutcome]) -> list[str]:
    return [each.outcome for each in outcomes]


def test_keys_that_are_known_leave_the_others_to_be_paid(
    books: Books, payments: list[Payment]
) -> None:
    known, changed, cancelled, fresh = payments
    first = api.pay(books.connection, known)
    assert api.pay(books.connection, changed).paid
    api.cancel(books.connection, cancelled.request.actor, cancelled.request.key)
    other = replace(changed, request=replace(changed.request, content=b"another"))
    before = rows_of(books.connection, *(each.wallet_id for each in payments[:3]))
    outcomes = pay_free(books, [known, other, cancelled, fresh])
    assert told(outcomes) == ["replayed", "key_conflict", "cancelled", "paid"]
    assert (outcomes[0].number, outcomes[0].seq) == (first.number, first.seq)
    assert rows_of(books.connection, *(each.wallet_id for each in payments[:3])) == before
    assert books.held(fresh.wallet_id) == 90


@pytest.mark.parametrize("with_known", [False, True])
def test_what_another_transaction_holds_is_left_out_and_changes_nothing(
    books: Books,
    payments: list[Payment],
    owner_connection: psycopg.Connection,
    with_known: bool,
) -> None:
    """Also when another's key is known: the claims are then made one by one."""
    held_wallet, held_key, held_shop, fresh = payments
    alone = books.shop(books.emoney())
    held_shop = replace(held_shop, shop_id=alone)
    known = [books.payment(books.wallet(), alone, 10)] if with_known else []
    for each in known:
        api.cancel(books.connection, each.request.actor, each.request.key)
    left_out = [each.wallet_id for each in payments[:3]]
    before = rows_of(books.connection, *left_out)
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "select from ledger.wallet where wallet_id = %s for update", [held_wallet.wallet_id]
        )
        owner_connection.execute(
            "insert into ledger.request (actor, key, operation, content)"
            " values (%s, %s, 'payment', %s)",
            [held_key.request.actor, held_key.request.key, held_key.request.content],
        )
        owner_connection.execute("select ledger.lock_shop_alone_v1(%s)", [alone])
        outcomes = pay_free(books, [held_wallet, held_key, held_shop, fresh, *known])
    assert told(outcomes) == ["try_again"] * 3 + ["paid"] + ["cancelled"] * len(known)
    assert rows_of(books.connection, *left_out) == before
    assert told(pay_free(books, [held_wallet, held_key])) == ["paid"] * 2


def test_a_refusal_gives_its_key_back(books: Books, payments: list[Payment]) -> None:
    refused, paid = replace(payments[0], amount=101), payments[1]
    before = rows_of(books.connection, refused.wallet_id)
    assert told(pay_free(books, [refused, paid])) == ["insufficient", "paid"]
    assert rows_of(books.connection, refused.wallet_id) == before
    request = refused.request
    assert api.find_request(books.connection, request.actor, request.key) is None


@pytest.fixture(params=FREE)
def free(request: pytest.FixtureRequest) -> Way:
    return FREE[request.param]


@pytest.mark.parametrize("held", ["wallet", "key", "shop"])
def test_one_that_finds_something_held_changes_nothing_and_is_free_to_come_again(
    books: Books,
    payments: list[Payment],
    owner_connection: psycopg.Connection,
    free: Way,
    held: str,
) -> None:
    payment = payments[0]
    request = payment.request
    holds = {
        "wallet": (
            "select from ledger.wallet where wallet_id = %s for update",
            [payment.wallet_id],
        ),
        "key": (
            "insert into ledger.request (actor, key, operation, content)"
            " values (%s, %s, 'payment', %s)",
            [request.actor, request.key, request.content],
        ),
        "shop": ("select ledger.lock_shop_alone_v1(%s)", [payment.shop_id]),
    }
    before = rows_of(books.connection, payment.wallet_id)
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(*holds[held])
        outcome = free(books.connection, payment)
    assert (outcome.outcome, outcome.number, outcome.balance) == ("try_again", None, None)
    assert rows_of(books.connection, payment.wallet_id) == before
    assert api.find_request(books.connection, request.actor, request.key) is None
    assert free(books.connection, payment).paid


def test_a_key_is_known_while_its_wallet_is_held(
    books: Books, payments: list[Payment], owner_connection: psycopg.Connection, free: Way
) -> None:
    """A retry is answered, whatever hangs."""
    payment = payments[0]
    first = api.pay(books.connection, payment)
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "select from ledger.wallet where wallet_id = %s for update", [payment.wallet_id]
        )
        again = free(books.connection, payment)
    assert (again.outcome, again.number, again.uses) == ("replayed", first.number, first.uses)


def test_a_wallet_that_nobody_has_is_unknown_and_not_held(
    books: Books, payments: list[Payment], free: Way
) -> None:
    stranger = replace(payments[0], wallet_id=-1)
    assert free(books.connection, stranger).outcome == "unknown"
    theirs = replace(payments[0], issuer_id=Books(books.connection).issuer_id)
    before = rows_of(books.connection, theirs.wallet_id)
    assert free(books.connection, theirs).outcome == "unknown"
    assert rows_of(books.connection, theirs.wallet_id) == before
