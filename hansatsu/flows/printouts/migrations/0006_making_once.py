from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("printouts", "0005_stopping")]

    operations = [
        migrations.AddField(
            model_name="making",
            name="key",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="making",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("issuer", "made_by", "key"),
                name="making_once",
            ),
        ),
    ]
