"""``hansatsu verify``: do the books hold?"""

import json
import os
import sys
from typing import Any

import click
import psycopg

from hansatsu.commands.application import database
from hansatsu.commands.progress import Progress
from hansatsu.ledger import api as ledger
from hansatsu.processes.guard import refuse_empty


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Recompute every balance, chain and rule of the ledger, and hold orders, money, gift codes,
    cards, corrections, stopped shops and mails against it; exit 1 when one does not hold.

    A terminal is told how far it is."""
    with (
        database(),
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection,
    ):
        refuse_empty(connection)
        waiting = sys.stderr.isatty() and not as_json
        found = _told(connection) if waiting else ledger.verify(connection)
    click.echo(json.dumps(as_object(found)) if as_json else as_text(found))
    for check in found.checks:
        for row in check.rows:
            click.echo(f"{check.name}: {row}", err=True)
    if not found.ok:
        click.echo(
            "hansatsu: The books do not hold: keep the database as it is and follow "
            "ARCHITECTURE.md on the checks named above.",
            err=True,
        )
        sys.exit(1)


def _told(connection: psycopg.Connection[Any]) -> ledger.Verification:
    """Verify, and tell a person who waits how far it is."""
    progress = Progress(sys.stderr)
    try:
        return ledger.verify(connection, tell=progress.tell)
    finally:
        progress.end()


def as_object(found: ledger.Verification) -> dict[str, Any]:
    """What machines read; its shape is kept stable."""
    return {
        "ok": found.ok,
        "wallets": found.wallets,
        "entries": found.entries,
        "lots": found.lots,
        "outstanding": found.outstanding,
        "checks": [{"name": check.name, "violations": check.violations} for check in found.checks],
    }


def as_text(found: ledger.Verification) -> str:
    """What people read."""
    lines = [
        f"{found.wallets:,} wallets, {found.entries:,} entries, {found.lots:,} lots, "
        f"¥{found.outstanding:,} outstanding"
    ]
    lines += [
        f"{'ok' if not check.violations else f'{check.violations:,} violations':>16}  {check.name}"
        for check in found.checks
    ]
    return "\n".join(lines)
