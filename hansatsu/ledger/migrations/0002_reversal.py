"""An issue can be taken back, and given again; a refund to what was taken back lowers the loss."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from hansatsu.ledger import sql

FILES = (
    "reversal.sql",
    "functions/issue_of_lot_v1.sql",
    "functions/reverse_issue_v1.sql",
    "functions/refund_v2.sql",
    "functions/reinstate_issue_v1.sql",
)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the table and the functions."""
    with schema_editor.connection.cursor() as cursor:
        for name in FILES:
            cursor.execute(sql.read(name))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
