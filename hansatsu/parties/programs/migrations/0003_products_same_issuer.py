from django.db import migrations

from hansatsu.parties.tenancy.append_only import append_only
from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_products"), ("identity", "0001_initial")]

    operations = [
        same_issuer("programs_product", "sale_id", "programs_sale"),
        same_issuer("programs_productpart", "product_id", "programs_product"),
        same_issuer("programs_productpart", "emoney_id", "programs_emoney"),
        same_issuer("programs_purchasecode", "sale_id", "programs_sale"),
        same_issuer("programs_purchasecode", "resident_id", "identity_resident"),
        append_only("programs_productpart"),
    ]
