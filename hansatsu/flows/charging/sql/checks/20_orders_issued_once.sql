-- A charged order has issued its product's value, once, and it counts; a reversed one had, and it
-- was taken back; no other order has issued anything, and every issue of an order has its order.
with issued as (
    -- What counts of each order's entries: the face that went out of `issued`, yen.
    select e.actor, count(*) filter (where e.kind = 'issue' and e.refunded_number is null) as issues,
        min(e.wallet_id) filter (where e.kind = 'issue' and e.refunded_number is null) as wallet_id,
        min(e.seq) filter (where e.kind = 'issue' and e.refunded_number is null) as seq,
        min(e.issuer_id) as issuer_id, max(e.issuer_id) as last_issuer_id,
        coalesce(-sum(p.amount), 0) as face
    from ledger.entry as e
    left join lateral (
        select sum(o.amount) as amount
        from unnest(e.refs, e.amounts) as o (ref, amount) where o.ref = -2
    ) as p on true
    where e.actor like 'order:%' group by e.actor
), priced as (
    select o.id, o.issuer_id, o.number, o.state, o.wallet_id, o.seq,
        (select sum(a.amount) from programs_productpart as a
            where a.product_id = o.product_id) as face
    from charging_order as o
)
select format('order %s (%s): it issued %s yen in %s entries, and should have %s in %s',
    coalesce(o.number, i.actor), coalesce(o.state, 'unknown'), coalesce(i.face, 0),
    coalesce(i.issues, 0), w.face, w.issues)
from priced as o
full join issued as i on i.actor = 'order:' || o.id
cross join lateral (
    select case when o.state = 'charged' then o.face else 0 end as face,
        case when o.state in ('charged', 'reversed') then 1 else 0 end as issues
) as w
where coalesce(i.face, 0) <> w.face or coalesce(i.issues, 0) <> w.issues
    or (w.issues = 1 and (i.wallet_id, i.seq, i.issuer_id, i.last_issuer_id)
        is distinct from (o.wallet_id, o.seq, o.issuer_id, o.issuer_id))
