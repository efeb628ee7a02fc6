-- The newest payment that a wallet has made like another one: the same yen at the same shop with the
-- same note within the hour before `p_at`, and not all of it was given back; no row when there is none. A
-- note that was erased is like none. Asked with the wallet locked. Inlined into the statement that asks.
--
-- Reads the wallet's newest entries, as many as the hour has and one: the count of those before the
-- hour ends the scan (a run condition of the window).
create function ledger.same_payment_v2(
    p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_note text, p_at timestamptz
) returns table (number text)
language sql stable
begin atomic
    select r.number
    from (
        select e.seq, e.kind, e.shop_id, e.amount, e.number,
            count(*) filter (where e.at <= p_at - interval '1 hour')
                over (order by e.seq desc rows unbounded preceding) as before
        from ledger.entry as e
        where e.wallet_id = p_wallet_id
    ) as r
    where r.before < 1 and r.kind = 'payment' and r.shop_id = p_shop_id and r.amount = -p_amount
        and exists (
            select from ledger.note as n
            where n.wallet_id = p_wallet_id and n.seq = r.seq and n.text = p_note)
        and ledger.refunded_v1(r.number) < p_amount
    order by r.seq desc
    limit 1;
end;
