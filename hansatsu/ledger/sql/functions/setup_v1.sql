-- Who and what the ledger must know: issuers, their emoneys, shops, acceptance and wallets.

-- A demo issuer may be played with, so it exists only where no real value can.
create function ledger.open_issuer_v1(
    p_issuer_id integer, p_mode text, p_payment_prefix text, p_max_payment bigint,
    p_max_day bigint, p_max_holding bigint, p_refund_grace_days integer
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if p_mode = 'demo' and exists (select from ledger.birth as b where b.kind = 'live') then
        raise exception 'a demo issuer cannot be made in a database that was born live';
    end if;
    insert into ledger.issuer (
        issuer_id, mode, payment_prefix, max_payment, max_day, max_holding, refund_grace_days)
    values (p_issuer_id, p_mode, p_payment_prefix, p_max_payment, p_max_day, p_max_holding,
        p_refund_grace_days);
end
$$;

create function ledger.set_limits_v1(
    p_issuer_id integer, p_max_payment bigint, p_max_day bigint, p_max_holding bigint
) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    update ledger.issuer
    set max_payment = p_max_payment, max_day = p_max_day, max_holding = p_max_holding
    where issuer_id = p_issuer_id;
end;

create function ledger.open_emoney_v1(p_issuer_id integer, p_emoney_id integer) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into ledger.emoney (emoney_id, issuer_id) values (p_emoney_id, p_issuer_id);
end;

create function ledger.open_shop_v1(p_issuer_id integer, p_shop_id integer) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into ledger.shop (shop_id, issuer_id) values (p_shop_id, p_issuer_id);
end;

-- From now on the shop takes the emoney; nothing happens when it does already.
create function ledger.start_acceptance_v1(
    p_issuer_id integer, p_emoney_id integer, p_shop_id integer
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform 1 from ledger.shop as s where s.shop_id = p_shop_id for no key update;
    insert into ledger.acceptance (issuer_id, shop_id, emoney_id, valid_from)
    select p_issuer_id, p_shop_id, p_emoney_id, ledger.now()
    where not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.emoney_id = p_emoney_id and a.valid_until is null);
end
$$;

-- From now on the shop takes the emoney no more. Waits for payments there that are under way;
-- the clock is read after that, and payments that come now wait for the commit.
create function ledger.stop_acceptance_v1(
    p_issuer_id integer, p_emoney_id integer, p_shop_id integer
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform ledger.lock_shop_alone_v1(p_shop_id);
    update ledger.acceptance set valid_until = greatest(ledger.now(), valid_from)
    where issuer_id = p_issuer_id and shop_id = p_shop_id and emoney_id = p_emoney_id
        and valid_until is null;
end
$$;

-- New, empty wallets; the genesis of each chain.
create function ledger.open_wallets_v1(p_issuer_id integer, p_kind text, p_count integer)
returns setof bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    with made as materialized (
        select nextval('ledger.wallet_wallet_id_seq') + 0 * g as wallet_id
        from generate_series(1, p_count) as g
    )
    insert into ledger.wallet (wallet_id, issuer_id, kind, head, last_at)
    overriding system value
    select m.wallet_id, i.issuer_id, p_kind, ledger.genesis_v1(i.issuer_id, m.wallet_id),
        ledger.now()
    from made as m join ledger.issuer as i on i.issuer_id = p_issuer_id
    returning wallet_id;
end;

-- A device that will make pay codes for a wallet of its issuer.
create function ledger.open_device_v1(
    p_issuer_id integer, p_wallet_id bigint, p_device_id bigint
) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into ledger.device (device_id, issuer_id, wallet_id)
    select p_device_id, w.issuer_id, w.wallet_id
    from ledger.wallet as w
    where w.wallet_id = p_wallet_id and w.issuer_id = p_issuer_id;
end;

-- Kill a device's codes, the ones on their way too: under its wallet's lock.
create function ledger.revoke_device_v1(p_issuer_id integer, p_device_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform ledger.lock_wallets_v1(array(
        select d.wallet_id from ledger.device as d
        where d.device_id = p_device_id and d.issuer_id = p_issuer_id));
    update ledger.device set revoked_at = coalesce(revoked_at, ledger.now())
    where device_id = p_device_id and issuer_id = p_issuer_id;
end
$$;
