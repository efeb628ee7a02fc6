-- Postings of an entry sum to zero per emoney, and value in transit arrives.
select format('entry %s/%s: postings of emoney %s sum to %s yen', p.wallet_id, p.seq, p.emoney_id,
    sum(p.amount))
from ledger.posting as p
group by p.wallet_id, p.seq, p.emoney_id
having sum(p.amount) <> 0
union all
select format('emoney %s: %s yen are in transit', p.emoney_id, sum(p.amount))
from ledger.posting as p
where p.account_id = -4
group by p.emoney_id
having sum(p.amount) <> 0
union all
-- An entry's amount is what its lots gained or lost.
select format('entry %s/%s: amount %s, but its lots moved by %s yen', e.wallet_id, e.seq, e.amount,
    coalesce(s.moved, 0))
from ledger.entry as e
left join (
    select p.wallet_id, p.seq, sum(p.amount) as moved from ledger.posting as p
    where p.lot_id is not null group by p.wallet_id, p.seq
) as s on s.wallet_id = e.wallet_id and s.seq = e.seq
where e.amount <> coalesce(s.moved, 0)
