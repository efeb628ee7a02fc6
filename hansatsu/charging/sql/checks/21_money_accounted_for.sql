-- Every payment that came is the charged one of its order, has gone back (by the provider, a
-- chargeback or a transfer), or has an open task; value is out only for money that is there.
select format('payment %s of order %s: %s yen are neither charged nor given back, and nobody sees '
    'to them', p.payment_id, o.number,
    p.amount - p.refunded - p.disputed)
from charging_providerpayment as p
join charging_order as o on o.id = p.order_id
where not (p.role = 'order' and o.state = 'charged')
    and p.refunded + p.disputed < p.amount
    and not exists (
        select from charging_task as t
        left join charging_transfer as r on r.task_id = t.id
        where t.payment_id = p.id and (t.state <> 'done' or r.state = 'paid'))
union all
select format('order %s (%s): no payment of %s yen is there for it', o.number, o.state, o.price)
from charging_order as o
where o.state in ('paid', 'charged') and not exists (
    select from charging_providerpayment as p
    where p.order_id = o.id and p.role = 'order' and p.amount = o.price
        and (o.state = 'paid' or (p.refunded < p.amount and p.disputed < p.amount)))
