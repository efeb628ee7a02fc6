-- A statement says what its shop's account in the ledger says of its range: yen and number of the
-- payments and refunds, and the yen of each emoney. Its lines of adjustments and fees add up to it, and
-- each fee is of what was taken while the shop was of its class: a refund counts on its payment's day.
-- Ranges follow each other (check 71), so a payment or refund before its shop's last closed cut stands
-- in exactly one.
with moved as materialized (
    select s.id, s.shop_id, e.kind::text as kind, e.at, e.refunded_number, abs(e.amount) as amount,
        e.refs, e.emoneys, e.amounts
    from settlement_statement as s
    join ledger.entry as e on e.shop_id = s.shop_id and e.at >= s.starts_at and e.at < s.ends_at
    where e.kind in ('payment', 'refund')
), whole as (
    select m.id,
        coalesce(sum(m.amount) filter (where m.kind = 'payment'), 0) as payments,
        count(*) filter (where m.kind = 'payment') as payment_count,
        coalesce(sum(m.amount) filter (where m.kind = 'refund'), 0) as refunds,
        count(*) filter (where m.kind = 'refund') as refund_count
    from moved as m group by m.id
), by_emoney as (
    -- The account of shops (-1) gets what payments pay and gives what refunds give back.
    select p.id, p.kind, p.emoney_id, abs(sum(p.amount)) as amount
    from (
        select m.id, m.kind, unnest(m.refs) as ref, unnest(m.emoneys) as emoney_id,
            unnest(m.amounts) as amount
        from moved as m
    ) as p
    where p.ref = -1 group by p.id, p.kind, p.emoney_id
), lines as (
    select l.statement_id as id, l.kind, l.emoney_id, sum(l.amount) as amount
    from settlement_statementline as l where l.kind in ('payment', 'refund')
    group by l.statement_id, l.kind, l.emoney_id
), of_class as (
    select m.id, c.fee_class_id,
        sum(case m.kind when 'payment' then m.amount else -m.amount end) as base
    from moved as m
    left join ledger.entry as p on p.number = m.refunded_number and p.kind = 'payment'
    join settlement_shopfeeclass as c on c.shop_id = m.shop_id
        and daterange(c.from_day, c.until_day)
            @> (coalesce(p.at, m.at) at time zone 'Asia/Tokyo')::date
    group by m.id, c.fee_class_id
), fees as (
    select l.statement_id as id, l.fee_class_id, sum(l.base) as base
    from settlement_statementline as l where l.kind = 'fee'
    group by l.statement_id, l.fee_class_id
), others as (
    select l.statement_id as id,
        coalesce(sum(l.amount) filter (where l.kind = 'adjustment'), 0) as adjustments,
        coalesce(sum(l.amount) filter (where l.kind in ('fee', 'on_demand')), 0) as fee
    from settlement_statementline as l group by l.statement_id
)
select format('statement %s of shop %s: it says %s yen in %s payments, less %s yen in %s refunds; the '
    'ledger says %s in %s, less %s in %s', s.id, s.shop_id, s.payments, s.payment_count, s.refunds,
    s.refund_count, coalesce(w.payments, 0), coalesce(w.payment_count, 0), coalesce(w.refunds, 0),
    coalesce(w.refund_count, 0))
from settlement_statement as s left join whole as w on w.id = s.id
where (s.payments, s.payment_count, s.refunds, s.refund_count) is distinct from (
    coalesce(w.payments, 0), coalesce(w.payment_count, 0), coalesce(w.refunds, 0),
    coalesce(w.refund_count, 0))
union all
select format('statement %s: its lines say %s yen of emoney %s (%s), the ledger says %s',
    coalesce(l.id, b.id), coalesce(l.amount, 0), coalesce(l.emoney_id, b.emoney_id),
    coalesce(l.kind, b.kind), coalesce(b.amount, 0))
from lines as l full join by_emoney as b
    on b.id = l.id and b.kind = l.kind and b.emoney_id = l.emoney_id
where l.amount is distinct from b.amount
union all
select format('statement %s: it says %s yen of adjustments and %s of fees, its lines say %s and %s',
    s.id, s.adjustments, s.fee, coalesce(o.adjustments, 0), coalesce(o.fee, 0))
from settlement_statement as s left join others as o on o.id = s.id
where (s.adjustments, s.fee) is distinct from (coalesce(o.adjustments, 0), coalesce(o.fee, 0))
union all
select format('statement %s: its fee of class %s is on %s yen, taken were %s while it was of that class',
    coalesce(f.id, c.id), coalesce(f.fee_class_id, c.fee_class_id), coalesce(f.base, 0),
    coalesce(c.base, 0))
from fees as f full join of_class as c on c.id = f.id and c.fee_class_id = f.fee_class_id
where coalesce(f.base, 0) <> coalesce(c.base, 0)
