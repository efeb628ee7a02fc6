-- Take up to p_limit entries that owe a message, version 2: they go from `outbox` to `relayed`, stamped
-- with the ledger's clock, in the caller's transaction; when that rolls back, they are owed again.
-- Concurrent relays take different rows. What version 1 has marked, beside us or before, is carried
-- over when less than p_limit waits, and is nobody's any more.
create function ledger.take_outbox_v2(p_limit integer)
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
    with waiting as (
        select o.wallet_id, o.seq
        from ledger.outbox as o
        where o.relayed_at is null
        limit p_limit
        for update skip locked
    ), taken as (
        delete from ledger.outbox as o
        using waiting as w where o.wallet_id = w.wallet_id and o.seq = w.seq
        returning o.wallet_id, o.seq
    ), kept as (
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, v_now from taken as t
    )
    select array_agg(t.wallet_id), array_agg(t.seq) into v_wallets, v_seqs from taken as t;

    if coalesce(cardinality(v_wallets), 0) < p_limit then
        with marked as (
            select o.wallet_id, o.seq
            from ledger.outbox as o
            where o.relayed_at is not null
            limit 10000
            for update skip locked
        ), taken as (
            delete from ledger.outbox as o
            using marked as m where o.wallet_id = m.wallet_id and o.seq = m.seq
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
