import django.db.models.deletion
from django.db import migrations, models

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [
        ("issuers", "0006_console_words"),
        ("printouts", "0004_making_same_issuer"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stopping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_by_name", models.CharField(max_length=60)),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("last_wallet", models.BigIntegerField(default=0)),
                ("stopped", models.PositiveIntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "making",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stopping",
                        to="printouts.making",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0), ("stopped__lte", models.F("looked_at"))
                        ),
                        name="stopping_within",
                    )
                ],
            },
        ),
        same_issuer("printouts_stopping", "making_id", "printouts_making"),
    ]
