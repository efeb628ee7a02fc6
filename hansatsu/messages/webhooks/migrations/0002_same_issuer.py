from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        same_issuer("webhooks_endpoint", "shop_id", "shops_shop"),
        same_issuer("webhooks_message", "shop_id", "shops_shop"),
    ]
