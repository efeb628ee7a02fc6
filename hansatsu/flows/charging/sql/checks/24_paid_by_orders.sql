-- What was paid for the lots of an order is its price together (all faces, when that is less), each lot
-- its share of it: as much as its face has of all, the rest with the last lots. For all other lots that
-- were issued nothing was paid.
with issued as (
    select l.wallet_id, l.made_seq as seq, e.actor, sum(l.face) as face, sum(l.paid) as paid
    from ledger.lot as l
    join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq and e.kind = 'issue'
    group by l.wallet_id, l.made_seq, e.actor
    having bool_and(l.paid is not null)
), priced as (
    select i.*, o.number, case when o.id is null then 0 else least(o.price, i.face) end as price
    from issued as i
    left join charging_order as o on i.actor = 'order:' || o.id
)
select format('entry %s/%s (%s): %s yen were paid for its lots, and should be %s', p.wallet_id, p.seq,
    coalesce(p.number, p.actor), p.paid, p.price)
from priced as p where p.paid <> p.price
union all
select format('lot %s of wallet %s: %s yen were paid for it, less than its share of order %s',
    l.lot_id, l.wallet_id, l.paid, p.number)
from priced as p
join ledger.lot as l on l.wallet_id = p.wallet_id and l.made_seq = p.seq
where l.paid < div(p.price * l.face, p.face)
