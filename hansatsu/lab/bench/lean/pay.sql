-- One lean payment. Outcomes: paid · replayed (the key has paid: its entry) · unknown · frozen ·
-- insufficient. A refusal changes nothing.
create function lean.pay(
    p_wallet bigint, p_shop integer, p_amount bigint, p_key uuid,
    out outcome text, out seq bigint, out number bigint
)
-- Planned once, for tables that are large, even when the first call meets empty ones.
language plpgsql set enable_seqscan = off as $$
declare
    v_head bytea;
    v_frozen boolean;
    v_at timestamptz;
    v_day date;
    v_lot record;
    v_rest bigint := p_amount;
    v_lots bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_hash bytea;
begin
    select w.seq + 1, w.head, w.frozen into seq, v_head, v_frozen
    from lean.wallet as w where w.id = p_wallet for no key update;
    if not found or p_amount < 1 then
        outcome := 'unknown';
        seq := null;
        return;
    end if;

    -- After the lock, so that a call that waited for its twin finds what it wrote.
    perform from lean.entry as e where e.wallet = p_wallet and e.key = p_key;
    if found then
        select 'replayed', e.seq, e.number into outcome, seq, number
        from lean.entry as e where e.wallet = p_wallet and e.key = p_key;
        return;
    end if;
    if v_frozen then
        outcome := 'frozen';
        seq := null;
        return;
    end if;

    v_at := clock_timestamp();
    v_day := (v_at at time zone 'Asia/Tokyo')::date;
    for v_lot in
        select l.id, l.balance
        from lean.lot as l
        join lean.shop_takes as t on t.shop = p_shop and t.emoney = l.emoney
        where l.wallet = p_wallet and l.balance > 0 and l.expiry > v_at
        order by l.expiry, l.balance, l.id
    loop
        v_lots := v_lots || v_lot.id;
        v_amounts := v_amounts || least(v_lot.balance, v_rest);
        v_rest := v_rest - least(v_lot.balance, v_rest);
        exit when v_rest = 0;
    end loop;
    if v_rest > 0 then
        outcome := 'insufficient';
        seq := null;
        return;
    end if;

    number := nextval('lean.number');
    v_hash := sha256(v_head || convert_to(concat_ws('|', p_wallet, seq, v_at, 'payment', p_shop,
        p_amount, p_key, number, v_lots, v_amounts), 'UTF8'));

    for i in 1 .. cardinality(v_lots) loop
        update lean.lot as l set balance = l.balance - v_amounts[i]
        where l.wallet = p_wallet and l.id = v_lots[i];
    end loop;

    insert into lean.entry (
        wallet, seq, at, kind, shop, amount, key, number, lots, amounts, hash)
    values (p_wallet, seq, v_at, 'payment', p_shop, p_amount, p_key, number, v_lots, v_amounts,
        v_hash);

    insert into lean.outbox (wallet, seq) values (p_wallet, seq);

    update lean.wallet as w
    set seq = pay.seq, head = v_hash, day = v_day,
        day_spent = p_amount + case when w.day = v_day then w.day_spent else 0 end
    where w.id = p_wallet;
    outcome := 'paid';
end
$$;
