-- Refunds of a payment give back no more than it took, lot by lot.
with used as (
    select p.number, l.root_lot, -sum(p.amount) as amount
    from ledger.posting as p
    join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
    where p.kind = 'payment' group by p.number, l.root_lot
), returned as (
    select e.refunded_number as number, coalesce(o.root_lot, l.root_lot) as root_lot,
        sum(p.amount) as amount
    from ledger.entry as e
    join ledger.posting as p on p.wallet_id = e.wallet_id and p.seq = e.seq
    join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
    -- A lot that the refund made itself (grace) stands for the dead one it replaced.
    left join ledger.lot as o on l.made_seq = p.seq
        and o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
    where e.kind = 'refund' group by 1, 2
)
select format('payment %s: %s yen refunded to lot %s, %s used', r.number, r.amount, r.root_lot,
    coalesce(u.amount, 0))
from returned as r
left join used as u on u.number = r.number and u.root_lot = r.root_lot
where r.amount > coalesce(u.amount, 0)
