"""Every dotted name of ours that stands in a text leads somewhere: in settings, docstrings, patches
of tests, templates and documents, which no import and no type checker sees."""

import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUFFIXES = {".py", ".html", ".toml", ".md", ".txt", ".sql", ".ts", ".css", ".js", ".yml", ""}
NAME = re.compile(r"(?<![\w./-])hansatsu(?:\.[A-Za-z_]\w*)+")

SEALED = {
    "hansatsu.accounts.challenges": "hansatsu/flows/accounts/challenges.py",
    "hansatsu.accounts.one_time": "hansatsu/flows/accounts/one_time_password.py",
    "hansatsu.identity.passkeys": "hansatsu/parties/identity/passkeys.py",
    "hansatsu.identity.sessions": "hansatsu/parties/identity/sessions.py",
    "hansatsu.identity.staff_sessions": "hansatsu/parties/staff/shop_sessions.py",
    "hansatsu.payments.intent": "hansatsu/flows/payments/poster_intents.py",
    "hansatsu.payments.refund": "hansatsu/flows/payments/refund_intents.py",
    "hansatsu.payments.requested": "hansatsu/flows/payments/till_requests.py",
    "hansatsu.payments.sign": "hansatsu/flows/payments/paid_sign.py",
    "hansatsu.payments.till": "hansatsu/flows/payments/till.py",
    "hansatsu.secrets_box": "hansatsu/parties/seals/secrets_box.py",
    "hansatsu.taking": "hansatsu/flows/redemption/tokens.py",
    "hansatsu.web.shop.terminal": "hansatsu/web/shop/terminals.py",
}
"""What signatures, digests and secrets are made with, and the file that makes them. It looks like
names of modules that there are no more; with another text, what people hold would open nothing."""

NOT_OURS = {
    ("hansatsu.add_command", "hansatsu/cli.py"),  # of a variable
    ("hansatsu.api", "hansatsu/web/api/access_log.py"),  # a log's name
    ("hansatsu.api", "hansatsu/web/api/gateway.py"),
    ("hansatsu.invalid", "tests/messages/mail/test_checks.py"),  # a host
    ("hansatsu.system.parent.environment.get", "tests/house/test_environment.py"),  # a parameter's
    ("hansatsu.take", "frontend/take.ts"),  # a key in a browser's storage
}
"""What else looks like a name of a module, and where."""

OF_BEFORE = {"tests/versions/town_before_the_move.py": "runs on the tree of before"}
"""Files that name what is no more, and why."""

HISTORY = ("CHANGELOG.md", "docs/adr/")
"""Tell of what was, by its name of the day: not looked at."""


def test_every_dotted_name_leads_somewhere() -> None:
    lost = {(name, path) for name, path in _lost() if path not in OF_BEFORE}
    assert sorted(lost - SEALED.items() - NOT_OURS) == []


def test_no_exception_is_left_over() -> None:
    lost = set(_lost())
    assert sorted((SEALED.items() | NOT_OURS) - lost) == []
    assert {path for _name, path in lost} >= OF_BEFORE.keys()


def test_a_name_that_leads_nowhere_is_seen() -> None:
    assert _leads_somewhere("hansatsu.ledger.api.Payment.shop_id")
    assert not _leads_somewhere("hansatsu.ledger.apis")
    assert not _leads_somewhere("hansatsu.ledger.api.pay_twice")
    found = NAME.findall("as ``hansatsu.no_such.room`` says, hansatsu.web.urls, not a/hansatsu.css")
    assert found == ["hansatsu.no_such.room", "hansatsu.web.urls"]


def _names() -> Iterator[tuple[str, str]]:
    """Each dotted name with each file that it stands in; but for this one, of examples."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for path in sorted(filter(None, listed.split("\0"))):
        file = ROOT / path
        if path.startswith(HISTORY) or file == Path(__file__):
            continue
        if file.suffix in SUFFIXES and file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            yield from ((name, path) for name in sorted(set(NAME.findall(text))))


@cache
def _lost() -> list[tuple[str, str]]:
    """The names that lead nowhere, each with the file that it stands in."""
    return [(name, path) for name, path in _names() if not _leads_somewhere(name)]


@cache
def _leads_somewhere(name: str) -> bool:
    """True when it is a module, or what a module holds; fields of dataclasses too."""
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for place, part in enumerate(parts[1:], start=2):
        if hasattr(found, part) or part in getattr(found, "__annotations__", {}):
            found = getattr(found, part, None)
            continue
        try:
            found = importlib.import_module(".".join(parts[:place]))
        except ModuleNotFoundError:
            return False
    return True
