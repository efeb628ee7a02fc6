-- A lot's expiry as the chain covers it when an entry moves it: in the place of the lots that an
-- entry makes, since such an entry makes none.
create function ledger.canonical_expiry_v1(
    lot_id bigint, old_expiry timestamptz, new_expiry timestamptz
) returns bytea
language plpgsql immutable parallel safe as $$
begin
    return
        ledger.field_v1('hansatsu expiry 1'::text) || ledger.field_v1(lot_id)
        || ledger.field_v1(old_expiry) || ledger.field_v1(new_expiry);
end
$$;

-- The first moment at which value of an issue date may not be spent any more, where an issuer's
-- exemption is that it can be used for six months from the issue only: its last day included.
create function ledger.end_of_exemption_v1(p_issued_at timestamptz) returns timestamptz
language sql stable
return (date_trunc('day', p_issued_at at time zone 'Asia/Tokyo') + interval '6 months')
    at time zone 'Asia/Tokyo';

-- Give some lots of a locked wallet a later expiry in the entry p_seq that is about to be written;
-- those that have it already stay. Returns what the chain covers of it, null for nothing.
create function ledger.move_expiries_v1(
    p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_lots bigint[], p_expires_at timestamptz
) returns bytea
language plpgsql volatile as $$
declare
    v_moved bytea;
begin
    insert into ledger.expiry_move (wallet_id, seq, lot_id, issuer_id, old_expiry, new_expiry)
    select p_wallet_id, p_seq, l.lot_id, p_issuer_id, l.expires_at, p_expires_at
    from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots) and l.expires_at < p_expires_at;
    select string_agg(ledger.canonical_expiry_v1(m.lot_id, m.old_expiry, m.new_expiry),
        ''::bytea order by m.lot_id)
    into v_moved
    from ledger.expiry_move as m where m.wallet_id = p_wallet_id and m.seq = p_seq;
    update ledger.lot as l set expires_at = p_expires_at, swept_at = null
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots);
    return v_moved;
end
$$;
