-- WHETHER A PAYMENT IS MADE, by what was read after its locks: null when it is, or why not, the
-- first that applies. It stands once, and is inlined where a payment alone and where those of a set
-- are decided.
--
-- `p_claimed`, its key was new; `p_wallet`, `p_shop` and `p_device`, they are its issuer's (no
-- device is a good one); `p_held`, all that it needs is locked. `p_first` is the 決済ID of the
-- payment that it would repeat (same_payment_v2), `p_spent` what the wallet has paid on the day of `p_at`.
create function ledger.decide_payment_v1(
    p_claimed boolean, p_wallet boolean, p_shop boolean, p_held boolean, p_device boolean,
    p_amount bigint, p_now timestamptz, p_last_at timestamptz, p_at timestamptz,
    p_step bigint, p_last_step bigint, p_first text, p_state text,
    p_max_payment bigint, p_max_day bigint, p_spent bigint,
    p_wallet_id bigint, p_shop_id integer, p_available bigint, p_balance bigint
) returns text
language sql stable
return case
    when p_claimed is not true then 'known'
    when not p_wallet or p_amount < 1 or not p_shop then 'unknown'
    when p_held is not true then 'try_again'
    when not p_device then 'unknown'
    when p_last_at > p_now + interval '1 minute' then 'try_again'
    -- A pay code lives from its 30 s step's start for 300 s, and is spent once. It may be two
    -- steps ahead, for payments in a row; a later one is nobody's.
    when p_at < to_timestamp((p_step - 2) * 30) then 'unknown'
    when p_first is not null then 'duplicate_reference'
    when p_at >= to_timestamp(p_step * 30 + 300) then 'code_expired'
    when p_step <= p_last_step then 'code_used'
    when p_state <> 'open' then 'frozen'
    when p_amount > p_max_payment or p_amount + p_spent > p_max_day
        then ledger.refusal_v1(p_wallet_id, p_shop_id, p_at, true, p_available, p_balance)
    when p_available < p_amount
        then ledger.refusal_v1(p_wallet_id, p_shop_id, p_at, false, p_available, p_balance)
end;
