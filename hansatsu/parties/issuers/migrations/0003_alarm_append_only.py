from django.db import migrations

from hansatsu.parties.tenancy.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("issuers", "0002_alarm")]

    operations = [append_only("issuers_alarm")]
