import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("issuers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Emoney",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=60)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emoneys",
                        to="issuers.issuer",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "id"), name="emoney_issuer_id"),
                    models.UniqueConstraint(fields=("issuer", "name"), name="emoney_name_once"),
                ],
            },
        ),
    ]
