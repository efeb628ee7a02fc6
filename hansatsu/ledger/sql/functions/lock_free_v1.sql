-- LOCKING WITHOUT WAITING, for sets: a set carries the payments of many tills, and none of them
-- may wait for a key, a wallet or a shop that somebody else holds. What is held is left out and
-- named; its payment then waits alone, for a time that is bounded (ADR 0100). The order is that of
-- lock_wallets_v1.

-- Claim the keys of a set. `claimed` says how many are now this transaction's, `busy` which (by
-- place) another transaction is about to take or to give back. There is no way to ask for a key
-- and not to wait, so the wait is short: all at once, and one by one when that was too long.
create function ledger.claim_free_v1(
    p_actors text[], p_keys text[], p_contents bytea[],
    out claimed integer, out busy integer[]
)
language plpgsql volatile set lock_timeout = '20ms' as $$
declare
    v_request record;
begin
    busy := '{}';
    begin
        insert into ledger.request (actor, key, operation, content)
        select r.actor, r.key, 'payment', r.content
        from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
        order by r.actor, r.key
        on conflict do nothing;
        get diagnostics claimed = row_count;
        return;
    exception when lock_not_available then
        claimed := 0;
    end;
    perform set_config('lock_timeout', '5ms', true);
    for v_request in
        select r.actor, r.key, r.content, r.place
        from unnest(p_actors, p_keys, p_contents) with ordinality as r (actor, key, content, place)
        order by r.actor, r.key
    loop
        begin
            insert into ledger.request (actor, key, operation, content)
            values (v_request.actor, v_request.key, 'payment', v_request.content)
            on conflict do nothing;
            if found then
                claimed := claimed + 1;
            end if;
        exception when lock_not_available then
            busy := busy || v_request.place::integer;
        end;
    end loop;
end
$$;

-- Lock those of some wallets that nobody else has; returns them.
create function ledger.lock_free_wallets_v1(p_wallets bigint[]) returns bigint[]
language plpgsql volatile as $$
declare
    v_locked bigint[];
begin
    select coalesce(array_agg(f.wallet_id), '{}') into v_locked
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id = any (p_wallets)
        order by w.wallet_id
        for no key update skip locked
    ) as f;
    return v_locked;
end
$$;

-- Share the locks of those of some shops that nobody has to himself; returns the others.
create function ledger.lock_free_shops_v1(p_shops integer[]) returns integer[]
language plpgsql volatile as $$
declare
    v_busy integer[];
begin
    select coalesce(array_agg(s.shop_id), '{}') into v_busy
    from (select distinct o.shop_id from unnest(p_shops) as o (shop_id) order by 1) as s
    where not pg_try_advisory_xact_lock_shared(72617, s.shop_id);
    return v_busy;
end
$$;
