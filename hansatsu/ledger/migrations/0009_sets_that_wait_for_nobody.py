"""Sets of payments wait for nobody; the same reference twice is refused; a cancelled payment stays
cancelled."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "functions/lock_free_v1.sql",
    "functions/same_payment_v1.sql",
    "functions/pay_set_v2.sql",
    "functions/cancel_v2.sql",
    "functions/cancel_payment_v1.sql",
)
UNDO = """
    drop function ledger.cancel_payment_v1(
        text, text, integer, integer, timestamptz, text[], text);
    drop function ledger.cancel_v2(text, text);
    drop function ledger.pay_set_v2(
        text[], text[], bytea[], integer[], integer[], bigint[], bigint[], bigint[], bigint[],
        text[], boolean[], boolean);
    drop function ledger.same_payment_v1(bigint, integer, bigint, text, timestamptz);
    drop function ledger.refunded_v1(text);
    drop function ledger.lock_free_shops_v1(integer[]);
    drop function ledger.lock_free_wallets_v1(bigint[]);
    drop function ledger.claim_free_v1(text[], text[], bytea[]);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_entry_times")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
