"""The ledger's schema, from its SQL files, and the birth of this database."""

import os

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from hansatsu.ledger import sql

FUNCTIONS = (
    "canonical_v1",
    "lock_wallets_v1",
    "claim_v1",
    "note_hash_v1",
    "append_entry_v1",
    "spend_plan_v1",
    "refusal_v1",
    "pay_set_v1",
    "new_lot_v1",
    "issue_set_v1",
    "setup_v1",
    "cancel_v1",
    "take_outbox_v1",
    "set_state_v1",
    "expire_wallet_v1",
    "refund_v1",
    "transfer_v1",
)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the tables and functions; only a database that is not born live gets a clock."""
    birth = os.environ["HANSATSU_BIRTH"]
    clock = "now_live" if birth == "live" else "now_shiftable"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sql.read("tables.sql"))
        cursor.execute("insert into ledger.birth (kind) values (%s)", [birth])
        for name in (clock, *FUNCTIONS):
            cursor.execute(sql.read(f"functions/{name}.sql"))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
