-- HOW A SET OF PAYMENTS BEGINS: its wallets are locked, ascending, and its keys claimed under the
-- locks, each with the wallet and the seq that its payment will have: so a request is written
-- once, whole. A refusal gives its key back. The arrays are parallel; keys and wallets are distinct.

-- Waits for what others hold. `claimed` are the wallets whose keys are this transaction's now; the
-- keys of the others are known.
create function ledger.claim_payments_v1(
    p_actors text[], p_keys text[], p_contents bytea[], p_wallets bigint[], out claimed bigint[]
)
language plpgsql volatile as $$
declare
    v_claimed bigint;
begin
    claimed := '{}';
    -- As lock_wallets_v1: a payment alone pays for each function that is called.
    perform from ledger.wallet as w where w.wallet_id = any (p_wallets)
    order by w.wallet_id for no key update;
    for i in 1 .. cardinality(p_keys) loop
        -- What stands under the key tells, never how many rows an insert says it wrote.
        insert into ledger.request (actor, key, operation, content, wallet_id, seq)
        select p_actors[i], p_keys[i], 'payment', p_contents[i], p_wallets[i], (
            select w.seq + 1 from ledger.wallet as w where w.wallet_id = p_wallets[i])
        on conflict do nothing
        returning request.wallet_id into v_claimed;
        if v_claimed is not null then
            claimed := claimed || v_claimed;
        end if;
    end loop;
end
$$;

-- Waits for nobody (ADR 0100): `locked` are the wallets that nobody else had. Keys cannot be
-- skipped, so the wait for them is short: all at once, and one by one when that was too long or when
-- one of them is known. `busy` are the wallets whose keys another transaction is about to take or
-- to give back.
create function ledger.claim_free_payments_v1(
    p_actors text[], p_keys text[], p_contents bytea[], p_wallets bigint[],
    out locked bigint[], out claimed bigint[], out busy bigint[]
)
language plpgsql volatile set lock_timeout = '20ms' as $$
declare
    v_request record;
    v_claimed bigint;
begin
    busy := '{}';
    begin
        -- One statement locks and writes, and reads nothing but what it has locked.
        with free as materialized (
            select w.wallet_id, w.seq from ledger.wallet as w
            where w.wallet_id = any (p_wallets)
            order by w.wallet_id
            for no key update skip locked
        ), claim as (
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            select r.actor, r.key, 'payment', r.content, r.wallet_id, f.seq + 1
            from unnest(p_actors, p_keys, p_contents, p_wallets)
                as r (actor, key, content, wallet_id)
            left join free as f on f.wallet_id = r.wallet_id
            order by r.actor, r.key
            returning request.wallet_id
        )
        select array(select f.wallet_id from free as f), array(select c.wallet_id from claim as c)
        into locked, claimed;
        return;
    exception when unique_violation or lock_not_available then
        claimed := '{}';
    end;
    locked := ledger.lock_free_wallets_v1(p_wallets);
    perform set_config('lock_timeout', '5ms', true);
    for v_request in
        select r.actor, r.key, r.content, r.wallet_id, w.seq + 1 as seq
        from unnest(p_actors, p_keys, p_contents, p_wallets) as r (actor, key, content, wallet_id)
        left join ledger.wallet as w on w.wallet_id = r.wallet_id
        order by r.actor, r.key
    loop
        begin
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            values (v_request.actor, v_request.key, 'payment', v_request.content,
                v_request.wallet_id, v_request.seq)
            on conflict do nothing
            returning request.wallet_id into v_claimed;
            if v_claimed is not null then
                claimed := claimed || v_claimed;
            end if;
        exception when lock_not_available then
            busy := busy || v_request.wallet_id;
        end;
    end loop;
end
$$;
