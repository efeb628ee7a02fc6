-- Book what has died in a locked wallet as 失効, in one entry; mark the empty dead lots as
-- swept. Returns the yen that expired.
create function ledger.expire_wallet_v1(
    p_issuer_id integer, p_wallet_id bigint, p_at timestamptz, p_actor text
) returns bigint
language plpgsql volatile as $$
declare
    v_dead record;
begin
    select array_agg(l.lot_id order by l.lot_id) as refs,
        array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
        array_agg(l.balance order by l.lot_id) as amounts,
        coalesce(sum(l.balance), 0)::bigint as total
    into v_dead
    from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.expires_at <= p_at and l.balance > 0;

    update ledger.lot as l set balance = 0, swept_at = p_at
    where l.wallet_id = p_wallet_id and l.expires_at <= p_at
        and (l.swept_at is null or l.balance > 0);

    if v_dead.total > 0 then
        perform ledger.append_entry_v1(
            p_issuer_id, p_wallet_id, 'expiry', p_at, null, null, null, -v_dead.total, p_actor,
            '', null,
            v_dead.refs || array_fill(-3::bigint, array[cardinality(v_dead.refs)]),
            v_dead.emoneys || v_dead.emoneys,
            ledger.negated_v1(v_dead.amounts) || v_dead.amounts, null, 0);
    end if;
    return v_dead.total;
end
$$;

-- THE SWEEP. Expire what is due in up to p_limit wallets; returns how many were swept (0 when
-- nothing is due). Wallets that are busy are left for the next call.
create function ledger.expire_due_v1(p_limit integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_wallets bigint[];
    v_wallet record;
    v_count integer := 0;
    v_now timestamptz := ledger.now();
begin
    select array_agg(d.wallet_id) into v_wallets
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id in (
            select l.wallet_id from ledger.lot as l
            where l.swept_at is null and l.expires_at <= v_now
            order by l.expires_at limit p_limit
        )
        order by w.wallet_id
        for no key update skip locked
    ) as d;
    for v_wallet in
        select w.wallet_id, w.issuer_id, w.last_at, i.closed_until
        from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
        where w.wallet_id = any (v_wallets) order by w.wallet_id
    loop
        perform ledger.expire_wallet_v1(
            v_wallet.issuer_id, v_wallet.wallet_id,
            ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until), 'system:expiry');
        v_count := v_count + 1;
    end loop;
    return v_count;
end
$$;
