from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_reversal")]

    operations = [
        migrations.RunSQL(
            sql.read("functions/lot_codes_v1.sql"),
            "drop function ledger.lot_codes_v1(bigint, bigint[])",
        )
    ]
