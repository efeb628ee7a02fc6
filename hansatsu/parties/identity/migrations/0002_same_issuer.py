from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("shops", "0002_same_issuer")]

    operations = [same_issuer("identity_staff", "shop_id", "shops_shop")]
