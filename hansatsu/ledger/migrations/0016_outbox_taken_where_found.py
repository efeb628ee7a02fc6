"""What waits in the outbox is deleted where it was found, however empty the queue looked."""

from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0015_payments_alone")]
    operations = [
        migrations.RunSQL(
            sql.read("functions/take_outbox_v3.sql"),
            "drop function ledger.take_outbox_v3(integer);",
        )
    ]
