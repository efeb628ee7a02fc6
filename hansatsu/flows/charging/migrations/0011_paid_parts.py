"""What was paid for the lots that exist: by their orders. Beside payments, and in steps."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from hansatsu.flows.charging import paid_parts


def tell(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.connection.ensure_connection()
    paid_parts.tell_unknown(schema_editor.connection.connection)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("charging", "0010_order_by_state"), ("ledger", "0019_paid_of_all")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
