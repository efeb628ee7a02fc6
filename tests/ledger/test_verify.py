"""The books name what was changed behind the ledger's back; the application cannot."""

from collections.abc import Iterator
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from hansatsu.database.urls import APP
from hansatsu.ledger import api, checks
from tests.ledger.books import Books
from tests.support.copies import DatabaseCopy

BOOK_TABLES = (
    "entry",
    "lot",
    "wallet",
    "request",
    "outbox",
    "relayed",
    "note",
    "device",
    "issuer",
    "reversal",
)


@pytest.fixture
def owner(database_copy: DatabaseCopy) -> Iterator[psycopg.Connection]:
    """A copy's owner, in autocommit, after one of everything has happened there."""
    with psycopg.connect(database_copy.app_url, autocommit=True) as app:
        books = Books(app)
        emoney = books.emoney()
        shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
        books.issue(wallet, emoney, 100, books.in_days(30))
        books.issue(wallet, emoney, 100)
        device, step = books.device(wallet), int(books.now().timestamp()) // 30
        outcome = books.pay(wallet, shop, 120, device=device, step=step)
        assert outcome.number is not None
        books.refund(outcome.number, 30)
        books.change("freeze", wallet)
        books.change("unfreeze", wallet)
        books.transfer(wallet, target)
        books.paid(target, shop, 1)
        books.reverse(wallet, 1)
        books.reinstate(wallet, 1)
        books.reverse(wallet, 1)
        books.refund(outcome.number, 10)
        api.cancel(app, "test:staff", "never")
    with psycopg.connect(database_copy.owner_url, autocommit=True) as connection:
        yield connection


def found(connection: psycopg.Connection) -> dict[str, tuple[str, ...]]:
    """The checks that failed, and the rows they named."""
    verification = checks.verify(connection, [checks.OWN])
    assert verification.ok == all(not check.rows for check in verification.checks)
    return {check.name: check.rows for check in verification.checks if check.violations}


def key_of(connection: psycopg.Connection, query: LiteralString) -> tuple[int, int]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0], row[1]


def test_books_of_everything_are_right(owner: psycopg.Connection) -> None:
    verification = checks.verify(owner, [checks.OWN])
    assert verification.ok
    assert [check.name[:2] for check in verification.checks] == sorted(
        check.name[:2] for check in verification.checks
    )
    assert len(verification.checks) == len(checks.checks_in_order([checks.OWN])) > 0
    assert (verification.wallets, verification.lots) == (2, 4)
    assert verification.outstanding == 100  # the other lot's issue was taken back


def test_verifying_leaves_the_connection_as_it_was(owner: psycopg.Connection) -> None:
    before = owner.isolation_level
    checks.verify(owner, [checks.OWN])
    assert owner.isolation_level == before
    assert owner.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


PAYMENT: LiteralString = (
    "select wallet_id, seq from ledger.entry where kind = 'payment' order by wallet_id limit 1"
)
FORGERIES: list[tuple[LiteralString, str]] = [
    ("update ledger.entry set amount = amount - 1", "entry {0}/{1}: amount"),
    ("update ledger.entry set amount = amount - 1", "entry {0}/{1}: its hash does not follow"),
    (
        "update ledger.entry set amounts[1] = amounts[1] - 1",
        "entry {0}/{1}: postings of emoney",
    ),
    (
        "update ledger.entry set at = at - interval '1 microsecond'",
        "entry {0}/{1}: its hash does not follow",
    ),
    ("update ledger.entry set hash = sha256('')", "entry {0}/{1}: its hash does not follow"),
    ("update ledger.entry set actor = 'someone'", "entry {0}/{1}: its hash does not follow"),
    ("update ledger.entry set actor = 'someone'", "of test:shop:"),
    ("update ledger.entry set issuer_id = issuer_id + 1", "entry {0}/{1} of issuer"),
    ("update ledger.entry set step = step + 1", "entry {0}/{1}: its hash does not follow"),
    ("update ledger.entry set step = step + 1", "last step is"),
    ("update ledger.entry set shop_id = shop_id + 1", "the shop did not take emoney"),
    ("delete from ledger.entry", "entries before it are missing"),
    ("delete from ledger.outbox", "entry {0}/{1} owes a message that was never queued"),
]


@pytest.mark.parametrize(("change", "named"), FORGERIES)
def test_changed_entry_is_named(
    owner: psycopg.Connection, change: LiteralString, named: str
) -> None:
    wallet_id, seq = key_of(owner, PAYMENT)
    owner.execute(change + " where wallet_id = %s and seq = %s", [wallet_id, seq])
    rows = [row for rows in found(owner).values() for row in rows]
    assert any(named.format(wallet_id, seq) in row for row in rows), rows


@pytest.mark.parametrize(
    "change",
    [
        "update ledger.lot set balance = balance - 1",
        "update ledger.lot set balance = 0",
    ],
)
def test_changed_balance_is_named(owner: psycopg.Connection, change: LiteralString) -> None:
    wallet_id, lot_id = key_of(
        owner, "select wallet_id, lot_id from ledger.lot where balance > 0 limit 1"
    )
    owner.execute(change + " where wallet_id = %s and lot_id = %s", [wallet_id, lot_id])
    (rows,) = found(owner).values()
    assert len(rows) == 1
    assert rows[0].startswith(f"lot {lot_id} of wallet {wallet_id}: balance ")


def test_a_lot_that_was_filled_again_is_named(owner: psycopg.Connection) -> None:
    wallet_id, lot_id = key_of(
        owner, "select wallet_id, lot_id from ledger.lot where balance = 0 limit 1"
    )
    owner.execute(
        "update ledger.lot set balance = 1 where wallet_id = %s and lot_id = %s",
        [wallet_id, lot_id],
    )
    named = [row for rows in found(owner).values() for row in rows]
    filled = f"lot {lot_id} of wallet {wallet_id}: balance 1 yen"
    assert any(row.startswith(filled) for row in named), named


@pytest.mark.parametrize(
    "change",
    [
        "update ledger.lot set expires_at = expires_at + interval '1 day'",
        "update ledger.lot set issued_at = issued_at + interval '1 day'",
        "update ledger.lot set face = face + 1",
        "update ledger.lot set code = reverse(code)",
        "delete from ledger.lot",
    ],
)
def test_changed_lot_breaks_the_entry_that_made_it(
    owner: psycopg.Connection, change: LiteralString
) -> None:
    wallet_id, lot_id = key_of(
        owner,
        "select wallet_id, lot_id from ledger.lot"
        " where expires_at is not null order by lot_id limit 1",
    )
    owner.execute(change + " where wallet_id = %s and lot_id = %s", [wallet_id, lot_id])
    assert any(row.startswith(f"entry {wallet_id}/1: ") for row in found(owner)["03_chains"])


def test_cut_off_end_is_named(owner: psycopg.Connection) -> None:
    wallet_id, seq = key_of(
        owner, "select wallet_id, seq from ledger.entry order by wallet_id desc, seq desc limit 1"
    )
    owner.execute("delete from ledger.entry where wallet_id = %s and seq = %s", [wallet_id, seq])
    assert any(row.startswith(f"wallet {wallet_id}: ") for row in found(owner)["03_chains"])


def test_changed_note_is_named(owner: psycopg.Connection) -> None:
    wallet_id, seq = key_of(owner, "select wallet_id, seq from ledger.note limit 1")
    owner.execute(
        "update ledger.note set text = 'x' where wallet_id = %s and seq = %s", [wallet_id, seq]
    )
    assert found(owner)["03_chains"] == (
        f"note of entry {wallet_id}/{seq}: the text is not what was written",
    )


def test_erased_note_is_no_forgery(owner: psycopg.Connection) -> None:
    owner.execute("delete from ledger.note")
    assert found(owner) == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("delete from ledger.reversal", "issue {0}/1: 100 yen were issued, 100 taken back"),
        ("update ledger.reversal set by_seq = by_seq - 1", "issue {0}/1: entry "),
        ("update ledger.reversal set seq = 2", "issue {0}/2: 100 yen were issued, 0 taken back"),
        (
            "update ledger.lot set balance = 1 where expires_at is not null and balance = 0",
            "1 yen of an issue that was taken back ({0}/1)",
        ),
        (
            "update ledger.entry set refunded_number = '{0}/2' where kind = 'issue_reversal'",
            "issue {0}/2: 100 yen were issued, 200 taken back",
        ),
    ],
)
def test_changed_reversal_is_named(
    owner: psycopg.Connection, change: LiteralString, named: str
) -> None:
    wallet_id, _ = key_of(owner, "select wallet_id, seq from ledger.reversal")
    owner.execute(change.replace("{0}", str(wallet_id)).encode())
    rows = found(owner)["11_reversals"]
    assert any(named.format(wallet_id) in row for row in rows), rows


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("delete from ledger.wallet where wallet_id = {0}", "entry {0}/1: its wallet is missing"),
        (
            "update ledger.wallet set state = 'frozen' where wallet_id = {0}",
            "wallet {0}: it is frozen, its entries say closed",
        ),
        (
            "update ledger.wallet set moved_to = {0} where wallet_id = {0}",
            "wallet {0}: it is said to have moved to {0}",
        ),
        (
            "update ledger.wallet set moved_to = null where wallet_id = {0}",
            "wallet {0}: it is said to have moved to nowhere",
        ),
        (
            "update ledger.wallet set last_at = last_at + interval '1 day' where wallet_id = {0}",
            "wallet {0}: its time",
        ),
        (
            "update ledger.lot set registered_at = registered_at - interval '1 day'",
            "of wallet {0}: its 登録日",
        ),
        ("update ledger.lot set root_lot = root_lot + 1", "of wallet {0}: it is not of the line"),
        ("update ledger.lot set swept_at = registered_at", "of wallet {0}: it counts as swept"),
        (
            "update ledger.entry set number = (select min(number) from ledger.entry)"
            " where number is not null",
            "決済ID ",
        ),
    ],
)
def test_what_stands_beside_the_chain_is_checked(
    owner: psycopg.Connection, change: LiteralString, named: str
) -> None:
    wallet_id, _ = key_of(owner, PAYMENT)
    owner.execute(change.replace("{0}", str(wallet_id)).encode())
    rows = found(owner)["12_beside_the_chain"]
    assert any(named.format(wallet_id) in row for row in rows), rows


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "update ledger.request set operation = 'refund' where operation = 'payment'",
            "it asked for refund, and entry ",
        ),
        (
            "update ledger.request set operation = 'issue' where operation = 'reinstatement'",
            "it asked for issue, and entry ",
        ),
        (
            "update ledger.request set operation = 'payment' where cancelled",
            "request never of test:staff: it is cancelled, and asks for payment",
        ),
        (
            "update ledger.request set content = 'x' where cancelled",
            "request never of test:staff: it is cancelled, and asks for cancel",
        ),
    ],
)
def test_changed_request_is_named(
    owner: psycopg.Connection, change: LiteralString, named: str
) -> None:
    owner.execute(change)
    rows = found(owner)["16_requests_as_asked"]
    assert any(named in row for row in rows), rows


def test_paid_request_that_is_called_cancelled_is_named(owner: psycopg.Connection) -> None:
    owner.execute("update ledger.request set cancelled = true where operation = 'payment'")
    assert found(owner)["14_cancelled_given_back"]


@pytest.mark.parametrize(
    "change",
    [
        "update ledger.wallet set day_spent = day_spent - 1 where day_spent > 0",
        "update ledger.wallet set day_spent = day_spent + 1",
        "update ledger.wallet set day = day + 1 where day_spent > 0",
        "update ledger.wallet set day = '-infinity', day_spent = 0",
    ],
)
def test_changed_sum_of_a_day_is_named(owner: psycopg.Connection, change: LiteralString) -> None:
    owner.execute(change)
    assert all(" yen spent on " in row for row in found(owner)["17_day_sums"])


def test_sums_of_days_follow_moves_and_refunds(database_copy: DatabaseCopy) -> None:
    """Over midnight, with payments given back on their day and later, and a wallet that moved."""
    with (
        psycopg.connect(database_copy.app_url, autocommit=True) as app,
        psycopg.connect(database_copy.clock_url, autocommit=True) as clock,
    ):
        books = Books(app)
        emoney = books.emoney()
        shop, card, wallet = books.shop(emoney), books.wallet(), books.wallet()
        for each in (card, wallet):
            books.issue(each, emoney, 10_000)
        first, later = books.pay(card, shop, 500), books.pay(wallet, shop, 300)
        assert first.number is not None
        assert later.number is not None
        books.refund(first.number, 200)
        api.set_clock(clock, books.now() + timedelta(days=1))
        books.pay(card, shop, 70)
        books.refund(later.number, 100)  # of yesterday: today's limit does not know it
        books.transfer(card, wallet)
        again = books.pay(wallet, shop, 40)
        assert again.number is not None
        books.refund(again.number, 10)
        row = app.execute(
            "select day_spent from ledger.wallet where wallet_id = %s", [wallet]
        ).fetchone()
        assert row == (100,)
        assert checks.verify(app, [checks.OWN]).ok


def test_invented_request_is_named(owner: psycopg.Connection) -> None:
    owner.execute(
        "insert into ledger.request (actor, key, operation, content, wallet_id, seq)"
        " select actor, 'invented', operation, content, wallet_id, seq"
        " from ledger.request where not cancelled limit 1"
    )
    (rows,) = found(owner).values()
    assert len(rows) == 1
    assert rows[0].endswith("answers 2 requests")


class TestTheApplicationCannot:
    """Whatever the application is tricked into saying, the database refuses."""

    @pytest.mark.parametrize("table", BOOK_TABLES)
    @pytest.mark.parametrize(
        "statement",
        [
            "insert into {0} overriding system value select * from {0}",
            "update {0} set issuer_id = 1",
            "delete from {0}",
            "truncate {0}",
            "drop table {0}",
            "alter table {0} disable trigger all",
            "lock table {0} in access exclusive mode",
        ],
    )
    def test_write_the_books(
        self, app_connection: psycopg.Connection, table: str, statement: LiteralString
    ) -> None:
        if table in ("request", "outbox", "relayed"):
            statement = statement.replace("issuer_id", "wallet_id")
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            app_connection.transaction(),
        ):
            app_connection.execute(sql.SQL(statement).format(sql.Identifier("ledger", table)))

    @pytest.mark.parametrize(
        "statement",
        [
            "grant hansatsu_owner to hansatsu_app",
            "grant hansatsu_clock to hansatsu_app",
            "set role hansatsu_owner",
            "set session authorization postgres",
            "alter role hansatsu_app superuser",
            "set session_replication_role = 'replica'",
            "create function ledger.mine() returns int language sql return 1",
            "create or replace function ledger.now() returns timestamptz"
            " language sql volatile return now()",
            "alter function ledger.now() owner to hansatsu_app",
            "alter table ledger.entry owner to hansatsu_app",
            "select ledger.set_clock_v1(now())",
            "update ledger.clock set shift = '1 day'",
            "update ledger.birth set kind = 'live'",
            "select setval('ledger.payment_number', 1)",
            "select nextval('ledger.lot_id')",
            "select ledger.write_note_v1(1, 1, 1, 'x')",
            "select ledger.keep_claim_v1('a', 'b', 1, 1)",
            "select ledger.lock_wallets_v1(array(select wallet_id from ledger.wallet))",
        ],
    )
    def test_rise(self, app_connection: psycopg.Connection, statement: LiteralString) -> None:
        books = Books(app_connection)
        books.issue(books.wallet(), books.emoney(), 1)
        with pytest.raises(
            (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidGrantOperation)
        ):
            app_connection.execute(statement)

    def test_grant_itself_the_tables(self, app_connection: psycopg.Connection) -> None:
        """PostgreSQL only warns here; what counts is that nothing was granted."""
        app_connection.execute("grant all on all tables in schema ledger to hansatsu_app")
        row = app_connection.execute(
            "select count(*), count(*) filter (where has_table_privilege("
            "oid, 'insert, update, delete, truncate, references, trigger, maintain'))"
            " from pg_class where relnamespace = 'ledger'::regnamespace and relkind in ('r', 'v')"
        ).fetchone()
        assert row is not None
        assert row[0] > 10
        assert row[1] == 0

    def test_shadow_what_the_ledger_calls(
        self, app_connection: psycopg.Connection, books: Books
    ) -> None:
        """The entrances look names up in pg_catalog first; temporary objects come last."""
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 10)
        app_connection.execute(
            "create function pg_temp.sha256(bytea) returns bytea language sql return '\\x00'::bytea"
        )
        app_connection.execute("set search_path = pg_temp, pg_catalog")
        assert books.pay(wallet, shop, 10).outcome == "paid"
        row = app_connection.execute(
            "select length(hash) from ledger.entry where wallet_id = %s and seq = 2", [wallet]
        ).fetchone()
        assert row == (32,)


def test_application_owns_nothing_in_the_ledger(owner_connection: psycopg.Connection) -> None:
    row = owner_connection.execute(
        "select count(*) from pg_class where relnamespace = 'ledger'::regnamespace"
        " and relowner = %s::regrole",
        [APP],
    ).fetchone()
    assert row == (0,)
