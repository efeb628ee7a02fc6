-- A taken gift code has issued its batch's value, once, to its own issuer; no other code has issued
-- anything, and every issue of a gift code has its code.
with issued as (
    select e.actor, count(*) as issues, min(e.issuer_id) as issuer_id,
        coalesce(-sum(p.amount), 0) as face
    from ledger.entry as e
    left join lateral (
        select sum(o.amount) as amount
        from unnest(e.refs, e.amounts) as o (ref, amount) where o.ref = -2
    ) as p on true
    where e.actor like 'gift:%' group by e.actor
), promised as (
    select g.id, g.issuer_id, g.last_four, g.state,
        case when g.state = 'taken' then (select sum(v.amount) from gifts_giftvalue as v
            where v.batch_id = g.batch_id) else 0 end as face,
        case when g.state = 'taken' then 1 else 0 end as issues
    from gifts_giftcode as g
)
select format('gift code %s (%s): it issued %s yen in %s entries, and should have %s in %s',
    coalesce(g.id::text, i.actor), coalesce(g.state, 'unknown'), coalesce(i.face, 0),
    coalesce(i.issues, 0), coalesce(g.face, 0), coalesce(g.issues, 0))
from promised as g
full join issued as i on i.actor = 'gift:' || g.id
where coalesce(i.face, 0) <> coalesce(g.face, 0) or coalesce(i.issues, 0) <> coalesce(g.issues, 0)
    or (i.actor is not null and i.issuer_id is distinct from g.issuer_id)
