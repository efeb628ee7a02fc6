-- THE SPEND RULE (guide: ①有効期限が短い ②残高が少ない の順), in two parts that payments and
-- previews share, so that it stands once.

-- What of a wallet a shop would take at `p_at`: its living lots of the emoneys that the shop takes
-- then, in spend order: the soonest expiry first (none last), then the smallest balance, then the
-- oldest. The arrays are parallel, and null when there is no such lot. `available` is their sum,
-- `balance` that of all living lots. Inlined into the statement that asks.
create function ledger.purse_v1(p_wallet_id bigint, p_shop_id integer, p_at timestamptz)
returns table (
    lots bigint[], emoneys bigint[], balances bigint[], codes text[],
    available bigint, balance bigint
)
language sql stable
begin atomic
    select
        array_agg(l.lot_id) filter (where l.accepted),
        array_agg(l.emoney_id::bigint) filter (where l.accepted),
        array_agg(l.balance) filter (where l.accepted),
        array_agg(l.code) filter (where l.accepted),
        coalesce(sum(l.balance) filter (where l.accepted), 0)::bigint,
        coalesce(sum(l.balance), 0)::bigint
    from (
        select o.lot_id, o.emoney_id, o.balance, o.code,
            coalesce(o.emoney_id = any (t.emoneys), false) as accepted
        from (
            select array_agg(a.emoney_id) as emoneys
            from ledger.acceptance as a
            where a.shop_id = p_shop_id and a.valid_from <= p_at
                and (a.valid_until is null or a.valid_until > p_at)
        ) as t
        join ledger.lot as o on o.wallet_id = p_wallet_id and o.balance > 0
            and (o.expires_at is null or o.expires_at > p_at)
        order by o.expires_at nulls last, o.balance, o.lot_id
    ) as l;
end;

-- The amounts of a payment's postings: how many yen each of the first of some balances gives, below
-- zero, until `p_amount` is reached, then the same yen again for the shop, line by line. All give all
-- they have when that is less. Null for no balances.
create function ledger.take_v1(p_balances bigint[], p_amount bigint) returns bigint[]
language plpgsql strict immutable parallel safe as $$
declare
    v_balance bigint;
    v_given bigint[] := '{}';
    v_got bigint[] := '{}';
begin
    foreach v_balance in array p_balances loop
        if v_balance >= p_amount then
            return (v_given || -p_amount) || (v_got || p_amount);
        end if;
        v_given := v_given || -v_balance;
        v_got := v_got || v_balance;
        p_amount := p_amount - v_balance;
    end loop;
    return v_given || v_got;
end
$$;
