from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_accounts")]

    operations = [
        same_issuer("identity_event", "resident_id", "identity_resident"),
        same_issuer("identity_mailedlink", "resident_id", "identity_resident"),
        same_issuer("identity_agreement", "resident_id", "identity_resident"),
        same_issuer("identity_agreement", "terms_id", "identity_terms"),
    ]
