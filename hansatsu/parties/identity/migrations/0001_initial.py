import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("issuers", "0001_initial"),
        ("shops", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Failures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=200, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("waits_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "failures",
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("login_id", models.CharField(max_length=64, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "店長"),
                            ("cashier", "レジ担当"),
                            ("owner", "責任者"),
                            ("operator", "運用担当"),
                            ("accountant", "経理担当"),
                            ("support", "問い合わせ担当"),
                            ("viewer", "閲覧のみ"),
                        ],
                        max_length=10,
                    ),
                ),
                ("display_name", models.CharField(max_length=60)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "manager",
                                    "cashier",
                                    "owner",
                                    "operator",
                                    "accountant",
                                    "support",
                                    "viewer",
                                ],
                            )
                        ),
                        name="staff_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ("manager", "cashier")), ("shop__isnull", False)),
                            models.Q(
                                models.Q(("role__in", ("manager", "cashier")), _negated=True),
                                ("shop__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="staff_shop_fits_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("login_id", models.CharField(max_length=64)),
                ("password", models.CharField(max_length=128)),
                ("family_name", models.CharField(max_length=40)),
                ("given_name", models.CharField(max_length=40)),
                ("family_kana", models.CharField(max_length=40)),
                ("given_kana", models.CharField(max_length=40)),
                ("nickname", models.CharField(blank=True, max_length=40)),
                ("email", models.CharField(max_length=254)),
                (
                    "language",
                    models.CharField(
                        choices=[("ja", "日本語"), ("en", "English")], default="ja", max_length=2
                    ),
                ),
                ("wallet_id", models.BigIntegerField(unique=True)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residents",
                        to="issuers.issuer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "id"), name="resident_issuer_id"),
                    models.UniqueConstraint(
                        fields=("issuer", "login_id"), name="resident_login_id_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ja", "en"])),
                        name="resident_language_known",
                    ),
                ],
            },
        ),
    ]
