-- Postings of an entry sum to zero per emoney, and value in transit arrives.
-- (Arrays are unfolded in the select list: as a table each is put aside before it is read. ADR 0266)
select format('entry %s/%s: postings of emoney %s sum to %s yen', e.wallet_id, e.seq, s.emoney_id,
    s.total)
from ledger.entry as e
cross join lateral (
    select p.emoney_id, sum(p.amount) as total
    from (select unnest(e.emoneys), unnest(e.amounts)) as p (emoney_id, amount)
    group by p.emoney_id
    having sum(p.amount) <> 0
) as s
where e.wallet_id between :first and :last
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
    select coalesce(sum(p.amount) filter (where p.ref > 0), 0) as moved
    from (select unnest(e.refs), unnest(e.amounts)) as p (ref, amount)
) as s
where e.wallet_id between :first and :last and e.amount <> s.moved
