from django.db import migrations

from hansatsu.parties.tenancy.append_only import append_only
from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [
        same_issuer("reminders_reminder", "resident_id", "identity_resident"),
        append_only("reminders_reminder"),
    ]
