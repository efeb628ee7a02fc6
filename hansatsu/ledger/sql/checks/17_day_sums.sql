-- What a wallet counts for its daily limit is what its entries say: the last day (in Japan) on which
-- it paid, or a wallet that moved into it, and the yen of that day, less what was given back of them on
-- the day itself. `union` ends at a wallet that is said to have moved in a circle, which check 12 names.
with recursive moved as (
    select w.wallet_id, w.moved_to as into_wallet
    from ledger.wallet as w where w.moved_to is not null
    union
    select m.wallet_id, w.moved_to
    from moved as m join ledger.wallet as w on w.wallet_id = m.into_wallet
    where w.moved_to is not null
), paid as (
    select e.wallet_id, (e.at at time zone 'Asia/Tokyo')::date as day, -e.amount as spent
    from ledger.entry as e where e.kind = 'payment'
    union all
    select e.wallet_id, (e.at at time zone 'Asia/Tokyo')::date, -e.amount
    from ledger.entry as e
    join ledger.entry as p on p.number = e.refunded_number and p.kind = 'payment'
    where e.kind = 'refund'
        and (p.at at time zone 'Asia/Tokyo')::date = (e.at at time zone 'Asia/Tokyo')::date
), days as (
    select d.wallet_id, d.day, sum(d.spent) as spent from (
        select p.wallet_id, p.day, p.spent from paid as p
        union all
        select m.into_wallet, p.day, p.spent from paid as p join moved as m using (wallet_id)
    ) as d group by d.wallet_id, d.day
), last as (
    select distinct on (d.wallet_id) d.wallet_id, d.day, d.spent
    from days as d order by d.wallet_id, d.day desc
)
select format('wallet %s: it counts %s yen spent on %s, its entries say %s on %s', w.wallet_id,
    w.day_spent, w.day, coalesce(l.spent, 0), coalesce(l.day::text, 'no day'))
from ledger.wallet as w
left join last as l on l.wallet_id = w.wallet_id
where w.day <> coalesce(l.day, '-infinity') or w.day_spent <> coalesce(l.spent, 0)
