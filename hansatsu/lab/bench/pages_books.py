"""What other people hold, beside those whose pages are measured."""

from datetime import timedelta

import psycopg

from hansatsu.ledger import api as ledger

LOTS_A_WALLET = 8
YEN_A_LOT = 1_000
SET = 1_000
"""Wallets that are given their lots at once."""


def fill_books(superuser_url: str, issuer_id: int, lots: int) -> None:
    """So many lots, about, in wallets of ``LOTS_A_WALLET``, of the issuer's emoneys in turns."""
    wallets = lots // LOTS_A_WALLET
    if not wallets:
        return
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        found = connection.execute(
            "select id from programs_emoney where issuer_id = %s order by id", [issuer_id]
        ).fetchall()
        expires_at = ledger.now(connection) + timedelta(days=100)
        given = tuple(
            ledger.NewLot(found[n % len(found)][0], YEN_A_LOT, expires_at)
            for n in range(LOTS_A_WALLET)
        )
        ids = ledger.open_wallets(connection, issuer_id=issuer_id, kind="resident", count=wallets)
        for start in range(0, wallets, SET):
            outcomes = ledger.issue_set(
                connection,
                [
                    ledger.Issue(ledger.Request.of("bench", f"fill-{i}", i), issuer_id, i, given)
                    for i in ids[start : start + SET]
                ],
            )
            if not all(outcome.issued for outcome in outcomes):
                raise RuntimeError("The benchmark could not fill its books.")
