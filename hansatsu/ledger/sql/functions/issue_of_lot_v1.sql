-- The issue (wallet and seq of its entry) that a lot's value came from: its own, or that of the
-- lot it took over by a transfer or by a refund with grace, and so on back.
create function ledger.issue_of_lot_v1(
    p_wallet_id bigint, p_lot_id bigint, out wallet_id bigint, out seq bigint
)
language sql stable
begin atomic
    with recursive line as (
        select l.wallet_id, l.made_seq, l.origin_wallet, l.origin_lot
        from ledger.lot as l where l.wallet_id = p_wallet_id and l.lot_id = p_lot_id
        union all
        select o.wallet_id, o.made_seq, o.origin_wallet, o.origin_lot
        from line
        join ledger.lot as o
            on o.wallet_id = line.origin_wallet and o.lot_id = line.origin_lot
    )
    select line.wallet_id, line.made_seq from line where line.origin_lot is null;
end;

-- How entries name the issue that they are about, in `refunded_number`.
create function ledger.name_of_issue_v1(p_wallet_id bigint, p_seq bigint) returns text
language sql immutable
return p_wallet_id || '/' || p_seq;

-- Lock a wallet and those it moved to, and return the last: where its value is. It may move
-- while we wait, so look again until nothing has changed.
create function ledger.lock_moves_v1(p_wallet_id bigint) returns bigint
language plpgsql volatile as $$
declare
    v_locked bigint[];
    v_chain bigint[] := ledger.moves_of_v1(p_wallet_id);
begin
    loop
        v_locked := v_chain;
        perform ledger.lock_wallets_v1(v_locked);
        v_chain := ledger.moves_of_v1(p_wallet_id);
        exit when v_chain = v_locked;
    end loop;
    return v_chain[cardinality(v_chain)];
end
$$;
