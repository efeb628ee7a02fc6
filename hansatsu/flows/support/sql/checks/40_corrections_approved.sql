-- An approved correction is booked once, as it was proposed, and another person approved it; no
-- other proposal is booked, and every correction in the books was approved.
select format('correction %s (%s): the books have %s of %s yen for it', coalesce(c.id::text, e.actor),
    coalesce(c.state, 'unknown'), coalesce(e.entries, 0), coalesce(e.amount, 0))
from support_correction as c
full join (
    select o.actor, count(*) as entries, sum(o.amount) as amount, min(o.wallet_id) as wallet_id,
        min(o.seq) as seq, min(o.issuer_id) as issuer_id, min(o.emoneys[1]) as emoney_id
    from ledger.entry as o where o.kind = 'correction' group by o.actor
) as e on e.actor = 'correction:' || c.id
where (c.state is distinct from 'approved') <> (e.actor is null)
    or (e.actor is not null and (
        e.entries <> 1 or (e.amount, e.wallet_id, e.seq, e.issuer_id, e.emoney_id)
            is distinct from (c.amount, c.wallet_id, c.seq, c.issuer_id, c.emoney_id::bigint)
        or c.decided_by_id = c.proposed_by_id))
