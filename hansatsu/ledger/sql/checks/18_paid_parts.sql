-- What was paid for a lot is known a day after it was made, and follows from the lot that it took over:
-- a successor in another wallet has all of it, a lot of grace its share. (That it is within the face is
-- the table's own; what an order's lots must have: 24_paid_by_orders.sql.)
select format('lot %s of wallet %s: what was paid for it is not known', l.lot_id, l.wallet_id)
from ledger.lot as l
where l.wallet_id between :first and :last and l.paid is null
    and l.registered_at < (select ledger.now() - interval '1 day')
union all
select format('lot %s of wallet %s: %s yen were paid for it, and %s of %s for lot %s that it took over',
    l.lot_id, l.wallet_id, l.paid, o.paid, o.face, o.lot_id)
from (
    select n.* from ledger.lot as n
    where n.wallet_id between :first and :last and n.origin_lot is not null
) as l
join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
where l.paid <> case when o.wallet_id <> l.wallet_id then o.paid else l.face * o.paid / o.face end
union all
select format('lot %s of wallet %s: %s yen were paid for a correction', l.lot_id, l.wallet_id, l.paid)
from ledger.lot as l
join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq
where l.wallet_id between :first and :last and e.wallet_id between :first and :last
    and l.paid <> 0 and e.kind = 'correction'
