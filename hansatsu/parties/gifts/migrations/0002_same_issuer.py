from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("gifts", "0001_initial")]

    operations = [
        same_issuer("gifts_giftvalue", "batch_id", "gifts_giftbatch"),
        same_issuer("gifts_giftvalue", "emoney_id", "programs_emoney"),
        same_issuer("gifts_giftcode", "batch_id", "gifts_giftbatch"),
        same_issuer("gifts_giftcode", "taken_by_id", "identity_resident"),
    ]
