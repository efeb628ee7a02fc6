"""Making a new PostgreSQL cluster: initdb, and the settings it runs with."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hansatsu.database.errors import AccountError, DatabaseError
from hansatsu.database.urls import SUPERUSER
from hansatsu.system.account import Account

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the passwords guard it; another account must reach it
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "10min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "default_transaction_isolation": "read committed",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
}
"""Above PostgreSQL's defaults, which keep ``fsync`` and ``synchronous_commit`` on: a payment that
was acknowledged is on disk."""


def program_environment(data: Path) -> dict[str, str]:
    """What a server program sees: nothing of ours, and no PG* variable that would mislead it."""
    return {"PATH": os.defpath, "HOME": str(data), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def make_cluster(bin_dir: Path, data: Path, account: Account, password: str) -> None:
    """Make a cluster in ``data``, whole or not at all.

    UTF-8 with the built-in C.UTF-8 collation, so that text sorts the same on every machine.

    Raises:
        DatabaseError: with what initdb said.
    """
    unfinished = data.with_name(data.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    with tempfile.NamedTemporaryFile("w", suffix=".password", dir=unfinished.parent) as file:
        file.write(password)
        file.flush()
        account.own(Path(file.name))
        result = _run(
            [
                str(bin_dir / "initdb"),
                f"--pgdata={unfinished}",
                f"--username={SUPERUSER}",
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-locale",
                "--no-instructions",
            ],
            account,
            program_environment(unfinished),
        )
    if result.returncode != 0:
        raise DatabaseError(
            f"initdb could not make a database in {data}: {last_line(result.stderr)}"
        )
    unfinished.rename(data)


def _run(
    command: list[str], account: Account, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env=environment,
            cwd="/",
            preexec_fn=account.become,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.SubprocessError as error:
        raise AccountError from error


def last_line(text: str) -> str:
    """The last line of a program's complaint, which says the most."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
