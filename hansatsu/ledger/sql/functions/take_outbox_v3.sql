-- Take up to p_limit entries that owe a message, version 3: they go from `outbox` to `relayed`, stamped
-- with the ledger's clock, in the caller's transaction; when that rolls back, they are owed again.
-- Concurrent relays take different rows. What version 1 has marked, beside us or before, is carried
-- over when less than p_limit waits, and is nobody's any more.
--
-- Over version 2: rows are deleted where they were found and locked (`ctid`). A join by key was planned
-- for a queue that looked empty, and compared each row that waited with each that was taken.
create function ledger.take_outbox_v3(p_limit integer)
returns table (issuer_id integer, wallet_id bigint, seq bigint, kind text)
-- Planned once, for a queue that may be long, even when the first call meets an empty one.
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
declare
    v_now timestamptz := ledger.now();
    v_wallets bigint[];
    v_seqs bigint[];
begin
    with taken as (
        delete from ledger.outbox as o
        where o.ctid = any (array(
            select w.ctid
            from ledger.outbox as w
            where w.relayed_at is null
            limit p_limit
            for update skip locked
        ))
        returning o.wallet_id, o.seq
    ), kept as (
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, v_now from taken as t
    )
    select array_agg(t.wallet_id), array_agg(t.seq) into v_wallets, v_seqs from taken as t;

    if coalesce(cardinality(v_wallets), 0) < p_limit then
        with taken as (
            delete from ledger.outbox as o
            where o.ctid = any (array(
                select m.ctid
                from ledger.outbox as m
                where m.relayed_at is not null
                limit 10000
                for update skip locked
            ))
            returning o.wallet_id, o.seq, o.relayed_at
        )
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, t.relayed_at from taken as t;
    end if;

    return query
    select e.issuer_id, e.wallet_id, e.seq, e.kind::text
    from unnest(v_wallets, v_seqs) as t (wallet_id, seq)
    join ledger.entry as e on e.wallet_id = t.wallet_id and e.seq = t.seq
    order by e.at, e.wallet_id, e.seq;
end
$$;
