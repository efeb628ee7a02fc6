-- Lean payments of several wallets, one each, as one statement. The arrays are parallel. Outcomes as
-- of `lean.pay`, a row a payment; a wallet that stands twice fails by the entries' key.
create function lean.pay_set(
    p_wallets bigint[], p_shops integer[], p_amounts bigint[], p_keys uuid[]
) returns table (wallet bigint, outcome text, seq bigint, number bigint)
-- Planned once, for tables that are large, even when the first call meets empty ones.
language plpgsql set enable_seqscan = off as $$
begin
    -- A statement of its own, so that the next one sees what others wrote until we had the locks;
    -- in the order of ids, so that sets that overlap wait and do not deadlock.
    perform from lean.wallet as w where w.id = any (p_wallets) order by w.id for no key update;

    return query
    with payment as materialized (
        select p.wallet, p.shop, p.amount, p.key, w.seq + 1 as seq, w.head, w.frozen,
            clock_timestamp() as at, e.seq as paid_seq, e.number as paid_number
        from unnest(p_wallets, p_shops, p_amounts, p_keys) as p (wallet, shop, amount, key)
        join lean.wallet as w on w.id = p.wallet
        left join lean.entry as e on e.wallet = p.wallet and e.key = p.key
        where p.amount > 0
    ),
    plan as (
        select t.wallet, array_agg(t.id) as lots, array_agg(t.take) as amounts,
            sum(t.take)::bigint as taken
        from (
            select p.wallet, l.id,
                least(l.balance, p.amount + l.balance - sum(l.balance) over spend_order)::bigint
                    as take
            from payment as p
            join lean.lot as l on l.wallet = p.wallet and l.balance > 0 and l.expiry > p.at
            join lean.shop_takes as s on s.shop = p.shop and s.emoney = l.emoney
            where p.paid_seq is null and not p.frozen
            window spend_order as (
                partition by p.wallet
                order by l.expiry, l.balance, l.id rows unbounded preceding)
        ) as t
        where t.take > 0
        group by t.wallet
    ),
    numbered as materialized (
        select p.wallet, p.shop, p.amount, p.key, p.seq, p.head, p.at,
            nextval('lean.number') as number, n.lots, n.amounts
        from payment as p
        join plan as n on n.wallet = p.wallet and n.taken = p.amount
    ),
    entered as materialized (
        select n.*, (n.at at time zone 'Asia/Tokyo')::date as day,
            sha256(n.head || convert_to(concat_ws('|', n.wallet, n.seq, n.at, 'payment', n.shop,
                n.amount, n.key, n.number, n.lots, n.amounts), 'UTF8')) as hash
        from numbered as n
    ),
    used as (
        update lean.lot as l set balance = l.balance - u.take
        from entered as n cross join lateral unnest(n.lots, n.amounts) as u (id, take)
        where l.wallet = n.wallet and l.id = u.id
    ),
    written as (
        insert into lean.entry (
            wallet, seq, at, kind, shop, amount, key, number, lots, amounts, hash)
        select n.wallet, n.seq, n.at, 'payment', n.shop, n.amount, n.key, n.number, n.lots,
            n.amounts, n.hash
        from entered as n
    ),
    owed as (
        insert into lean.outbox (wallet, seq) select n.wallet, n.seq from entered as n
    ),
    moved as (
        update lean.wallet as w
        set seq = n.seq, head = n.hash, day = n.day,
            day_spent = n.amount + case when w.day = n.day then w.day_spent else 0 end
        from entered as n where w.id = n.wallet
    )
    select r.wallet,
        case
            when p.wallet is null then 'unknown'
            when p.paid_seq is not null then 'replayed'
            when p.frozen then 'frozen'
            when n.wallet is null then 'insufficient'
            else 'paid'
        end,
        coalesce(p.paid_seq, n.seq), coalesce(p.paid_number, n.number)
    from unnest(p_wallets) as r (wallet)
    left join payment as p on p.wallet = r.wallet
    left join entered as n on n.wallet = r.wallet;
end
$$;
