-- Postings of an entry sum to zero per emoney, and value in transit arrives.
select format('entry %s/%s: postings of emoney %s sum to %s yen', e.wallet_id, e.seq, p.emoney_id,
    sum(p.amount))
from ledger.entry as e
cross join lateral unnest(e.emoneys, e.amounts) as p (emoney_id, amount)
where e.wallet_id between :first and :last
group by e.wallet_id, e.seq, p.emoney_id
having sum(p.amount) <> 0
union all
select format('emoney %s: %s yen are in transit', p.emoney_id, sum(p.amount))
from ledger.entry as e
cross join lateral unnest(e.refs, e.emoneys, e.amounts) as p (ref, emoney_id, amount)
where :once and -4 = any (e.refs) and p.ref = -4
group by p.emoney_id
having sum(p.amount) <> 0
union all
-- An entry's amount is what its lots gained or lost.
select format('entry %s/%s: amount %s, but its lots moved by %s yen', e.wallet_id, e.seq, e.amount,
    s.moved)
from ledger.entry as e
cross join lateral (
    select coalesce(sum(p.amount), 0) as moved
    from unnest(e.refs, e.amounts) as p (ref, amount) where p.ref > 0
) as s
where e.wallet_id between :first and :last and e.amount <> s.moved
