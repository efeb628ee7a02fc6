from django.db import migrations

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [("printouts", "0003_console")]

    operations = [same_issuer("printouts_printfile", "making_id", "printouts_making")]
