import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0022_resident_searched"),
        ("issuers", "0014_audit_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField(null=True)),
                ("wallet_id", models.BigIntegerField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expires_at", None), ("wallet_id", None)),
                            models.Q(("expires_at__isnull", False), ("wallet_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="round_place_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wallet_id", models.BigIntegerField()),
                ("last_day", models.DateField(help_text="In Japan; the value can be spent on it.")),
                ("stage", models.PositiveSmallIntegerField(help_text="30, 7 or 1.")),
                ("amount", models.BigIntegerField(help_text="Yen that they were told of.")),
                ("told_at", models.DateTimeField()),
                (
                    "issuer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.resident",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("wallet_id", "last_day", "stage"), name="reminder_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", [1, 7, 30])), name="reminder_stage"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="reminder_of_something"
                    ),
                ],
            },
        ),
    ]
