import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Issuer",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=16,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Z0-9]{4,16}$")],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
                (
                    "payment_prefix",
                    models.CharField(
                        max_length=13,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Z0-9]{13}$")],
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("live", "live"), ("sandbox", "sandbox"), ("demo", "demo")],
                        max_length=8,
                    ),
                ),
                ("colour_primary", models.CharField(default="#1d3a5c", max_length=7)),
                ("colour_accent", models.CharField(default="#c8372d", max_length=7)),
                (
                    "seal",
                    models.CharField(
                        help_text="The characters of the red seal, as 小山.", max_length=4
                    ),
                ),
                ("office_name", models.CharField(help_text="事務局", max_length=100)),
                ("office_phone", models.CharField(max_length=20)),
                ("office_hours", models.CharField(max_length=100)),
                (
                    "mail_from",
                    models.EmailField(
                        help_text="The no-reply address that mails come from.", max_length=254
                    ),
                ),
                (
                    "domain",
                    models.CharField(
                        help_text="What residents should let through their mail filters.",
                        max_length=100,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9]{4,16}$")),
                        name="issuer_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment_prefix__regex", "^[A-Z0-9]{13}$")),
                        name="issuer_payment_prefix_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("colour_primary__regex", "^#[0-9a-f]{6}$"),
                            ("colour_accent__regex", "^#[0-9a-f]{6}$"),
                        ),
                        name="issuer_colour_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["live", "sandbox", "demo"])),
                        name="issuer_mode_known",
                    ),
                ],
            },
        ),
    ]
