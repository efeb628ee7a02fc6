"""A payment's updates stay on their pages (HOT): no index grows, and vacuum has little to do."""

import psycopg

from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.support.copies import DatabaseCopy

WALLETS = 400
SETS = 8
"""In how many sets all wallets pay once: of a page's wallets a few are in each, as in a town."""

TABLES = ("wallet", "lot", "device")
UPDATES = """
    select relname, n_tup_upd, n_tup_hot_upd from pg_stat_user_tables
    where schemaname = 'ledger' and relname = any (%s)
"""


def updates(connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
    """Of each table: rows that were updated so far, and how many of them stayed on their page."""
    connection.execute("select pg_stat_force_next_flush()")
    rows = connection.execute(UPDATES, [list(TABLES)]).fetchall()
    return {table: (all_of_them, hot) for table, all_of_them, hot in rows}


def test_payments_update_on_the_page(database_copy: DatabaseCopy) -> None:
    """Full pages of wallets, lots and devices, each paying four times."""
    with psycopg.connect(database_copy.app_url, autocommit=True) as connection:
        books = Books(connection)
        emoney = books.emoney()
        shop = books.shop(emoney)
        wallets = api.open_wallets(
            connection, issuer_id=books.issuer_id, kind="resident", count=WALLETS
        )
        devices = [books.device(wallet) for wallet in wallets]
        lot = api.NewLot(emoney, 1000, books.in_days(30))
        api.issue_set(
            connection,
            [
                api.Issue(
                    api.Request.of("test:staff", books.key()), books.issuer_id, wallet, (lot,)
                )
                for wallet in wallets
            ],
        )
        step = int(books.now().timestamp()) // 30
        before = updates(connection)
        holders = list(zip(wallets, devices, strict=True))
        for place in range(4 * SETS):
            spent = step - 3 + place // SETS
            paid = api.pay_set(
                connection,
                [
                    books.payment(wallet, shop, 1, device=device, step=spent)
                    for wallet, device in holders[place % SETS :: SETS]
                ],
            )
            assert {outcome.outcome for outcome in paid} == {"paid"}
        after = updates(connection)
    for table in TABLES:
        made = after[table][0] - before[table][0]
        hot = after[table][1] - before[table][1]
        assert made == 4 * WALLETS, table
        assert hot >= 0.95 * made, f"{table}: {hot} of {made}"
