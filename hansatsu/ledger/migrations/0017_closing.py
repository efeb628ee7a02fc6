"""An issuer's books are closed until a midnight that has come."""

from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0016_outbox_taken_where_found")]
    operations = [
        migrations.RunSQL(
            sql.read("functions/close_until_v1.sql"),
            "drop function ledger.close_until_v1(integer, timestamptz);",
        )
    ]
