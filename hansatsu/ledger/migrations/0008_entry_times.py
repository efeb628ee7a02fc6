from django.db import migrations

from hansatsu.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_lot_search")]

    operations = [migrations.RunSQL(sql.read("entry_times.sql"), "drop index ledger.entry_at")]
