-- THE SPEND RULE (guide: ①有効期限が短い ②残高が少ない の順). Every living lot of a wallet at
-- `p_at`, in spend order: the soonest expiry first (none last), then the smallest balance,
-- then the oldest. `accepted` says whether the shop takes it then, `take` how many of
-- `p_amount` yen it would give; the takes sum to less than p_amount when value is short.
-- Payments and previews both ask here, so the rule stands once.
create function ledger.spend_plan_v1(
    p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_at timestamptz
) returns table (
    place bigint, lot_id bigint, emoney_id integer, balance bigint, accepted boolean, take bigint
)
language sql stable
begin atomic
    select
        row_number() over spend_order, l.lot_id, l.emoney_id, l.balance, l.accepted,
        case when l.accepted then
            greatest(0, least(l.balance, p_amount + l.balance - (
                sum(l.balance) filter (where l.accepted) over spend_order)))
        else 0 end::bigint
    from (
        select
            o.lot_id, o.emoney_id, o.balance, o.expires_at,
            exists (
                select from ledger.acceptance as a
                where a.shop_id = p_shop_id and a.emoney_id = o.emoney_id
                    and a.valid_from <= p_at
                    and (a.valid_until is null or a.valid_until > p_at)
            ) as accepted
        from ledger.lot as o
        where o.wallet_id = p_wallet_id and o.balance > 0
            and (o.expires_at is null or o.expires_at > p_at)
    ) as l
    window spend_order as (
        order by l.expires_at nulls last, l.balance, l.lot_id rows unbounded preceding
    )
    order by 1;
end;
