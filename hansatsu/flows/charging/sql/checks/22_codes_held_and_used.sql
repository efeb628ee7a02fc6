-- A purchase code is held iff an order has it, and its used units are those of its charged orders.
select format('purchase code %s: it is %s, and %s open orders have it', c.id, c.state,
    count(o.id) filter (where o.state in ('held', 'confirmed', 'awaiting', 'paid')))
from programs_purchasecode as c
left join charging_order as o on o.purchase_code_id = c.id
group by c.id, c.state
having (c.state = 'held') <> (
    count(o.id) filter (where o.state in ('held', 'confirmed', 'awaiting', 'paid')) = 1)
union all
select format('purchase code %s: %s units are used, its orders were charged for %s', c.id,
    c.units_used, coalesce(sum(o.units) filter (where o.state in ('charged', 'reversed')), 0))
from programs_purchasecode as c
left join charging_order as o on o.purchase_code_id = c.id
group by c.id, c.units_used
having c.units_used
    <> coalesce(sum(o.units) filter (where o.state in ('charged', 'reversed')), 0)
