"""The notes of a set of payments are written together. Databases that were made before get what the
first migration lays now."""

from django.db import migrations

from hansatsu.ledger import sql

CHANGED = ("note_hash_v1", "append_entry_v1", "pay_set_v1")


def replaced(name: str) -> str:
    """A function's file, for a database that has it already."""
    text = sql.read(f"functions/{name}.sql")
    return text.replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_correction")]
    operations = [migrations.RunSQL("".join(map(replaced, CHANGED)), migrations.RunSQL.noop)]
