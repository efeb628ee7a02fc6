"""Which version of a shop's account a row pays to, and that this never changes either."""

import django.db.models.deletion
from django.db import migrations, models

from hansatsu.parties.tenancy.fixed_columns import fixed
from hansatsu.parties.tenancy.same_issuer import same_issuer

ROW = [
    *("issuer_id", "run_id", "place", "payable_id", "transfer_id", "account", "payee", "yen"),
    *("transfer_fee", "net_yen", "new_code"),
]
BEFORE = fixed("settlement_payoutrow", *ROW)


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0007_statement_files"),
        ("shops", "0013_account_version"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="payoutrow", name="payout_row_pays_one_thing"),
        migrations.AddField(
            model_name="payoutrow",
            name="account_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payout_rows",
                to="shops.accountversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("account_version__isnull", False),
                    ("payable__isnull", False),
                    ("transfer", None),
                )
                | models.Q(
                    ("account_version", None), ("payable", None), ("transfer__isnull", False)
                ),
                name="payout_row_pays_one_thing",
            ),
        ),
        migrations.RunSQL(BEFORE.reverse_sql or migrations.RunSQL.noop, BEFORE.sql),
        fixed("settlement_payoutrow", *ROW, "account_version_id"),
        same_issuer("settlement_payoutrow", "account_version_id", "shops_accountversion"),
    ]
