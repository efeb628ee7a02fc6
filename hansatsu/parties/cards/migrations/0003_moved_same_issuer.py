from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_moved")]

    operations = [
        same_issuer("cards_card", "replaced_by_id", "cards_card"),
        same_issuer("cards_card", "taken_by_id", "identity_resident"),
    ]
