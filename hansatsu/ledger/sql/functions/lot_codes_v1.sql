-- コード(ID) of some lots of a wallet, in the order asked for. Volatile, so that it sees lots that were
-- made while the statement that asks waited for a wallet's lock.
create function ledger.lot_codes_v1(p_wallet_id bigint, p_lots bigint[]) returns text[]
language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_codes text[];
begin
    select array_agg(l.code order by o.place) into v_codes
    from unnest(p_lots) with ordinality as o (lot_id, place)
    join ledger.lot as l on l.wallet_id = p_wallet_id and l.lot_id = o.lot_id;
    return v_codes;
end
$$;
