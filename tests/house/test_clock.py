"""Time is read from the ledger's clock alone (`parties.clock`, ADR 0236): what is decided or stored
by a machine's own time would not follow a clock that is shifted, and differs between machines."""

import ast
import re
from collections.abc import Iterator

from tests.support.code import ROOT, File, files

MACHINES = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "django.core.signing.TimestampSigner",
    "django.db.models.functions.Now",
    "django.utils.timezone.now",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
"""What reads a machine's time. `time.monotonic` and `time.perf_counter` measure how long something
takes, and say no time."""

OF_TODAY = {"django.utils.timezone.localdate", "django.utils.timezone.localtime"}
"""The same when nothing is given."""

IN_SQL = re.compile(
    r"(?<![\w.])(?:now\(\)|clock_timestamp\b|statement_timestamp\b|transaction_timestamp\b"
    r"|current_timestamp\b|current_date\b|localtimestamp\b)",
    re.IGNORECASE,
)
"""What reads the time of the database server's machine, past the ledger's clock."""

TO_A_RECEIVER = "signed for a receiver, who compares it with a clock of its own"

MACHINES_TIME = {
    "hansatsu.config.health": "workers beat by the server's time, as procrastinate does",
    "hansatsu.config.metrics": "the same",
    "hansatsu.flows.charging.psp.sandbox.provider": "a receiver's own clock",
    "hansatsu.flows.charging.psp.sandbox.sending": TO_A_RECEIVER,
    "hansatsu.lab.bench.http_requests": "a phone's own clock",
    "hansatsu.lab.bench.http_served": "jobs wait by the server's time, as procrastinate does",
    "hansatsu.lab.bench.receivers": "a certificate's days, which TLS holds against the machine's",
    "hansatsu.lab.bench.soak": "a phone's own clock",
    "hansatsu.ledger.watching": "payments that hang are timed by `note_hang_v1` in the same way",
    "hansatsu.messages.mail.carrying": "jobs wait by the server's time, as procrastinate does",
    "hansatsu.messages.mail.mime": "a mail's Date, which its readers compare with their own clock",
    "hansatsu.messages.webhooks.courier": TO_A_RECEIVER,
    "hansatsu.parties.identity.session_store": "sessions end by the clock that Django writes",
    "hansatsu.parties.seals.tokens": "its class of Django's gets the ledger's time",
    "hansatsu.web.shop.terminals": "a cookie ends by a browser's own clock",
    "hansatsu.web.api.access_log": "a log's time, which is that of the logs beside it",
}
"""Files that read a machine's time, and why they may."""


def test_time_is_the_ledgers_clock() -> None:
    read = {file.name: line for file in files().values() for line in _reads(file)}
    assert {name: line for name, line in read.items() if name not in MACHINES_TIME} == {}
    assert MACHINES_TIME.keys() - read.keys() == set(), "no longer needed"


def test_so_it_is_in_checks() -> None:
    """What stands in files of SQL; the ledger's own functions make the clock, and the benchmarks'
    yardstick has nothing of ours (ADR 0244)."""
    paths = sorted((ROOT / "hansatsu").rglob("*.sql"))
    apart = ("ledger/sql", "lab/bench/lean")
    others = [path for path in paths if not any(each in path.as_posix() for each in apart)]
    assert others  # or nothing is looked at
    checks = [*others, *(ROOT / "hansatsu/ledger/sql/checks").glob("*.sql")]
    assert [path.name for path in checks if IN_SQL.search(path.read_text(encoding="utf-8"))] == []


def test_a_machines_time_is_seen() -> None:
    tree = ast.parse(
        "import time\n"
        "from datetime import datetime\n"
        "from django.utils import timezone\n"
        "from django.db import models\n"
        "at = models.DateTimeField(default=timezone.now)\n"
        "made = models.DateTimeField(auto_now_add=True)\n"
        "today = timezone.localdate()\n"
        "day = timezone.localdate(at)\n"
        "until = datetime.now() - time.monotonic()\n"
        "sql = 'select now(), ledger.now()'\n"
        "fine = 'select ledger.now() from clock'\n"
    )
    means = {
        "time": "time",
        "datetime": "datetime.datetime",
        "timezone": "django.utils.timezone",
    }
    assert sorted(_reads(File("made.up", tree, means))) == [5, 6, 7, 9, 10]


def _reads(file: File) -> Iterator[int]:
    """The lines that read a machine's time."""
    for node in file.nodes:
        match node:
            case ast.Name() | ast.Attribute() if file.resolve(node) in MACHINES:
                yield node.lineno
            case ast.Call(args=[]) if file.resolve(node.func) in OF_TODAY:
                yield node.lineno
            case ast.keyword(arg="auto_now" | "auto_now_add"):
                yield node.lineno
            case ast.Attribute(attr="get_signed_cookie"):  # holds its age against the machine's
                yield node.lineno
            case ast.Constant(value=str(text)) if IN_SQL.search(text):
                yield node.lineno
            case _:
                pass
