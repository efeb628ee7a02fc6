"""Torture finds nothing in good books, and what was put wrong in bad ones."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg

from hansatsu.lab.crash.journal import Cancelled, Charge, Journal, Payment, Refund
from hansatsu.lab.crash.verifying import Findings, examine
from tests.support.copies import DatabaseCopy

HANSATSU = Path(sys.executable).with_name("hansatsu")
GOOD = Findings(lost=0, doubled=0, negative=0, verify_ok=True)


def test_processes_are_killed_and_every_answer_was_true() -> None:
    ran = subprocess.run(
        [HANSATSU, "torture", "--kill", "--seconds", "6", "--clients", "4", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    figures = json.loads(ran.stdout)
    assert ran.returncode == 0, (figures, ran.stderr)
    assert (figures["lost"], figures["doubled"], figures["negative"]) == (0, 0, 0)
    assert figures["verify_ok"] is True
    assert figures["acknowledged"] > 0
    assert "retried" in figures
    assert figures["webhooks"] > 0
    assert sum(figures["killed"].values()) > 0


def test_what_is_wrong_with_the_books_is_found(database_copy: DatabaseCopy) -> None:
    """The control: each kind of damage, one after the other, shows in its figure."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.ledger import api as ledger
    from hansatsu.messages.till_note import write_reference
    from tests.support.own_database import django_on
    from tests.town import make_town

    with django_on(database_copy):
        town = make_town()
        code, card = town.card(1000)

        def pay(key: str, purchase: str) -> Payment:
            request = ledger.Request.of("till", key, purchase)
            outcome = ledger.pay(
                ledger_connection(),
                ledger.Payment(
                    request,
                    town.issuer.pk,
                    town.shop.pk,
                    card.wallet_id,
                    100,
                    reference=write_reference(purchase),
                ),
            )
            assert outcome.number is not None
            return Payment("till", key, outcome.number, 100, purchase)

        paid = pay("1", "bread")
        refund = town.refund(paid.number, 40)
        assert refund.number is not None
        wallets = {code: card.wallet_id}
        journal = Journal(
            payments=[paid],
            refunds=[Refund(refund.number, paid.number, 40)],
            charges=[Charge(code, 1000)],
            cancelled=[Cancelled("till", "2")],
        )
        with psycopg.connect(database_copy.superuser_url, autocommit=True) as books:
            assert examine(books, journal, wallets) == GOOD

            lies = Journal(
                payments=[Payment("till", "9", paid.number, 100, "x")],
                refunds=[Refund(refund.number, paid.number, 41)],
                charges=[Charge(code, 1001), Charge("nobody", 1)],
                cancelled=[Cancelled("till", "1")],
            )
            assert examine(books, lies, wallets).lost == 5

            pay("3", "bread")
            assert examine(books, journal, wallets).doubled == 1
            assert examine(books, Journal(contradictions=1), {}).doubled == 2
            assert examine(books, Journal(charges=[Charge(code, 999)]), wallets).doubled == 2

            books.execute("update ledger.lot set balance = balance - 1")
            assert not examine(books, journal, wallets).verify_ok
            books.execute("update ledger.entry set amount = 500 where kind = 'refund'")
            assert examine(books, journal, wallets).negative == 1
