-- Refunds of a payment give back no more than it took, lot by lot.
select format('payment %s: %s yen refunded to lot %s, %s used', b.number, sum(b.returned), b.root_lot,
    sum(b.used))
from (
    select e.refunded_number as number, coalesce(o.root_lot, l.root_lot) as root_lot,
        p.amount as returned, 0 as used
    from ledger.entry as e
    cross join lateral unnest(e.refs, e.amounts) as p (ref, amount)
    join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = p.ref
    -- A lot that the refund made itself (grace) stands for the dead one of its wallet that it
    -- replaced.
    left join ledger.lot as o on l.made_seq = e.seq and o.wallet_id = e.wallet_id
        and o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
    where e.kind = 'refund'
    union all
    select e.number, l.root_lot, 0, -p.amount
    from ledger.entry as e
    cross join lateral unnest(e.refs, e.amounts) as p (ref, amount)
    join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = p.ref
    where e.kind = 'payment' and e.number in (
        select r.refunded_number from ledger.entry as r where r.kind = 'refund')
) as b
group by b.number, b.root_lot
having sum(b.returned) > sum(b.used)
