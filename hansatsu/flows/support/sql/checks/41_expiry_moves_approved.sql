-- An approved later expiry is booked once, as it was proposed, and another person approved it; no
-- other proposal is booked, and every later expiry in the books was approved.
select format('expiry move %s (%s): the books have %s entries for it', coalesce(c.id::text, e.actor),
    coalesce(c.state, 'unknown'), coalesce(e.entries, 0))
from support_expirymove as c
full join (
    select o.actor, count(*) as entries, min(o.wallet_id) as wallet_id, min(o.seq) as seq,
        min(o.issuer_id) as issuer_id, min(o.kind::text) as kind
    from ledger.entry as o where o.kind in ('move_expiry', 'unexpire') group by o.actor
) as e on e.actor = 'expiry_move:' || c.id
where (c.state is distinct from 'approved') <> (e.actor is null)
    or (e.actor is not null and (
        e.entries <> 1 or (e.seq, e.issuer_id, e.kind) is distinct from (c.seq, c.issuer_id,
            case when c.lot_id is null then 'unexpire' else 'move_expiry' end)
        or c.decided_by_id = c.proposed_by_id
        or exists (
            select from ledger.expiry_move as m
            where m.wallet_id = e.wallet_id and m.seq = e.seq
                and (m.new_expiry <> c.expires_at or m.lot_id <> coalesce(c.lot_id, m.lot_id)))))
