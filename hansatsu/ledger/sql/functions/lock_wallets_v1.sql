-- THE LOCK ORDER of the ledger stands here. Every function that changes value
--   1. claims its idempotency keys, ordered by (actor, key) (claim_v2 …); payments do that after 2,
--      with the seq that they will have (claim_payments_v1, pay_alone_v1, ADR 0262)
--   2. locks all its wallets with lock_wallets_v1, ascending by id
--   3. payments only: shares their shops' locks (lock_shops_v1), ascending, so that a shop that
--      stops taking an emoney waits for payments under way, and later ones see it
--   4. reads the clock (time_of_v1), and only then reads lots, devices, acceptance: in later
--      statements, since one that locks and reads sees the snapshot from before its wait.
-- A lot or device belongs to one wallet for ever and is only changed under that wallet's lock,
-- so it needs none of its own.
create function ledger.lock_wallets_v1(p_wallets bigint[]) returns void
language plpgsql volatile as $$
begin
    perform 1 from ledger.wallet as w
    where w.wallet_id = any (p_wallets)
    order by w.wallet_id
    for no key update;
end
$$;

-- Share the locks of the shops of some payments; in memory only, so a busy shop is no hot row.
create function ledger.lock_shops_v1(p_shops integer[]) returns void
language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(72617, s.shop_id)
    from (select distinct o.shop_id from unnest(p_shops) as o (shop_id) order by 1) as s;
end
$$;

-- Have a shop to oneself: payments there under way have ended, later ones wait for our commit.
create function ledger.lock_shop_alone_v1(p_shop_id integer) returns void
language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(72617, p_shop_id);
end
$$;

-- The time of what is about to be written to a locked wallet: the clock, but never before the
-- wallet's last entry nor inside books that are closed.
create function ledger.time_of_v1(p_last_at timestamptz, p_closed_until timestamptz)
returns timestamptz
language sql volatile
return greatest(ledger.now(), p_last_at, p_closed_until);
