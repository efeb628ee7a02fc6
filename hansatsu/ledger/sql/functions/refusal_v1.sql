-- Why a payment is refused when its shop, limits or value say no. Kept apart from pay_set_v1
-- since only a refusal pays for it: not_accepted (the shop takes nothing, or nothing that is
-- alive here) · over_limit · expired (what the shop would take is dead, swept or not)
-- · insufficient.
create function ledger.refusal_v1(
    p_wallet_id bigint, p_shop_id integer, p_at timestamptz,
    p_over_limit boolean, p_available bigint, p_balance bigint
) returns text
language plpgsql stable as $$
begin
    if p_available = 0 and (p_balance > 0 or not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.valid_from <= p_at
            and (a.valid_until is null or a.valid_until > p_at)
    )) then
        return 'not_accepted';
    end if;
    if p_over_limit then
        return 'over_limit';
    end if;
    if p_available = 0 and exists (
        select from ledger.lot as l
        where l.wallet_id = p_wallet_id and l.expires_at <= p_at
            and (l.balance > 0 or l.swept_at is not null)
    ) then
        return 'expired';
    end if;
    return 'insufficient';
end
$$;

-- The same amounts with the other sign.
create function ledger.negated_v1(amounts bigint[]) returns bigint[]
language plpgsql immutable as $$
begin
    for i in 1 .. cardinality(amounts) loop
        amounts[i] := -amounts[i];
    end loop;
    return amounts;
end
$$;
