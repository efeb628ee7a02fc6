from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_notes_as_a_set")]

    operations = [
        migrations.RunSQL(
            sql.read("lot_search.sql"),
            "drop index ledger.lot_shown, ledger.lot_management_number",
        )
    ]
