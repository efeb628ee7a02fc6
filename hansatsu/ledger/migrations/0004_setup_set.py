"""Shops in sets, acceptance from and until, and the rule of refunds as a setting."""

from django.db import migrations

from hansatsu.ledger import sql

NAMES = (
    "open_shops_v1(integer, integer[])",
    "set_acceptances_v1(integer, integer[], integer[], timestamptz, timestamptz)",
    "end_acceptances_v1(integer, integer[], integer[])",
    "set_refund_grace_v1(integer, integer)",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_lot_codes")]

    operations = [
        migrations.RunSQL(
            sql.read("functions/setup_set_v1.sql"),
            "; ".join(f"drop function ledger.{name}" for name in NAMES),
        )
    ]
