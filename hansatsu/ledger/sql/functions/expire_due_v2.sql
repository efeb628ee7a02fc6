-- THE SWEEP, version 2. Expire what is due in up to p_limit wallets; returns how many were swept (0
-- when nothing is due), or null, having done nothing, when the clock has jumped ahead
-- (watch_clock_v1; a null p_boot_id does not ask). Wallets that are busy are left for the next call,
-- wallets that are ahead of the clock until it has come.
create function ledger.expire_due_v2(p_limit integer, p_boot_id text, p_awake double precision)
returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_wallets bigint[];
    v_wallet record;
    v_count integer := 0;
    v_now timestamptz;
begin
    if p_boot_id is not null and ledger.watch_clock_v1(p_boot_id, p_awake) is not null then
        return null;
    end if;
    v_now := ledger.now();
    select array_agg(d.wallet_id) into v_wallets
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id in (
            select l.wallet_id from ledger.lot as l
            join ledger.wallet as o on o.wallet_id = l.wallet_id
            where l.swept_at is null and l.expires_at <= v_now
                and o.last_at <= v_now + interval '1 minute'
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
