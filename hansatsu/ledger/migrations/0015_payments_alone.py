"""A payment alone has a function of its own, and what decides stands once for it and for sets."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "functions/same_payment_v2.sql",
    "functions/known_payment_v1.sql",
    "functions/decide_payment_v1.sql",
    "functions/write_payments_v2.sql",
    "functions/pay_set_v4.sql",
    "functions/pay_alone_v1.sql",
)
UNDO = """
    drop function ledger.pay_alone_v1(
        text, text, bytea, integer, integer, bigint, bigint, bigint, bigint, text, boolean,
        boolean);
    drop function ledger.pay_set_v4(
        text[], text[], bytea[], integer[], integer[], bigint[], bigint[], bigint[], bigint[],
        text[], boolean[], boolean);
    drop function ledger.write_payments_v2(ledger.entry[], ledger.note[]);
    drop function ledger.decide_payment_v1(
        boolean, boolean, boolean, boolean, boolean, bigint, timestamptz, timestamptz, timestamptz,
        bigint, bigint, text, text, bigint, bigint, bigint, bigint, integer, bigint, bigint);
    drop function ledger.known_payment_v1(text, text, bytea, bigint, bigint);
    drop function ledger.same_payment_v2(bigint, integer, bigint, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0014_payments_read_at_once")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
