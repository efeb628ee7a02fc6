"""The bank's statement, and the months that were compared with it: nothing in them changes."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from hansatsu.parties.tenancy.append_only import append_only
from hansatsu.parties.tenancy.fixed_columns import fixed, set_once
from hansatsu.parties.tenancy.same_issuer import same_issuer

STAYS = """
create function settlement_reconciliation_stays() returns trigger language plpgsql as $$
begin
    raise exception 'reconciliations are never deleted' using errcode = 'restrict_violation';
end
$$;
create trigger settlement_reconciliation_stays before delete or truncate
    on settlement_reconciliation execute function settlement_reconciliation_stays();
"""
GOES = """
drop trigger settlement_reconciliation_stays on settlement_reconciliation;
drop function settlement_reconciliation_stays();
"""
FOUND = [
    *("issuer_id", "last_day", "cut_at", "figures", "lines", "bank", "expected", "difference"),
    *("previous_hash", "hash", "prepared_by_id", "prepared_name", "prepared_at"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("issuers", "0014_audit_lists"),
        ("settlement", "0005_statement_leaf"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opening", "はじめの残高"),
                            ("premium", "町・市からのプレミアム入金"),
                            ("provider_payout", "決済代行からの入金"),
                            ("provider_fee", "決済代行の手数料"),
                            ("shop_payout", "加盟店への振込"),
                            ("transfer_fee", "振込手数料"),
                            ("resident_transfer", "返金の振込"),
                            ("returned", "組戻し"),
                            ("collected", "未収の回収"),
                            ("interest", "利息"),
                            ("other", "その他"),
                        ],
                        max_length=17,
                    ),
                ),
                ("yen", models.BigIntegerField()),
                ("withheld", models.BigIntegerField(default=0)),
                ("text", models.CharField(blank=True, max_length=100)),
                (
                    "source",
                    models.CharField(
                        choices=[("typed", "入力"), ("imported", "ファイル")], max_length=8
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_lines",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="settlement.bankline",
                    ),
                ),
            ],
            options={
                "verbose_name": "口座の明細",
                "verbose_name_plural": "口座の明細",
                "ordering": ["-day", "-id"],
                "indexes": [models.Index(fields=["issuer", "day"], name="bank_line_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "id"), name="bank_line_issuer_id"),
                    models.UniqueConstraint(fields=("issuer", "key"), name="bank_line_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "opening",
                                    "premium",
                                    "provider_payout",
                                    "provider_fee",
                                    "shop_payout",
                                    "transfer_fee",
                                    "resident_transfer",
                                    "returned",
                                    "collected",
                                    "interest",
                                    "other",
                                ],
                            ),
                            ("source__in", ["typed", "imported"]),
                        ),
                        name="bank_line_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", False),
                            models.Q(
                                (
                                    "kind__in",
                                    (
                                        "premium",
                                        "provider_payout",
                                        "returned",
                                        "collected",
                                        "interest",
                                    ),
                                ),
                                ("yen__gt", 0),
                            ),
                            models.Q(
                                (
                                    "kind__in",
                                    (
                                        "provider_fee",
                                        "shop_payout",
                                        "transfer_fee",
                                        "resident_transfer",
                                    ),
                                ),
                                ("yen__lt", 0),
                            ),
                            ("kind", "opening"),
                            models.Q(("kind", "other"), models.Q(("yen", 0), _negated=True)),
                            _connector="OR",
                        ),
                        name="bank_line_goes_its_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withheld", 0),
                            models.Q(("kind", "provider_payout"), ("withheld__gt", 0)),
                            models.Q(("kind", "provider_payout"), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="bank_line_withheld_by_provider",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("last_day", models.DateField()),
                ("cut_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "署名待ち"),
                            ("signed", "署名済み"),
                            ("dropped", "取りやめ"),
                        ],
                        default="prepared",
                        max_length=8,
                    ),
                ),
                ("figures", models.JSONField()),
                ("lines", models.JSONField()),
                ("bank", models.BigIntegerField()),
                ("expected", models.BigIntegerField()),
                ("difference", models.BigIntegerField()),
                ("previous_hash", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("prepared_name", models.CharField(max_length=100)),
                ("prepared_at", models.DateTimeField()),
                ("signed_name", models.CharField(blank=True, max_length=100)),
                ("signed_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_reason", models.CharField(blank=True, max_length=300)),
                (
                    "dropped_by",
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
                        related_name="reconciliations",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "資金照合",
                "verbose_name_plural": "資金照合",
                "ordering": ["-last_day", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "id"), name="reconciliation_issuer_id"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["prepared", "signed"])),
                        fields=("issuer", "last_day"),
                        name="reconciliation_one_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "difference",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("bank"), "-", models.F("expected")
                                ),
                            )
                        ),
                        name="reconciliation_subtracts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_by", None),
                            models.Q(("signed_by", models.F("prepared_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="reconciliation_signed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("dropped_at", None),
                                ("signed_at", None),
                                ("signed_by", None),
                                ("state", "prepared"),
                            ),
                            models.Q(
                                ("dropped_at", None),
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("state", "signed"),
                            ),
                            models.Q(
                                ("dropped_at__isnull", False),
                                ("dropped_by__isnull", False),
                                ("signed_at", None),
                                ("signed_by", None),
                                ("state", "dropped"),
                            ),
                            _connector="OR",
                        ),
                        name="reconciliation_state_whole",
                    ),
                ],
            },
        ),
        append_only("settlement_bankline"),
        fixed("settlement_reconciliation", *FOUND),
        set_once("settlement_reconciliation", "signed_by_id", "signed_at", "dropped_at"),
        migrations.RunSQL(STAYS, GOES),
        same_issuer("settlement_bankline", "reverses_id", "settlement_bankline"),
        same_issuer("settlement_bankline", "added_by_id", "identity_staff"),
        same_issuer("settlement_reconciliation", "prepared_by_id", "identity_staff"),
        same_issuer("settlement_reconciliation", "signed_by_id", "identity_staff"),
    ]
