"""Large books are verified a part at a time, on one snapshot; what is found is read row by row."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import checks
from hansatsu.ledger.parts import Part, in_parts
from tests.ledger.books import Books
from tests.support.copies import copied

WALLETS = 5


@pytest.fixture(scope="module")
def urls(server: EmbeddedServer) -> Iterator[tuple[str, str]]:
    """The addresses, as application and as owner, of books of five wallets, two entries each."""
    with copied(server) as copy:
        with psycopg.connect(copy.app_url, autocommit=True) as app:
            books = Books(app)
            emoney = books.emoney()
            shop = books.shop(emoney)
            for _ in range(WALLETS):
                wallet = books.wallet()
                books.issue(wallet, emoney, 100)
                books.paid(wallet, shop, 10)
        yield copy.app_url, copy.owner_url


@pytest.fixture
def app(urls: tuple[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(urls[0], autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(urls: tuple[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(urls[1], autocommit=True) as connection:
        yield connection


def parts_of(connection: psycopg.Connection, entries: int) -> list[Part]:
    with connection.cursor() as cursor:
        return in_parts(cursor, entries)


def wallets_of(connection: psycopg.Connection) -> list[int]:
    rows = connection.execute("select wallet_id from ledger.wallet order by 1").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(("entries", "count"), [(1, 5), (3, 5), (6, 3), (1000, 1)])
def test_parts_are_without_gap_and_of_about_one_size(
    app: psycopg.Connection, entries: int, count: int
) -> None:
    parts = parts_of(app, entries)
    assert [part.place for part in parts] == list(range(1, count + 1))
    assert (parts[0].first, parts[-1].last) == (-(2**63), 2**63 - 1)
    assert all(after.first == before.last + 1 for before, after in pairwise(parts))
    assert all(part.first <= part.last for part in parts)


def test_empty_books_are_one_part(server: EmbeddedServer) -> None:
    with copied(server) as copy, psycopg.connect(copy.app_url, autocommit=True) as empty:
        assert parts_of(empty, 1) == [Part(1, -(2**63), 2**63 - 1)]
        assert checks.verify(empty).ok


@contextmanager
def forged(owner: psycopg.Connection, statement: str, wallet: int) -> Iterator[None]:
    """By hand, and put back afterwards."""
    owner.execute("create table forged as select * from ledger.entry")
    owner.execute("create table forged_lot as select * from ledger.lot")
    owner.execute("create table forged_request as select * from ledger.request")
    try:
        owner.execute(statement.format(wallet).encode())
        yield
    finally:
        owner.execute(
            "begin; delete from ledger.entry; insert into ledger.entry select * from forged;"
            " delete from ledger.lot; insert into ledger.lot select * from forged_lot;"
            " delete from ledger.request; insert into ledger.request select * from forged_request;"
            " drop table forged, forged_lot, forged_request; commit"
        )


FAULTS = [
    ("01", "update ledger.entry set amount = amount - 1 where wallet_id = {0} and seq = 2"),
    ("01", "update ledger.entry set amounts[1] = -11 where wallet_id = {0} and seq = 2"),
    ("01", "update ledger.entry set emoneys[1] = 0 where wallet_id = {0} and seq = 2"),
    (
        "01",
        "update ledger.entry set refs = '{{}}', emoneys = '{{}}', amounts = '{{}}'"
        " where wallet_id = {0} and seq = 2",
    ),
    ("02", "update ledger.lot set balance = balance - 1 where wallet_id = {0}"),
    ("03", "update ledger.entry set hash = '' where wallet_id = {0} and seq = 2"),
    ("03", "delete from ledger.entry where wallet_id = {0} and seq = 1"),
    ("03", "update ledger.lot set code = reverse(code) where wallet_id = {0}"),
    ("04", "update ledger.entry set shop_id = -1 where wallet_id = {0} and seq = 2"),
    ("04", "update ledger.lot set expires_at = '2000-01-01' where wallet_id = {0}"),
    ("04", "update ledger.entry set kind = 'close' where wallet_id = {0} and seq = 1"),
    ("06", "update ledger.lot set made_seq = 9 where wallet_id = {0}"),
    ("09", "update ledger.entry set device_id = 1, step = 1 where wallet_id = {0} and seq = 2"),
    ("10", "update ledger.entry set issuer_id = 1 where wallet_id = {0} and seq = 2"),
    ("10", "update ledger.lot set issuer_id = 1 where wallet_id = {0}"),
    ("12", "update ledger.entry set kind = 'close' where wallet_id = {0} and seq = 1"),
    ("12", "update ledger.lot set root_lot = 0 where wallet_id = {0}"),
    ("12", "update ledger.lot set registered_at = '2000-01-01' where wallet_id = {0}"),
]


@pytest.mark.parametrize(("check", "statement"), FAULTS)
def test_a_fault_is_found_in_whichever_part(
    app: psycopg.Connection,
    owner: psycopg.Connection,
    tmp_path: Path,
    check: str,
    statement: str,
) -> None:
    """In the first wallet, in the last, and at both sides of the boundary of parts of two wallets:
    whether the books are looked at as a whole, in such parts or a wallet at a time."""
    (path,) = checks.OWN.glob(f"{check}_*.sql")
    folders = folder_of(tmp_path, path.read_text(encoding="utf-8"))
    wallets = wallets_of(app)
    for wallet in (wallets[0], wallets[1], wallets[2], wallets[-1]):
        with forged(owner, statement, wallet):
            found = [
                sorted(checks.verify(app, folders, entries_a_part=entries).checks[0].rows)
                for entries in (1000, 6, 3)
            ]
        assert found[0]
        assert found == found[:1] * 3
    assert checks.verify(app, folders).ok


ABOUT_ALL = [
    (
        "01",
        "update ledger.entry set refs = array_replace(refs, -1, -4)"
        " where wallet_id = {0} and seq = 2",
        "emoney % yen are in transit",
    ),
    (
        "06",
        "update ledger.request set actor = 'nobody' where wallet_id = {0} and seq = 2",
        "request % of nobody: it names no entry",
    ),
    (
        "06",
        "delete from ledger.request where wallet_id = {0} and seq = 2",
        "entry %/2 was asked for by no request",
    ),
    (
        "06",
        "insert into ledger.request (actor, key, operation, content, wallet_id, seq)"
        " select actor, 'another', operation, content, wallet_id, seq from ledger.request"
        " where wallet_id = {0} and seq = 2",
        "entry %/2 answers 2 requests",
    ),
    (
        "12",
        "update ledger.entry as e set number = o.number from ledger.entry as o"
        " where e.wallet_id = {0} and e.seq = 2 and o.wallet_id <> {0} and o.seq = 2",
        "決済ID % is on 2 entries",
    ),
    (
        "19",
        "update ledger.entry set kind = 'unexpire', refunded_number = '0/1'"
        " where wallet_id = {0} and seq = 2",
        "失効 0/1: % were booked",
    ),
]


@pytest.mark.parametrize(("check", "statement", "words"), ABOUT_ALL)
def test_what_is_asked_about_all_wallets_together_is_told_once(
    app: psycopg.Connection,
    owner: psycopg.Connection,
    tmp_path: Path,
    check: str,
    statement: str,
    words: str,
) -> None:
    """With the first part alone, however many there are, and wherever the fault is."""
    (path,) = checks.OWN.glob(f"{check}_*.sql")
    folders = folder_of(tmp_path, path.read_text(encoding="utf-8"))
    start, end = words.split("%")
    wallets = wallets_of(app)
    assert len(parts_of(app, 3)) > 2
    for wallet in (wallets[0], wallets[-1]):
        with forged(owner, statement, wallet):
            for entries in (1000, 3):
                rows = checks.verify(app, folders, entries_a_part=entries).checks[0].rows
                told = [row for row in rows if row.startswith(start) and row.endswith(end)]
                assert len(told) == 1, rows
    assert checks.verify(app, folders).ok


def test_each_check_that_asks_about_all_wallets_together_has_its_fault_above() -> None:
    asking = {
        path.stem[:2]
        for path in checks.checks_in_order()
        if ":once" in path.read_text(encoding="utf-8")
    }
    assert {check for check, _, _ in ABOUT_ALL} == asking


@pytest.mark.parametrize("wallet", [-7, 2**63 - 1])
def test_an_entry_beyond_all_wallets_is_found(
    app: psycopg.Connection, owner: psycopg.Connection, wallet: int
) -> None:
    moved = "update ledger.entry set wallet_id = {0} where seq = 1 and wallet_id = "
    with forged(owner, moved + str(wallets_of(app)[2]), wallet):
        found = checks.verify(app, [checks.OWN], entries_a_part=1).checks
    rows = [row for check in found for row in check.rows]
    assert f"entry {wallet}/1: its wallet is missing" in rows


def folder_of(tmp_path: Path, query: str) -> list[Path]:
    """A folder with one check."""
    (tmp_path / "98_ours.sql").write_text(query, encoding="utf-8")
    return [tmp_path]


COUNTED = """
    select format('%s/%s', e.wallet_id, e.seq) from ledger.entry as e
    where e.wallet_id between :first and :last
"""


def test_all_parts_see_the_books_of_one_moment(
    urls: tuple[str, str],
    app: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A check that finds every entry finds as many as were counted before it, although somebody
    pays, and a wallet moves, between two parts; without the one snapshot it finds more."""
    folders = folder_of(tmp_path, COUNTED)
    with psycopg.connect(urls[0], autocommit=True) as other:
        books = Books(other)
        emoney = books.emoney()
        shop = books.shop(emoney)

        def business(step: checks.Step) -> None:
            if step.part != 2:
                return
            wallet, target = books.wallet(), books.wallet()
            books.issue(wallet, emoney, 100)
            books.paid(wallet, shop, 10)
            books.transfer(wallet, target)

        with monkeypatch.context() as patch:
            patch.setattr(checks, "_one_snapshot", lambda connection: connection.transaction())
            torn = checks.verify(app, folders, tell=business, entries_a_part=6)
        whole = checks.verify(app, folders, tell=business, entries_a_part=6)
        sound = checks.verify(app, [checks.OWN], tell=business, entries_a_part=6)
    assert torn.checks[0].violations > torn.entries
    assert whole.checks[0].violations == whole.entries
    assert sound.ok


def test_a_run_is_read_only_bounded_and_leaves_the_session_as_it_was(
    app: psycopg.Connection, tmp_path: Path
) -> None:
    names = "'work_mem', 'statement_timeout', 'transaction_isolation', 'transaction_read_only'"
    settings = f"select current_setting(name) from unnest(array[{names}]) as name"
    app.execute("set work_mem = '1GB'")
    app.execute("set statement_timeout = '5s'")
    (check,) = checks.verify(app, folder_of(tmp_path, settings)).checks
    assert check.rows == ("16MB", "0", "repeatable read", "on")
    after = [row[0] for row in app.execute(settings.encode()).fetchall()]
    assert after == ["1GB", "5s", "read committed", "off"]


def test_what_is_found_is_counted_and_not_kept(app: psycopg.Connection, tmp_path: Path) -> None:
    many = "select repeat('x', 100) || n from generate_series(1, 20000) as n"
    tracemalloc.start()
    try:
        (check,) = checks.verify(app, folder_of(tmp_path, many)).checks
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (check.violations, len(check.rows)) == (20_000, checks.NAMED)
    assert most < 1_000_000  # all rows would be over three million bytes


def test_each_step_is_told_before_it_is_done(app: psycopg.Connection) -> None:
    steps: list[checks.Step] = []
    parts = len(parts_of(app, 6))
    verification = checks.verify(app, [checks.OWN], tell=steps.append, entries_a_part=6)
    names = [check.name for check in verification.checks]
    assert parts > 2
    assert list(dict.fromkeys(step.name for step in steps)) == names
    assert {step.count for step in steps} == {len(names)}
    chains = [step for step in steps if step.name == "03_chains"]
    assert [step.part for step in chains] == list(range(1, parts + 1))
    assert {(step.place, step.parts) for step in chains} == {(3, parts)}
    assert [step.part for step in steps if step.name == "05_refunds_within_payments"] == [1]
