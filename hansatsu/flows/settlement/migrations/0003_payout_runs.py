"""Payout runs, and what no program may break of them: a run is the sum of its rows, what it pays
and who had a part in it never changes, and nothing is deleted."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from hansatsu.parties.tenancy.append_only import append_only
from hansatsu.parties.tenancy.fixed_columns import fixed, set_once
from hansatsu.parties.tenancy.same_issuer import same_issuer

ADDS_UP = """
create function settlement_payoutrun_is_its_rows(run bigint) returns void language plpgsql as $$
begin
    perform from settlement_payoutrun as u
        cross join lateral (
            select count(*) as rows, coalesce(sum(r.net_yen), 0) as yen
            from settlement_payoutrow as r where r.run_id = u.id) as s
        where u.id = run and (u.count <> s.rows or u.total <> s.yen);
    if found then
        raise exception 'a payout run is the sum of its rows' using errcode = 'check_violation';
    end if;
end
$$;
create function settlement_payoutrun_adds_up() returns trigger language plpgsql as $$
begin
    perform settlement_payoutrun_is_its_rows(new.id);
    return null;
end
$$;
-- at the end of the transaction: the rows come after the run
create constraint trigger settlement_payoutrun_adds_up after insert on settlement_payoutrun
    deferrable initially deferred for each row execute function settlement_payoutrun_adds_up();
create function settlement_payoutrow_adds_up() returns trigger language plpgsql as $$
begin
    perform settlement_payoutrun_is_its_rows(a.run_id) from (
        select distinct run_id from added) as a;
    return null;
end
$$;
-- all rows of a run come in one statement, and none afterwards
create trigger settlement_payoutrow_adds_up after insert on settlement_payoutrow
    referencing new table as added for each statement
    execute function settlement_payoutrow_adds_up();
"""
DOES_NOT_ADD_UP = """
drop trigger settlement_payoutrow_adds_up on settlement_payoutrow;
drop trigger settlement_payoutrun_adds_up on settlement_payoutrun;
drop function settlement_payoutrow_adds_up(), settlement_payoutrun_adds_up(),
    settlement_payoutrun_is_its_rows(bigint);
"""
STAYS = """
create function settlement_payout_stays() returns trigger language plpgsql as $$
begin
    raise exception 'payout runs and their rows are never deleted'
        using errcode = 'restrict_violation';
end
$$;
create trigger settlement_payoutrun_stays before delete or truncate on settlement_payoutrun
    execute function settlement_payout_stays();
create trigger settlement_payoutrow_stays before delete or truncate on settlement_payoutrow
    execute function settlement_payout_stays();
"""
GOES = """
drop trigger settlement_payoutrow_stays on settlement_payoutrow;
drop trigger settlement_payoutrun_stays on settlement_payoutrun;
drop function settlement_payout_stays();
"""
RUN = [
    *("issuer_id", "number", "pay_on", "hand_in_by", "count", "total", "originator", "file_name"),
    *("file_sha256", "sealed_file", "follows_id", "prepared_by_id", "prepared_at"),
]
ROW = [
    *("issuer_id", "run_id", "place", "payable_id", "transfer_id", "account", "payee", "yen"),
    *("transfer_fee", "net_yen", "new_code"),
]
STEPS = [
    f"{step}_{what}"
    for step in ("approved", "handed_over", "marked", "dropped")
    for what in ("by_id", "at")
]


class Migration(migrations.Migration):
    dependencies = [
        ("charging", "0010_order_by_state"),
        ("issuers", "0014_audit_lists"),
        ("settlement", "0002_held_by_the_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("pay_on", models.DateField()),
                ("hand_in_by", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "承認待ち"),
                            ("approved", "承認済み"),
                            ("handed_over", "引き渡し済み"),
                            ("paid", "支払済み"),
                            ("dropped", "取りやめ"),
                        ],
                        default="prepared",
                        max_length=11,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("total", models.BigIntegerField()),
                ("originator", models.JSONField()),
                ("file_name", models.CharField(max_length=100)),
                ("file_sha256", models.CharField(max_length=64)),
                ("sealed_file", models.BinaryField()),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("marked_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_reason", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "follows",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="settlement.payoutrun",
                    ),
                ),
                (
                    "handed_over_by",
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
                        related_name="payout_runs",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "店舗への振込",
                "verbose_name_plural": "店舗への振込",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="PayoutRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("account", models.TextField()),
                ("payee", models.CharField(max_length=30)),
                ("yen", models.BigIntegerField()),
                ("transfer_fee", models.PositiveIntegerField(default=0)),
                ("net_yen", models.BigIntegerField()),
                ("new_code", models.CharField(max_length=1)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "—"), ("paid", "支払済み"), ("failed", "振込不能")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("failed_reason", models.CharField(blank=True, max_length=300)),
                ("returned_on", models.DateField(null=True)),
                ("returned_yen", models.BigIntegerField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "payable",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_rows",
                        to="settlement.payable",
                    ),
                ),
                (
                    "returned_noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_rows",
                        to="charging.transfer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="settlement.payoutrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "振込の明細",
                "verbose_name_plural": "振込の明細",
                "ordering": ["run", "place"],
            },
        ),
        migrations.CreateModel(
            name="RunFetch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                        related_name="+",
                        to="issuers.issuer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fetches",
                        to="settlement.payoutrun",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="payoutrun",
            index=models.Index(
                condition=models.Q(("state__in", ["prepared", "approved", "handed_over"])),
                fields=["issuer", "pay_on"],
                name="payout_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.UniqueConstraint(
                fields=("issuer", "id"), name="payout_run_issuer_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.UniqueConstraint(
                fields=("issuer", "number"), name="payout_run_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("count__gte", 1), ("total__gte", 1), ("hand_in_by__lte", models.F("pay_on"))
                ),
                name="payout_run_is_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("file_sha256__regex", "^[0-9a-f]{64}$")),
                name="payout_run_hash_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                    _connector="OR",
                ),
                name="payout_run_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="payout_run_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at", None),
                        ("dropped_at", None),
                        ("handed_over_at", None),
                        ("marked_at", None),
                        ("state", "prepared"),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("dropped_at", None),
                        ("handed_over_at", None),
                        ("marked_at", None),
                        ("state", "approved"),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("dropped_at", None),
                        ("handed_over_at__isnull", False),
                        ("handed_over_by__isnull", False),
                        ("marked_at", None),
                        ("state", "handed_over"),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("dropped_at", None),
                        ("handed_over_at__isnull", False),
                        ("handed_over_by__isnull", False),
                        ("marked_at__isnull", False),
                        ("marked_by__isnull", False),
                        ("state", "paid"),
                    ),
                    models.Q(
                        ("dropped_at__isnull", False),
                        ("dropped_by__isnull", False),
                        ("handed_over_at", None),
                        ("marked_at", None),
                        ("state", "dropped"),
                    ),
                    _connector="OR",
                ),
                name="payout_run_state_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="payoutrow",
            index=models.Index(
                condition=models.Q(("outcome", "failed"), ("returned_on", None)),
                fields=["issuer", "id"],
                name="payout_row_to_come_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.UniqueConstraint(
                fields=("run", "place"), name="payout_row_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)),
                fields=("payable",),
                name="payout_row_one_open_a_payable",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)),
                fields=("transfer",),
                name="payout_row_one_open_a_transfer",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payable__isnull", False), ("transfer", None)),
                    models.Q(("payable", None), ("transfer__isnull", False)),
                    _connector="OR",
                ),
                name="payout_row_pays_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_yen",
                        django.db.models.expressions.CombinedExpression(
                            models.F("yen"), "-", models.F("transfer_fee")
                        ),
                    ),
                    ("net_yen__gte", 1),
                    ("new_code__in", ["0", "1", "2"]),
                ),
                name="payout_row_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failed_reason", ""), ("outcome", ""), ("returned_on", None)),
                    models.Q(
                        ("failed_reason", ""),
                        ("outcome", "paid"),
                        ("released_at", None),
                        ("returned_on", None),
                    ),
                    models.Q(
                        ("outcome", "failed"),
                        ("released_at", None),
                        ("returned_on", None),
                        models.Q(("failed_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("outcome", "failed"),
                        ("released_at__isnull", False),
                        ("returned_on__isnull", False),
                        models.Q(("failed_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payout_row_outcome_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("returned_noted_by", None), ("returned_on", None), ("returned_yen", None)
                    ),
                    models.Q(
                        ("returned_noted_by__isnull", False),
                        ("returned_on__isnull", False),
                        ("returned_yen__gte", 1),
                        ("returned_yen__lte", models.F("net_yen")),
                    ),
                    _connector="OR",
                ),
                name="payout_row_returned_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="runfetch",
            constraint=models.UniqueConstraint(
                fields=("run", "by"), name="run_fetch_once_a_person"
            ),
        ),
        migrations.RunSQL(ADDS_UP, DOES_NOT_ADD_UP),
        migrations.RunSQL(STAYS, GOES),
        append_only("settlement_runfetch"),
        fixed("settlement_payoutrun", *RUN),
        set_once("settlement_payoutrun", *STEPS),
        fixed("settlement_payoutrow", *ROW),
        set_once("settlement_payoutrow", "returned_on", "returned_yen", "released_at"),
        same_issuer("settlement_payoutrun", "follows_id", "settlement_payoutrun"),
        same_issuer("settlement_payoutrun", "prepared_by_id", "identity_staff"),
        same_issuer("settlement_payoutrun", "approved_by_id", "identity_staff"),
        same_issuer("settlement_payoutrow", "run_id", "settlement_payoutrun"),
        same_issuer("settlement_payoutrow", "payable_id", "settlement_payable"),
        same_issuer("settlement_payoutrow", "transfer_id", "charging_transfer"),
        same_issuer("settlement_runfetch", "run_id", "settlement_payoutrun"),
        same_issuer("settlement_runfetch", "by_id", "identity_staff"),
    ]
