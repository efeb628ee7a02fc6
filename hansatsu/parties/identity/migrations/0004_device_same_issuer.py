from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_device")]

    operations = [same_issuer("identity_device", "resident_id", "identity_resident")]
