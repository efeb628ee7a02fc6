from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("identity", "0017_staff_passkey")]

    operations = [same_issuer("identity_passkey", "staff_id", "identity_staff")]
