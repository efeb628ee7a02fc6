-- Take up to p_limit entries that owe a message, marking them in the caller's transaction:
-- when that rolls back, they are owed again. Concurrent relays take different rows.
create function ledger.take_outbox_v1(p_limit integer)
returns table (issuer_id integer, wallet_id bigint, seq bigint, kind text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    with taken as (
        select o.ctid as place, o.wallet_id, o.seq
        from ledger.outbox as o
        where o.relayed_at is null
        limit p_limit
        for update skip locked
    ), marked as (
        update ledger.outbox as o set relayed_at = clock_timestamp()
        from taken as t where o.ctid = t.place
        returning o.wallet_id, o.seq
    )
    select e.issuer_id, e.wallet_id, e.seq, e.kind::text
    from marked as m
    join ledger.entry as e on e.wallet_id = m.wallet_id and e.seq = m.seq
    order by e.at, e.wallet_id, e.seq;
end;
