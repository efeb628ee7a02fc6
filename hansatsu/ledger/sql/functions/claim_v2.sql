-- Claim an idempotency key for one operation, before anything is locked, version 2. Returns 'new' when
-- the key is now this transaction's, 'replayed' with the wallet and seq of the earlier success,
-- 'key_conflict' for another content, 'cancelled' for a tombstone. A concurrent transaction with the
-- same key is waited for: the answer is never 'in progress'.
--
-- Over version 1: what stands under the key decides, never how many rows the insert says it wrote. A
-- row that is neither a success nor cancelled is this transaction's own claim: others commit none
-- (keep_claim_v2, drop_claim_v2; sql/checks/06_requests_answered.sql).
create function ledger.claim_v2(
    p_actor text, p_key text, p_operation text, p_content bytea,
    out state text, out wallet_id bigint, out seq bigint
)
language plpgsql volatile as $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content)
    values (p_actor, p_key, p_operation, p_content)
    on conflict do nothing;
    -- A statement of its own: only this one sees what the insert waited for.
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.operation <> p_operation or v_request.content <> p_content then
        if v_request.cancelled and v_request.operation = 'cancel' then
            state := 'cancelled';
        else
            state := 'key_conflict';
        end if;
    elsif v_request.seq is null and not v_request.cancelled then
        state := 'new';
    else
        state := 'replayed';
        wallet_id := v_request.wallet_id;
        seq := v_request.seq;
    end if;
end
$$;

-- A success is kept under its key for ever; a refusal gives the key back.
create function ledger.keep_claim_v2(
    p_actor text, p_key text, p_wallet_id bigint, p_seq bigint
) returns void
language plpgsql volatile as $$
begin
    update ledger.request as r set wallet_id = p_wallet_id, seq = p_seq
    where r.actor = p_actor and r.key = p_key;
end
$$;

create function ledger.drop_claim_v2(p_actor text, p_key text) returns void
language plpgsql volatile as $$
begin
    delete from ledger.request as r where r.actor = p_actor and r.key = p_key;
end
$$;
