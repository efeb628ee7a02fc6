-- ISSUES, version 4: version 3, where each lot says what was paid for it.
--
-- New value for a set of wallets, one issue a wallet, in a few set-based statements.
-- `p_lot_places` says for each new lot which issue (1..n) it belongs to, `p_lot_paid` how many
-- yen of its face its holder paid for. Outcomes: issued
-- · replayed · key_conflict · cancelled · unknown (wallet or emoney is not this issuer's)
-- · closed · over_limit (the wallet would hold more than its issuer allows) · expired (a lot
-- would be born dead). A frozen wallet takes value. A refusal changes nothing.
create function ledger.issue_set_v4(
    p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_wallets bigint[],
    p_lot_places integer[], p_lot_emoneys integer[], p_lot_faces bigint[],
    p_lot_expiries timestamptz[], p_lot_paid bigint[]
) returns table (place integer, outcome text, wallet_id bigint, seq bigint, at timestamptz)
-- A plan that does not know the arrays' lengths joins them by nested loops: 40 times slower.
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    v_outcomes text[];
    v_times timestamptz[];
    v_now timestamptz;
    v_lots bigint[];
    v_entries ledger.entry[];
begin
    insert into ledger.request (actor, key, operation, content)
    select r.actor, r.key, 'issue', r.content
    from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
    order by r.actor, r.key
    on conflict do nothing;
    if (
        select count(distinct (r.actor, r.key)) < cardinality(p_keys)
            or count(distinct r.wallet_id) < cardinality(p_keys)
        from unnest(p_actors, p_keys, p_wallets) as r (actor, key, wallet_id)
    ) then
        raise exception 'a key or a wallet stands twice in a set of issues';
    end if;

    perform ledger.lock_wallets_v1(p_wallets);

    v_now := ledger.now();
    -- Decide.
    with wanted as (
        select l.place, sum(l.face) as total, min(l.expires_at) as first_expiry,
            count(*) filter (where m.emoney_id is null or l.face < 1) as foreign_lots
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries)
            as l (place, emoney_id, face, expires_at)
        left join ledger.emoney as m
            on m.emoney_id = l.emoney_id and m.issuer_id = p_issuers[l.place]
        group by l.place
    ), judged as (
        select
            i.place, r.seq,
            case when w.wallet_id is not null
                then greatest(v_now, w.last_at, n.closed_until) end as at,
            w.wallet_id, w.state, n.max_holding, r.cancelled, r.operation,
            r.content = i.content as same, t.total, t.first_expiry, t.foreign_lots
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets)
            with ordinality as i (actor, key, content, issuer_id, wallet_id, place)
        join ledger.request as r on r.actor = i.actor and r.key = i.key
        left join ledger.wallet as w
            on w.wallet_id = i.wallet_id and w.issuer_id = i.issuer_id
        left join ledger.issuer as n on n.issuer_id = w.issuer_id
        left join wanted as t on t.place = i.place
    ), decided as (
        select j.place, j.at,
            case
                when j.cancelled then 'cancelled'
                when j.seq is not null and (not j.same or j.operation <> 'issue')
                    then 'key_conflict'
                when j.seq is not null then 'replayed'
                when j.wallet_id is null or j.total is null or j.foreign_lots > 0 then 'unknown'
                when j.state = 'closed' then 'closed'
                when j.first_expiry <= j.at then 'expired'
                when j.total + (
                    select coalesce(sum(l.balance), 0) from ledger.lot as l
                    where l.wallet_id = j.wallet_id and l.balance > 0
                        and (l.expires_at is null or l.expires_at > j.at)
                ) > j.max_holding then 'over_limit'
                else 'issued'
            end as outcome
        from judged as j
    )
    select array_agg(d.outcome order by d.place), array_agg(d.at order by d.place)
    into v_outcomes, v_times
    from decided as d;

    delete from ledger.request as r
    using unnest(p_actors, p_keys, v_outcomes) as o (actor, key, outcome)
    where r.actor = o.actor and r.key = o.key
        and o.outcome in ('unknown', 'closed', 'expired', 'over_limit');

    if 'issued' = any (v_outcomes) then
        v_lots := array(
            select nextval('ledger.lot_id') from generate_series(1, cardinality(p_lot_places)));
    end if;
    with issue as materialized (
        select i.place, i.actor, i.key, i.content, i.issuer_id, i.wallet_id, i.at,
            w.seq + 1 as seq, w.head
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets, v_outcomes, v_times)
            with ordinality
            as i (actor, key, content, issuer_id, wallet_id, outcome, at, place)
        join ledger.wallet as w on w.wallet_id = i.wallet_id
        where i.outcome = 'issued'
    ), made as materialized (
        select i.place, i.wallet_id, i.seq, i.issuer_id, i.at, l.lot_id, l.emoney_id, l.face,
            l.expires_at, l.paid, ledger.lot_code_v1() as code,
            ledger.management_number_v1(l.lot_id, i.at) as management_number
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries, p_lot_paid, v_lots)
            as l (place, emoney_id, face, expires_at, paid, lot_id)
        join issue as i on i.place = l.place
    ), lots as (
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot, paid)
        select m.wallet_id, m.lot_id, m.issuer_id, m.emoney_id, m.code, m.management_number,
            m.face, m.face, m.expires_at, m.at, m.at, m.seq, m.lot_id, m.paid
        from made as m
    ), posted as (
        select m.place, sum(m.face)::bigint as amount,
            array_agg(m.lot_id order by m.lot_id)
                || array_fill(-2::bigint, array[count(*)::integer]) as refs,
            array_agg(m.emoney_id::bigint order by m.lot_id)
                || array_agg(m.emoney_id::bigint order by m.lot_id) as emoneys,
            array_agg(m.face order by m.lot_id) || array_agg(-m.face order by m.lot_id)
                as amounts,
            string_agg(ledger.canonical_lot_v1(
                m.lot_id, m.emoney_id, m.face, m.expires_at, m.at, null, null, m.code,
                m.management_number), ''::bytea order by m.lot_id) as made
        from made as m
        group by m.place
    ), entries as (
        select i.place, (
            i.wallet_id, i.seq, i.issuer_id, 'issue', null, i.at, p.amount, null, null, null,
            null, i.actor, i.content, null, p.refs, p.emoneys, p.amounts, null
        )::ledger.entry as entry, i.head, p.made
        from issue as i join posted as p on p.place = i.place
    )
    select array_agg((
            (e.entry).wallet_id, (e.entry).seq, (e.entry).issuer_id, (e.entry).kind, null,
            (e.entry).at, (e.entry).amount, null, null, null, null, (e.entry).actor,
            (e.entry).content, null, (e.entry).refs, (e.entry).emoneys, (e.entry).amounts,
            sha256(e.head || ledger.canonical_v1(e.entry, e.made))
        )::ledger.entry order by e.place)
    into v_entries
    from entries as e;

    if v_entries is not null then
        perform ledger.write_entries_v1(
            v_entries, array_fill(0::bigint, array[cardinality(v_entries)]));
        update ledger.request as r set wallet_id = i.wallet_id, seq = e.seq
        from unnest(p_actors, p_keys, p_wallets, v_outcomes) as i (actor, key, wallet_id, outcome)
        join unnest(v_entries) as e on e.wallet_id = i.wallet_id
        where i.outcome = 'issued' and r.actor = i.actor and r.key = i.key;
    end if;

    return query
    select i.place::integer, i.outcome, coalesce(r.wallet_id, i.wallet_id), r.seq,
        coalesce(e.at, i.at)
    from unnest(p_actors, p_keys, p_wallets, v_outcomes, v_times)
        with ordinality as i (actor, key, wallet_id, outcome, at, place)
    left join ledger.request as r on r.actor = i.actor and r.key = i.key
        and i.outcome in ('issued', 'replayed')
    left join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
    order by i.place;
end
$$;
