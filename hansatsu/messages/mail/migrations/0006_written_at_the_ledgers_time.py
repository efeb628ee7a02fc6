"""A mail's time is that of the ledger's clock, read where its row is written."""

from django.db import migrations, models

import hansatsu.parties.clock


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger"), ("notifications", "0005_words")]
    operations = [
        migrations.AlterField(
            model_name="mail",
            name="created_at",
            field=models.DateTimeField(db_default=hansatsu.parties.clock.Now()),
        )
    ]
