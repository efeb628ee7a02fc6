-- A PAYMENT ALONE: decides and writes one payment in one round trip and one transaction, by the rules
-- and with the outcomes of a payment in a set (pay_set_v4; decide_payment_v1, purse_v1, take_v1). To
-- start the statements of a set takes longer than all that is done here.
--
-- `p_free` does not wait for what somebody else holds (try_again), or for its key only 20 ms.
create function ledger.pay_alone_v1(
    p_actor text, p_key text, p_content bytea, p_issuer integer, p_shop integer, p_wallet bigint,
    p_amount bigint, p_device bigint, p_step bigint, p_note text, p_once boolean, p_free boolean,
    out outcome text, out wallet_id bigint, out seq bigint, out number text, out at timestamptz,
    out amount bigint, out refs bigint[], out emoneys bigint[], out amounts bigint[],
    out codes text[], out balance bigint, out available bigint
)
-- Planned once, for tables that are large, even when the first call meets empty ones: planning
-- anew costs more than the payment.
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
declare
    v_wallet ledger.wallet;
    v_claimed boolean;
    v_held boolean := true;
    v_key_busy boolean := false;
    v_shop boolean;
    v_now timestamptz;
    v_today date;
    v_spent bigint;
    v_prefix text;
    v_max_payment bigint;
    v_max_day bigint;
    v_last_step bigint;
    v_balances bigint[];
    v_takes bigint[];
    v_lot bigint;
    v_take bigint;
    v_salt bytea;
    v_entry ledger.entry;
begin
    wallet_id := p_wallet;
    amount := p_amount;
    if p_free then
        perform set_config('lock_timeout', '20ms', true);
        select w.* into v_wallet from ledger.wallet as w
        where w.wallet_id = p_wallet and w.issuer_id = p_issuer for no key update skip locked;
        if v_wallet.wallet_id is null then
            select w.* into v_wallet from ledger.wallet as w
            where w.wallet_id = p_wallet and w.issuer_id = p_issuer;
            v_held := v_wallet.wallet_id is null;
        end if;
        begin
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            values (p_actor, p_key, 'payment', p_content, p_wallet, v_wallet.seq + 1)
            on conflict do nothing
            returning true into v_claimed;
        exception when lock_not_available then
            v_key_busy := true;
        end;
    else
        select w.* into v_wallet from ledger.wallet as w
        where w.wallet_id = p_wallet and w.issuer_id = p_issuer for no key update;
        -- Under the wallet's lock (claim_payments_v1), with the seq that the payment will have.
        insert into ledger.request (actor, key, operation, content, wallet_id, seq)
        values (p_actor, p_key, 'payment', p_content, p_wallet, v_wallet.seq + 1)
        on conflict do nothing
        returning true into v_claimed;
    end if;
    -- Sharing is what a shop mostly grants: ask before beginning to wait.
    if not pg_try_advisory_xact_lock_shared(72617, p_shop) then
        if p_free then
            v_held := false;
        else
            perform ledger.lock_shops_v1(array[p_shop]);
        end if;
    end if;
    v_now := ledger.now();

    -- All is locked; what is read now is what counts.
    select t.at, t.today, n.payment_prefix, n.max_payment, n.max_day, d.last_step,
        p.lots, p.emoneys, p.balances, p.codes, p.balance, p.available
    into at, v_today, v_prefix, v_max_payment, v_max_day, v_last_step,
        refs, emoneys, v_balances, codes, balance, available
    from ledger.issuer as n
    left join ledger.device as d
        on d.device_id = p_device and d.wallet_id = p_wallet and d.revoked_at is null
    cross join lateral (
        -- The rule of time_of_v1, by one reading of the clock.
        select greatest(v_now, v_wallet.last_at, n.closed_until) as at,
            (greatest(v_now, v_wallet.last_at, n.closed_until)
                at time zone 'Asia/Tokyo')::date as today
    ) as t
    cross join lateral ledger.purse_v1(p_wallet, p_shop, t.at) as p
    where n.issuer_id = p_issuer;
    v_spent := case when v_wallet.day = v_today then v_wallet.day_spent else 0 end;
    v_shop := refs is not null;
    if not v_shop then
        select exists (
            select from ledger.shop as s where s.shop_id = p_shop and s.issuer_id = p_issuer
        ) into v_shop;
    end if;
    if p_once and p_note is not null and v_wallet.last_at > at - interval '1 hour' then
        select s.number into number
        from ledger.same_payment_v2(p_wallet, p_shop, p_amount, p_note, at) as s;
    end if;
    outcome := ledger.decide_payment_v1(
        v_claimed, v_wallet.wallet_id is not null, v_shop, v_held,
        p_device is null or v_last_step is not null, p_amount, v_now, v_wallet.last_at, at,
        p_step, v_last_step, number, v_wallet.state, v_max_payment, v_max_day, v_spent,
        p_wallet, p_shop, available, balance);

    if outcome is not null then
        refs := null; emoneys := null; codes := null;
        if outcome not in ('over_limit', 'not_accepted', 'expired', 'insufficient') then
            balance := null; available := null;
        end if;
        if outcome = 'known' and v_key_busy then
            -- The key is another transaction's, so it is not given back here.
            outcome := 'try_again';
        elsif outcome = 'known' then
            select k.outcome, k.wallet_id, k.seq, k.number, k.at, k.amount, k.refs, k.emoneys,
                k.amounts, k.codes
            into outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts, codes
            from ledger.known_payment_v1(p_actor, p_key, p_content, p_wallet, p_amount) as k;
        else
            delete from ledger.request as r where r.actor = p_actor and r.key = p_key;
        end if;
        return;
    end if;

    v_takes := ledger.take_v1(v_balances, p_amount);
    outcome := 'paid';
    seq := v_wallet.seq + 1;
    number := v_prefix || to_char(v_today, 'YYYYMMDD')
        || lpad(nextval('ledger.payment_number')::text, 12, '0');
    refs := refs[: cardinality(v_takes) / 2];
    emoneys := emoneys[: cardinality(refs)];
    codes := codes[: cardinality(refs)];
    amounts := v_takes[cardinality(refs) + 1 :];
    balance := balance - p_amount;
    available := available - p_amount;
    v_entry := (p_wallet, seq, p_issuer, 'payment', p_shop, at, -p_amount, p_device, p_step,
        number, null, p_actor, p_content, null,
        refs || array_fill(-1::bigint, array[cardinality(refs)]), emoneys || emoneys, v_takes, null);
    if p_note is not null then
        v_salt := uuid_send(gen_random_uuid());
        v_entry.note_hash := ledger.note_hash_v1(v_salt, p_note);
        insert into ledger.note (wallet_id, seq, issuer_id, salt, text)
        values (p_wallet, v_entry.seq, p_issuer, v_salt, p_note);
    end if;
    v_entry.hash := sha256(v_wallet.head || ledger.canonical_v2(v_entry, null));

    for i in 1 .. cardinality(refs) loop
        v_lot := refs[i];
        v_take := v_takes[i];
        update ledger.lot as l set balance = l.balance + v_take
        where l.wallet_id = p_wallet and l.lot_id = v_lot;
    end loop;
    insert into ledger.entry select v_entry.*;
    insert into ledger.outbox (wallet_id, seq) values (p_wallet, v_entry.seq);
    update ledger.wallet as w
    set seq = v_entry.seq, head = v_entry.hash, last_at = v_entry.at, day = v_today,
        day_spent = v_spent + p_amount
    where w.wallet_id = p_wallet;
    if p_step is not null then
        update ledger.device as d set last_step = p_step where d.device_id = p_device;
    end if;
end
$$;
