from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_clock_and_hangs")]

    operations = [
        migrations.RunSQL(
            sql.read("device_fixed.sql"),
            "drop trigger device_fixed on ledger.device; drop function ledger.device_fixed_v1()",
        )
    ]
