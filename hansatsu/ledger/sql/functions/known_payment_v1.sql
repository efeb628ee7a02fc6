-- What stands under a key that was known, for a payment that came with it: replayed (same key and
-- content: the stored success, whole) · key_conflict · cancelled. `wallet_id` and `amount` of one that is
-- not replayed are those that it came with.
create function ledger.known_payment_v1(
    p_actor text, p_key text, p_content bytea, p_wallet bigint, p_amount bigint,
    out outcome text, out wallet_id bigint, out seq bigint, out number text, out at timestamptz,
    out amount bigint, out refs bigint[], out emoneys bigint[], out amounts bigint[], out codes text[]
)
-- Volatile, so that it sees what was committed while its caller waited for the key.
language plpgsql volatile as $$
declare
    v_request ledger.request;
begin
    wallet_id := p_wallet;
    amount := p_amount;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.cancelled then
        outcome := 'cancelled';
    elsif v_request.operation <> 'payment' or v_request.content <> p_content then
        outcome := 'key_conflict';
    else
        outcome := 'replayed';
        wallet_id := v_request.wallet_id;
        seq := v_request.seq;
        select e.number, e.at, -e.amount,
            e.refs[: cardinality(e.refs) / 2], e.emoneys[: cardinality(e.refs) / 2],
            e.amounts[cardinality(e.refs) / 2 + 1 :]
        into strict number, at, amount, refs, emoneys, amounts
        from ledger.entry as e
        where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq;
        codes := ledger.lot_codes_v1(wallet_id, refs);
    end if;
end
$$;
