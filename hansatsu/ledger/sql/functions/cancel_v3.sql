-- Settle a request whose outcome its caller does not know, version 3: version 2, where what stands
-- under the key decides. Nothing had happened: leave a tombstone that a late first attempt meets
-- ('cancelled'). It had succeeded: say where ('done'), changing nothing. It was a payment that had
-- succeeded and that cancel_payment_v2 gave back: say where ('given_back'). Waits for an attempt that
-- is under way, so the answer is final; a wait that ends by `lock_timeout` is an error and settles
-- nothing.
create function ledger.cancel_v3(
    p_actor text, p_key text, out outcome text, out wallet_id bigint, out seq bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    outcome := case
        when not v_request.cancelled then 'done'
        when v_request.seq is null then 'cancelled'
        else 'given_back'
    end;
    wallet_id := v_request.wallet_id;
    seq := v_request.seq;
end
$$;
