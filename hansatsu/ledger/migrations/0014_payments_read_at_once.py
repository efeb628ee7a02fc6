"""A set of payments is read and decided in one statement, and each request written once."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "functions/canonical_v2.sql",
    "functions/purse_v1.sql",
    "functions/claim_payments_v1.sql",
    "functions/write_payments_v1.sql",
    "functions/pay_set_v3.sql",
)
UNDO = """
    drop function ledger.pay_set_v3(
        text[], text[], bytea[], integer[], integer[], bigint[], bigint[], bigint[], bigint[],
        text[], boolean[], boolean);
    drop function ledger.write_payments_v1(ledger.entry[], ledger.note[]);
    drop function ledger.claim_free_payments_v1(text[], text[], bytea[], bigint[]);
    drop function ledger.claim_payments_v1(text[], text[], bytea[], bigint[]);
    drop function ledger.take_v1(bigint[], bigint);
    drop function ledger.purse_v1(bigint, integer, timestamptz);
    drop function ledger.canonical_v2(ledger.entry, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_many_machines")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
