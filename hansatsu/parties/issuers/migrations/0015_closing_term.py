"""Several closing days a month. The issuer's three columns stay in the database, filled by it, for
the version before that runs beside this one; a later release drops them."""

import django.db.models.deletion
from django.db import migrations, models

DAYS = [*range(1, 29), 31]

COPY = """
insert into issuers_closingterm (issuer_id, closing_day, payout_months_later, payout_day)
select id, closing_day, payout_months_later, payout_day from issuers_issuer
"""


def _kept(name: str, default: int) -> migrations.AlterField:
    field = models.PositiveSmallIntegerField(default=default, db_default=default)
    return migrations.AlterField("issuer", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("issuers", "0014_audit_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosingTerm",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closing_day", models.PositiveSmallIntegerField(default=31)),
                ("payout_months_later", models.PositiveSmallIntegerField(default=1)),
                ("payout_day", models.PositiveSmallIntegerField(default=31)),
                ("from_day", models.DateField(null=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closing_terms",
                        to="issuers.issuer",
                    ),
                ),
            ],
            options={
                "ordering": ["closing_day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "closing_day"), name="closing_term_day_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closing_day__in", DAYS),
                            ("payout_day__in", DAYS),
                            ("payout_months_later__lte", 3),
                            models.Q(
                                ("payout_months_later__gte", 1),
                                ("payout_day__gt", models.F("closing_day")),
                                _connector="OR",
                            ),
                        ),
                        name="closing_term_pays_after_closing",
                    ),
                ],
            },
        ),
        _kept("closing_day", 31),
        _kept("payout_months_later", 1),
        _kept("payout_day", 31),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("issuer", "issuer_pays_after_closing"),
                migrations.RemoveField("issuer", "closing_day"),
                migrations.RemoveField("issuer", "payout_months_later"),
                migrations.RemoveField("issuer", "payout_day"),
            ]
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
