"""What log-ins leave behind goes away, and what is under way stays."""

from datetime import timedelta

import psycopg
from django.contrib.sessions.backends.db import SessionStore

from hansatsu.flows.accounts import login
from hansatsu.flows.accounts.puzzle import new_puzzle
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import LogIn, Puzzle
from hansatsu.parties.identity.retention import forget_old_traces
from tests.town import make_town


def test_log_ins_of_yesterday_go_with_their_puzzles(clock_connection: psycopg.Connection) -> None:
    town = make_town()
    old = login.start(SessionStore(), town.issuer, "hanako")
    new_puzzle(old)
    ledger.set_clock(clock_connection, clock.now() + timedelta(days=2))
    new = login.start(SessionStore(), town.issuer, "hanako")
    new_puzzle(new)
    forget_old_traces()
    assert list(LogIn.objects.of(town.issuer)) == [new]
    assert [each.log_in for each in Puzzle.objects.filter(log_in__issuer=town.issuer)] == [new]
