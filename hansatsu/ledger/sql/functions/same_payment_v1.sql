-- Whether a locked wallet has paid the same already: the same yen at the same shop with the same
-- note within the hour before `p_at`, and not all of it was given back. Returns the newest such
-- payment's 決済ID, or null. Reads the wallet's newest entries, as many as the hour has. A note
-- that was erased is like none.
create function ledger.same_payment_v1(
    p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_note text, p_at timestamptz
) returns text
language plpgsql volatile as $$
declare
    v_entry record;
begin
    for v_entry in
        select e.seq, e.at, e.kind, e.shop_id, e.amount, e.number from ledger.entry as e
        where e.wallet_id = p_wallet_id order by e.seq desc
    loop
        exit when v_entry.at <= p_at - interval '1 hour';
        if v_entry.kind = 'payment' and v_entry.shop_id = p_shop_id
            and v_entry.amount = -p_amount
            and exists (
                select from ledger.note as n
                where n.wallet_id = p_wallet_id and n.seq = v_entry.seq and n.text = p_note)
            and ledger.refunded_v1(v_entry.number) < p_amount
        then
            return v_entry.number;
        end if;
    end loop;
    return null;
end
$$;

-- How many yen of a payment were given back, wherever its wallet has moved.
create function ledger.refunded_v1(p_number text) returns bigint
language sql volatile
begin atomic
    select coalesce(sum(e.amount), 0)::bigint from ledger.entry as e
    where e.number > p_number || '-' and e.number < p_number || '.' and e.kind = 'refund';
end;
