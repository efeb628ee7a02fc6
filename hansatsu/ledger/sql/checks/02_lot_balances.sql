-- A lot's balance is the sum of its postings, between nothing and its face.
select format('lot %s of wallet %s: balance %s yen, postings sum to %s', coalesce(l.lot_id, p.lot_id),
    coalesce(l.wallet_id, p.wallet_id), l.balance, p.total)
from ledger.lot as l
full join (
    select wallet_id, lot_id, sum(amount) as total
    from ledger.posting where lot_id is not null group by wallet_id, lot_id
) as p on p.wallet_id = l.wallet_id and p.lot_id = l.lot_id
where l.balance is distinct from coalesce(p.total, 0) or l.balance not between 0 and l.face
