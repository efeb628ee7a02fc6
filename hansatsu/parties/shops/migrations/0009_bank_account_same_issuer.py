from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("shops", "0008_bank_account")]

    operations = [same_issuer("shops_shopaccount", "shop_id", "shops_shop")]
