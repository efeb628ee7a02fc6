-- Version 2 of what setup_v1.sql has of wallets, devices and acceptance: ids are drawn, and the clock is
-- read, before the statement that writes them.

-- From now on the shop takes the emoney; nothing happens when it does already.
create function ledger.start_acceptance_v2(
    p_issuer_id integer, p_emoney_id integer, p_shop_id integer
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz;
begin
    perform 1 from ledger.shop as s where s.shop_id = p_shop_id for no key update;
    v_now := ledger.now();
    insert into ledger.acceptance (issuer_id, shop_id, emoney_id, valid_from)
    select p_issuer_id, p_shop_id, p_emoney_id, v_now
    where not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.emoney_id = p_emoney_id and a.valid_until is null);
end
$$;

-- New, empty wallets; the genesis of each chain. None when the issuer is not known.
create function ledger.open_wallets_v2(p_issuer_id integer, p_kind text, p_count integer)
returns setof bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz := ledger.now();
    v_wallets bigint[] := array(
        select nextval('ledger.wallet_wallet_id_seq') from generate_series(1, p_count));
begin
    return query
    insert into ledger.wallet (wallet_id, issuer_id, kind, head, last_at)
    overriding system value
    select m.wallet_id, i.issuer_id, p_kind, ledger.genesis_v1(i.issuer_id, m.wallet_id), v_now
    from unnest(v_wallets) as m (wallet_id)
    join ledger.issuer as i on i.issuer_id = p_issuer_id
    returning wallet.wallet_id;
end
$$;

-- Kill a device's codes, the ones on their way too: under its wallet's lock.
create function ledger.revoke_device_v2(p_issuer_id integer, p_device_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz;
begin
    perform ledger.lock_wallets_v1(array(
        select d.wallet_id from ledger.device as d
        where d.device_id = p_device_id and d.issuer_id = p_issuer_id));
    v_now := ledger.now();
    update ledger.device as d set revoked_at = coalesce(d.revoked_at, v_now)
    where d.device_id = p_device_id and d.issuer_id = p_issuer_id;
end
$$;
