-- Keep that a payment has waited in vain, and forget what was long ago.
create function ledger.note_hang_v1(p_actor text, p_key text, p_wallet_id bigint) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    delete from ledger.hang where at < clock_timestamp() - interval '1 hour';
    insert into ledger.hang (actor, key, wallet_id, at)
    values (p_actor, p_key, p_wallet_id, clock_timestamp())
    on conflict (actor, key) do update set at = excluded.at;
end;
