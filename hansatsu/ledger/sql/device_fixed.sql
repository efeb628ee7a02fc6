-- A device makes codes for one wallet of one issuer for ever (lock_wallets_v1.sql counts on it): no
-- function gives it another, and nobody else may. Payments touch other columns, and pay nothing for it.
create function ledger.device_fixed_v1() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'the wallet of device % never changes', old.device_id
        using errcode = 'restrict_violation';
end
$$;

create trigger device_fixed before update of device_id, issuer_id, wallet_id on ledger.device
    for each row when (old.device_id <> new.device_id or old.issuer_id <> new.issuer_id
        or old.wallet_id <> new.wallet_id)
    execute function ledger.device_fixed_v1();
