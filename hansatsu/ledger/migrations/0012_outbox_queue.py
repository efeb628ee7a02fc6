"""What waits to be relayed stands apart from what was, and has a primary key."""

from django.db import migrations

from hansatsu.ledger import sql

FILES = ("outbox_queue.sql", "functions/take_outbox_v1.sql", "functions/take_outbox_v2.sql")
UNDO = """
    drop function ledger.take_outbox_v2(integer);
    drop function ledger.take_outbox_v1(integer);
    alter table ledger.relayed alter column relayed_at drop not null;
    insert into ledger.relayed select o.* from ledger.outbox as o;
    drop table ledger.outbox;
    alter table ledger.relayed rename to outbox;
    create unique index outbox_waiting on ledger.outbox (wallet_id, seq) where relayed_at is null;
    create index outbox_relayed on ledger.outbox (wallet_id, seq) where relayed_at is not null;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_device_fixed")]
    operations = [migrations.RunSQL(sql.read(*FILES), [UNDO, sql.read(FILES[1])])]
