from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("shops", "0001_initial")]

    operations = [
        same_issuer("shops_shop", "area_id", "shops_area"),
        same_issuer("shops_shop", "category_id", "shops_category"),
    ]
