-- An issuer's closings are numbered without gap, each follows the hash of the one before, and says the
-- sums of its statements. A shop's statements follow each other without gap or overlap, each opens
-- with what the one before carried, and one that pays is owed once, as much, to that shop. Fees are
-- those of their classes, and no more of a payment goes to another shop than was paid.
with closings as (
    select c.*, lag(c.number) over w as before, lag(c.hash) over w as hash_before
    from settlement_closing as c window w as (partition by c.issuer_id order by c.number)
), sums as (
    select s.closing_id as id, count(*) as statements, sum(s.opening) as opening,
        sum(s.payments) as payments, sum(s.payment_count) as payment_count,
        sum(s.refunds) as refunds, sum(s.refund_count) as refund_count,
        sum(s.adjustments) as adjustments, sum(s.fee) as fee, sum(s.tax) as tax,
        sum(s.payout) as payout, sum(s.carry) as carry
    from settlement_statement as s group by s.closing_id
), statements as (
    select s.*, lag(s.ends_at) over w as ended, lag(s.carry) over w as carried
    from settlement_statement as s window w as (partition by s.shop_id order by s.ends_at)
)
select format('closing %s of issuer %s: it follows closing %s', c.number, c.issuer_id,
    coalesce(c.before::text, 'none'))
from closings as c where c.number <> coalesce(c.before, 0) + 1
union all
select format('closing %s of issuer %s: it does not follow the hash of the one before', c.number,
    c.issuer_id)
from closings as c where c.hash_before is not null and c.previous_hash <> c.hash_before
union all
select format('closing %s of issuer %s: it is not the sum of its statements', c.number, c.issuer_id)
from closings as c left join sums as s on s.id = c.id
where (c.statement_count, c.opening, c.payments, c.payment_count, c.refunds, c.refund_count,
        c.adjustments, c.fee, c.tax, c.payout, c.carry)
    is distinct from (coalesce(s.statements, 0), coalesce(s.opening, 0), coalesce(s.payments, 0),
        coalesce(s.payment_count, 0), coalesce(s.refunds, 0), coalesce(s.refund_count, 0),
        coalesce(s.adjustments, 0), coalesce(s.fee, 0), coalesce(s.tax, 0), coalesce(s.payout, 0),
        coalesce(s.carry, 0))
union all
select format('statement %s of shop %s: it begins at %s, the one before ends at %s', s.id, s.shop_id,
    s.starts_at, coalesce(s.ended::text, 'no time'))
from statements as s
where s.starts_at <> coalesce(s.ended, timestamptz '1999-12-31 15:00:00+00')
union all
select format('statement %s of shop %s: it ends at %s, its closing at %s', s.id, s.shop_id, s.ends_at,
    c.cut_at)
from statements as s join settlement_closing as c on c.id = s.closing_id
where c.cut_at <> s.ends_at or c.issuer_id <> s.issuer_id
union all
select format('statement %s of shop %s: it opens with %s yen, the one before carried %s', s.id,
    s.shop_id, s.opening, coalesce(s.carried, 0))
from statements as s where s.opening <> coalesce(s.carried, 0)
union all
select format('statement %s of shop %s: the tax on %s yen at %s basis points is not %s', s.id,
    s.shop_id, s.fee, s.tax_rate, s.tax)
from statements as s where s.tax <> sign(s.fee) * (abs(s.fee) * s.tax_rate / 10000)
union all
select format('statement %s of shop %s: it pays %s yen, owed are %s to shop %s', s.id, s.shop_id,
    s.payout, coalesce(p.yen::text, 'none'), coalesce(p.shop_id::text, 'none'))
from statements as s left join settlement_payable as p on p.statement_id = s.id
where (s.payout > 0 or p.id is not null)
    and (p.yen, p.shop_id) is distinct from (s.payout, s.shop_id)
union all
-- A line of an adjustment is taken once, approved, by a statement of its shop that says it.
select format('adjustment %s: its line of %s yen for shop %s stands in statement %s, whose lines do '
    'not say so', l.adjustment_id, l.yen, l.shop_id, l.statement_id)
from settlement_adjustmentline as l
join settlement_adjustment as a on a.id = l.adjustment_id
left join settlement_statementline as o
    on o.statement_id = l.statement_id and o.kind = 'adjustment' and o.about = l.id
left join settlement_statement as s on s.id = l.statement_id
where l.statement_id is not null
    and (a.state <> 'approved' or o.amount is distinct from l.yen or s.shop_id <> l.shop_id)
union all
select format('statement %s: its line of adjustment line %s (%s yen) is none of its shop''s',
    o.statement_id, o.about, o.amount)
from settlement_statementline as o
left join settlement_adjustmentline as l on l.id = o.about
where o.kind = 'adjustment' and l.statement_id is distinct from o.statement_id
union all
select format('adjustment %s moves a payment to another shop, and its lines sum to %s', a.id,
    sum(l.yen))
from settlement_adjustment as a join settlement_adjustmentline as l on l.adjustment_id = a.id
where a.kind = 'wrong_shop' group by a.id having sum(l.yen) <> 0 or count(*) <> 2
union all
select format('payment %s: %s yen of it were moved away from shop %s, which took %s', a.payment_number,
    sum(-l.yen), l.shop_id, coalesce(-p.amount, 0))
from settlement_adjustment as a
join settlement_adjustmentline as l on l.adjustment_id = a.id and l.yen < 0
left join ledger.entry as p on p.number = a.payment_number and p.kind = 'payment'
    and p.issuer_id = a.issuer_id and p.shop_id = l.shop_id
where a.kind = 'wrong_shop' and a.state = 'approved'
group by a.issuer_id, a.payment_number, l.shop_id, p.amount
having sum(-l.yen) > coalesce(-p.amount, 0)
union all
select format('statement %s: the fee of class %s on %s yen and %s payments is not %s', l.statement_id,
    l.fee_class_id, l.base, l.count, l.amount)
from settlement_statementline as l join settlement_feeclass as f on f.id = l.fee_class_id
where l.amount <> sign(l.base) * (abs(l.base) * f.basis_points / 10000) + f.fixed * l.count
union all
select format('statement %s: the fee for being paid on demand is on %s yen and %s payouts', s.id,
    l.base, l.count)
from settlement_statementline as l join settlement_statement as s on s.id = l.statement_id
where l.kind = 'on_demand' and (l.base <> s.payments - s.refunds or l.count <> 1)
