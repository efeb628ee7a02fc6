-- WHAT WAITS AND WHAT WAS RELAYED ARE TWO TABLES (ADR 0259). `outbox` holds the entries that owe a
-- message, and is as small as the relay is quick; a row goes to `relayed` in the transaction that takes
-- it up (take_outbox_v2), so an entry stands in one of the two, once (sql/checks/08_messages_owed.sql).
-- The rows of before stay where they are and the table gets its new name: no copy, however many.
--
-- take_outbox_v1 is bound to the table that it was made with: it is made again, word for word.
drop function ledger.take_outbox_v1(integer);

alter table ledger.outbox rename to relayed;

-- `relayed_at` here is the mark of take_outbox_v1; version 2 carries such rows over.
create table ledger.outbox (
    wallet_id bigint not null,
    seq bigint not null,
    relayed_at timestamptz,
    primary key (wallet_id, seq)
) with (vacuum_truncate = off);

insert into ledger.outbox (wallet_id, seq)
select r.wallet_id, r.seq from ledger.relayed as r where r.relayed_at is null;
delete from ledger.relayed as r where r.relayed_at is null;

-- Rows are only added, and read whole by checks: no index, and no payment pays for one.
drop index ledger.outbox_waiting, ledger.outbox_relayed;
alter table ledger.relayed alter column relayed_at set not null;
