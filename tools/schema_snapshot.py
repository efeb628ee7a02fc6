"""Write hansatsu/ledger/sql/schema.sql: the ledger's schema as a test database has it.

A live one has no table `clock` and no function `set_clock_v1`. Run it after changing the
ledger's SQL; tests/ledger/test_schema.py compares.
"""

import re
import subprocess
from pathlib import Path

from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.processes import environments
from hansatsu.processes.supervisor import spawn

SNAPSHOT = Path(__file__).parents[1] / "hansatsu/ledger/sql/schema.sql"
HEAD = "-- The ledger's schema in a test database, by tools/schema_snapshot.py. Not for editing.\n"


def dump(server: EmbeddedServer, url: str) -> str:
    """The schema of the database at `url`, without comments and settings."""
    said = subprocess.run(
        [
            server.bin_dir / "pg_dump",
            "--schema-only",
            "--schema=ledger",
            "--no-owner",
            "--no-privileges",
            f"--dbname={url}",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = [
        line
        for line in said.splitlines()
        if not re.match(r"--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict ", line)
    ]
    return HEAD + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def main() -> None:
    """Migrate an empty database and write down what came out."""
    with throwaway_server("test") as server:
        environment = environments.maintenance(server, "http://localhost:1", "smtp://127.0.0.1:1")
        if spawn("migrate", environment).wait() != 0:
            raise SystemExit("The database could not be migrated: see above.")
        SNAPSHOT.write_text(dump(server, server.superuser_url), encoding="utf-8")


if __name__ == "__main__":
    main()
