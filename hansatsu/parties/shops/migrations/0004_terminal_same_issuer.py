from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("shops", "0003_terminal")]

    operations = [same_issuer("shops_terminal", "shop_id", "shops_shop")]
