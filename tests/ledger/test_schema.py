"""The schema that people read is the schema that the migrations make."""

from hansatsu.database.server import EmbeddedServer
from tools.schema_snapshot import SNAPSHOT, dump


def test_snapshot_is_what_the_migrations_make(server: EmbeddedServer) -> None:
    made = dump(server, server.superuser_url)
    assert made == SNAPSHOT.read_text(encoding="utf-8"), "run python -m tools.schema_snapshot"
