"""A clock that was wrong is told to the issuers, and accepted by those who keep the server."""

from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner

from hansatsu.commands.clock import accept
from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.relay.clock_watch import tell_of_clock
from hansatsu.parties.issuers.models import Alarm, AuditEntry
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    """In the database of all: what watches the clock connects by itself."""
    return make_town()


@pytest.fixture
def jumped(owner_connection: psycopg.Connection) -> Iterator[None]:
    """As if a sweep had found that the clock jumped by nine days."""
    owner_connection.execute(
        "insert into ledger.clock_jump (boot_id, found_at, ahead)"
        " values ('a boot of a test', clock_timestamp(), interval '9 days 3 hours')"
    )
    yield
    owner_connection.execute("delete from ledger.clock_jump where boot_id = 'a boot of a test'")


def test_it_is_told_once_a_day(town: Town, jumped: None) -> None:
    tell_of_clock()
    tell_of_clock()
    told = Alarm.objects.of(town.issuer).get(kind="clock_jumped")
    assert "約9日3時間進みました" in told.text


def test_it_is_accepted_with_a_reason_on_record(town: Town, jumped: None) -> None:
    empty = CliRunner().invoke(accept, ["--reason", " "])
    assert empty.exit_code != 0
    assert len(ledger.open_jumps(ledger_connection())) == 1
    done = CliRunner().invoke(accept, ["--reason", " 電波時計と比べた "])
    assert (done.exit_code, done.output) == (0, "Accepted. What is due expires within a minute.\n")
    entry = AuditEntry.objects.of(town.issuer).get(act="accept_clock")
    assert (entry.reason, entry.place) == ("電波時計と比べた", "server")
    assert ledger.open_jumps(ledger_connection()) == []
    assert CliRunner().invoke(accept, ["--reason", "again"]).exit_code != 0
