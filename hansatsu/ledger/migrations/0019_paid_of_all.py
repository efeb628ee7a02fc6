"""No lot has more paid than its face: read through once, beside payments."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0018_paid")]
    operations = [
        migrations.RunSQL(
            "alter table ledger.lot validate constraint lot_paid_check", migrations.RunSQL.noop
        )
    ]
