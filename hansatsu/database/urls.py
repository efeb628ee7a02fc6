"""Database addresses: ``postgresql://role:password@/database?host=…``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psycopg import conninfo

OWNER = "hansatsu_owner"
APP = "hansatsu_app"
CLOCK = "hansatsu_clock"
SUPERUSER = "postgres"

PORT = 5432
"""The embedded server's port. It only names the socket file: nothing listens on TCP."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a database is and as whom to log in there."""

    host: str
    port: int
    role: str
    password: str
    database: str

    @classmethod
    def parse(cls, url: str) -> "DatabaseAddress":
        """Read a connection URL or a libpq keyword string.

        Raises:
            ValueError: when libpq cannot read it.
        """
        try:
            parts: dict[str, Any] = conninfo.conninfo_to_dict(url)
        except Exception as error:
            raise ValueError(f"not a PostgreSQL address: {error}") from error
        return cls(
            host=str(parts.get("host") or ""),
            port=int(parts.get("port") or PORT),
            role=str(parts.get("user") or ""),
            password=str(parts.get("password") or ""),
            database=str(parts.get("dbname") or ""),
        )

    @property
    def url(self) -> str:
        """The address as a URL that libpq, psycopg and the settings understand."""
        who = f"{quote(self.role, safe='')}:{quote(self.password, safe='')}"
        where = f"host={quote(self.host, safe='')}&port={self.port}"
        return f"postgresql://{who}@/{quote(self.database, safe='')}?{where}"


def socket_url(socket_dir: Path, role: str, password: str, database: str) -> str:
    """The address of ``database`` on the embedded server behind ``socket_dir``."""
    return DatabaseAddress(str(socket_dir), PORT, role, password, database).url
