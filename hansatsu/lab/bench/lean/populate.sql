-- Wallets of four lots (1,700, 2,400, 3,100 and 10^9 yen, in this order of expiry), and shops that
-- take both emoneys.
create function lean.populate(p_wallets bigint, p_shops integer) returns void
language sql as $$
    insert into lean.wallet (id) select w from generate_series(1, p_wallets) as w;

    insert into lean.lot (wallet, id, emoney, expiry, balance, face)
    select w, 4 * (w - 1) + l.place, 1 + l.place % 2,
        now() + l.place * interval '100 days', l.yen, l.yen
    from generate_series(1, p_wallets) as w
    cross join unnest(array[1700, 2400, 3100, 1000000000])
        with ordinality as l (yen, place);

    insert into lean.shop_takes (shop, emoney)
    select s, e from generate_series(1, p_shops) as s cross join generate_series(1, 2) as e;
$$;
