from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("identity", "0002_same_issuer")]

    operations = [same_issuer("notifications_mail", "resident_id", "identity_resident")]
