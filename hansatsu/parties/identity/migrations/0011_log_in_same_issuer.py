from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_log_in")]

    operations = [
        same_issuer("identity_login", "resident_id", "identity_resident"),
        same_issuer("identity_passkey", "resident_id", "identity_resident"),
    ]
