-- Every payment that came is the charged one of its order, has gone back (by the provider, a
-- chargeback or a transfer), or has an open task about what is left of it: not one whose own money
-- has arrived. What is away counts by its
-- sum, refunds and disputes together: value is out only while some of the price is here, a task
-- says how much is not, and it is taken back only when nothing is here, or the office wanted it.
select format('payment %s of order %s: %s yen are neither charged nor given back, and nobody sees '
    'to them', p.payment_id, o.number,
    p.amount - p.refunded - p.disputed)
from charging_providerpayment as p
join charging_order as o on o.id = p.order_id
where not (p.role = 'order' and o.state = 'charged')
    and p.refunded + p.disputed < p.amount
    and not exists (
        select from charging_task as t
        where t.payment_id = p.id and t.state <> 'done'
            and t.kind not in ('chargeback', 'dispute_lost', 'shortfall')
            and not (t.state = 'ready' and exists (
                select from charging_transfer as f where f.task_id = t.id and f.state = 'paid'))
            and not (t.state = 'giving' and t.refund <> '' and exists (
                select from charging_receivedevent as e
                where e.issuer_id = p.issuer_id and e.provider = p.provider
                    and e.payment_id = p.payment_id and e.about = t.refund and e.kind = 'refunded'
                    and e.outcome not in ('', 'unknown_payment', 'unknown_order', 'strange'))))
union all
select format('order %s (%s): no payment of %s yen is there for it', o.number, o.state, o.price)
from charging_order as o
where o.state in ('paid', 'charged') and not exists (
    select from charging_providerpayment as p
    where p.order_id = o.id and p.role = 'order' and p.amount = o.price
        and (o.state = 'paid' or p.refunded + p.disputed < p.amount))
union all
select format('order %s: %s of %s yen are away, and no task says so', o.number,
    p.refunded + p.disputed, p.amount)
from charging_providerpayment as p
join charging_order as o on o.id = p.order_id
where p.role = 'order' and o.state = 'charged'
    and p.refunded + p.disputed between 1 and p.amount - 1
    and not exists (
        select from charging_task as t
        where t.payment_id = p.id and t.kind = 'shortfall' and t.yen = p.refunded + p.disputed)
