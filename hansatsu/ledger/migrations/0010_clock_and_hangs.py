"""A clock that has jumped ahead expires nothing; payments that hang are known of."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = (
    "clock_watch.sql",
    "functions/clock_watch_v1.sql",
    "functions/expire_due_v2.sql",
    "functions/note_hang_v1.sql",
)
UNDO = """
    drop function ledger.note_hang_v1(text, text, bigint);
    drop function ledger.expire_due_v2(integer, text, double precision);
    drop trigger entry_not_ahead on ledger.entry;
    drop function ledger.refuse_ahead_v1();
    drop function ledger.accept_clock_v1(text);
    drop function ledger.watch_clock_v1(text, double precision);
    drop table ledger.hang, ledger.clock_jump, ledger.clock_seen;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_sets_that_wait_for_nobody")]
    operations = [migrations.RunSQL(sql.read(*FILES), UNDO)]
