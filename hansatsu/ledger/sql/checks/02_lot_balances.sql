-- A lot's balance is the sum of its postings, between nothing and its face.
select format('lot %s of wallet %s: balance %s yen, postings sum to %s', coalesce(l.lot_id, p.lot_id),
    coalesce(l.wallet_id, p.wallet_id), l.balance, p.total)
from (
    select o.* from ledger.lot as o where o.wallet_id between :first and :last
) as l
full join (
    select o.wallet_id, o.lot_id, sum(o.amount) as total
    from (
        select e.wallet_id, unnest(e.refs) as lot_id, unnest(e.amounts) as amount
        from ledger.entry as e
        where e.wallet_id between :first and :last
    ) as o
    where o.lot_id > 0
    group by o.wallet_id, o.lot_id
) as p on p.wallet_id = l.wallet_id and p.lot_id = l.lot_id
where l.balance is distinct from coalesce(p.total, 0) or l.balance not between 0 and l.face
