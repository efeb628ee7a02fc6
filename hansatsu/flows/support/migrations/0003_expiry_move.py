import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hansatsu.parties.tenancy.same_issuer import same_issuer


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0005_card_lists"),
        ("identity", "0022_resident_searched"),
        ("issuers", "0015_closing_term"),
        ("support", "0002_same_issuer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpiryMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "承認待ち"),
                            ("approved", "承認済み"),
                            ("declined", "却下"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("lapses_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_reason", models.CharField(blank=True, max_length=300)),
                ("wallet_id", models.BigIntegerField()),
                ("lot_id", models.BigIntegerField(null=True)),
                ("expired_seq", models.BigIntegerField(null=True)),
                ("amount", models.BigIntegerField()),
                ("expires_at_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "key",
                    models.CharField(
                        help_text="Of the form that it was proposed with.", max_length=64
                    ),
                ),
                ("seq", models.BigIntegerField(null=True)),
                (
                    "card",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_moves",
                        to="cards.card",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_moves",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expiry_moves",
                        to="identity.resident",
                    ),
                ),
            ],
            options={
                "verbose_name": "有効期限の変更",
                "verbose_name_plural": "有効期限の変更",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposed_by", "key"), name="expiry_move_proposed_once"
                    ),
                    models.UniqueConstraint(
                        fields=("wallet_id", "seq"), name="expiry_move_entry_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("card__isnull", False), ("resident", None)),
                            models.Q(("card", None), ("resident__isnull", False)),
                            _connector="OR",
                        ),
                        name="expiry_move_of_one_wallet",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expired_seq", None),
                                ("expires_at__gt", models.F("expires_at_before")),
                                ("lot_id__isnull", False),
                            ),
                            models.Q(
                                ("expired_seq__isnull", False),
                                ("expires_at__gte", models.F("expires_at_before")),
                                ("lot_id", None),
                            ),
                            _connector="OR",
                        ),
                        name="expiry_move_is_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="expiry_move_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None),
                                ("decided_by", None),
                                ("seq", None),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("seq", None),
                                ("state", "declined"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("seq__isnull", False),
                                ("state", "approved"),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="expiry_move_decided_by_another",
                    ),
                ],
            },
        ),
        same_issuer("support_expirymove", "resident_id", "identity_resident"),
        same_issuer("support_expirymove", "card_id", "cards_card"),
    ]
