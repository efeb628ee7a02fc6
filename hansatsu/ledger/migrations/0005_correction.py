from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_setup_set")]

    operations = [
        migrations.RunSQL(
            sql.read("functions/correct_v1.sql"),
            """
            drop function ledger.correct_v1(
                text, text, bytea, integer, bigint, bigint, bigint, integer, timestamptz, text)
            """,
        )
    ]
