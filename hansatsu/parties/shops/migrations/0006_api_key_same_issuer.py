from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("shops", "0005_api_key")]

    operations = [same_issuer("shops_apikey", "terminal_id", "shops_terminal")]
