-- A lot's balance is the sum of its postings, between nothing and its face.
select format('lot %s of wallet %s: balance %s yen, postings sum to %s', coalesce(l.lot_id, p.lot_id),
    coalesce(l.wallet_id, p.wallet_id), l.balance, p.total)
from (
    select o.* from ledger.lot as o where o.wallet_id between :first and :last
) as l
full join (
    select e.wallet_id, o.ref as lot_id, sum(o.amount) as total
    from ledger.entry as e
    cross join lateral unnest(e.refs, e.amounts) as o (ref, amount)
    where e.wallet_id between :first and :last and o.ref > 0
    group by e.wallet_id, o.ref
) as p on p.wallet_id = l.wallet_id and p.lot_id = l.lot_id
where l.balance is distinct from coalesce(p.total, 0) or l.balance not between 0 and l.face
