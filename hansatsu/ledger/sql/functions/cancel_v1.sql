-- Settle a request whose outcome its caller does not know. Nothing had happened: leave a
-- tombstone that a late first attempt meets ('cancelled'). It had succeeded: say where ('done'),
-- changing nothing. Waits for an attempt that is under way, so the answer is final.
create function ledger.cancel_v1(
    p_actor text, p_key text, out outcome text, out wallet_id bigint, out seq bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    if found then
        outcome := 'cancelled';
        return;
    end if;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    outcome := case when v_request.cancelled then 'cancelled' else 'done' end;
    wallet_id := v_request.wallet_id;
    seq := v_request.seq;
end
$$;
