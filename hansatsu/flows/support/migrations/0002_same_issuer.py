from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]

    operations = [
        same_issuer("support_correction", "resident_id", "identity_resident"),
        same_issuer("support_correction", "card_id", "cards_card"),
        same_issuer("support_correction", "emoney_id", "programs_emoney"),
    ]
