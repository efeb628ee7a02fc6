-- Say of lots what was paid for them, where that is not known yet; what is known stays. Lots are named
-- by parallel arrays of wallets and ids. Returns how many wallets were looked at.
create function ledger.note_paid_v1(p_wallets bigint[], p_lots bigint[], p_paid bigint[])
returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform ledger.lock_wallets_v1(p_wallets);
    update ledger.lot as l set paid = p.paid
    from unnest(p_wallets, p_lots, p_paid) as p (wallet_id, lot_id, paid)
    where l.wallet_id = p.wallet_id and l.lot_id = p.lot_id and l.paid is null;
    return (select count(distinct w.wallet_id) from unnest(p_wallets) as w (wallet_id));
end
$$;

-- The same of lots that took over another of which it is known, in up to p_limit wallets: a successor
-- in another wallet has all that was paid for its lot (transfer_v3), a lot of grace its share
-- (refund_v4). Returns how many wallets there were; 0 when nothing is left to follow.
create function ledger.follow_paid_v1(p_limit integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_wallets bigint[];
begin
    v_wallets := array(
        select distinct l.wallet_id
        from ledger.lot as l
        join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
        where l.paid is null and o.paid is not null
        order by l.wallet_id limit p_limit);
    perform ledger.lock_wallets_v1(v_wallets);
    update ledger.lot as l
    set paid = case when o.wallet_id <> l.wallet_id then o.paid else l.face * o.paid / o.face end
    from ledger.lot as o
    where l.wallet_id = any (v_wallets) and l.paid is null and o.paid is not null
        and o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot;
    return cardinality(v_wallets);
end
$$;
