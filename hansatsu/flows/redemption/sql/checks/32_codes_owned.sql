-- What a code gave went to who took it: the wallet of the resident who stands at a taken gift code or
-- card is the one that its value came into, a taken card's value came out of its own wallet, and what a
-- new card was filled with is in its own.
select format('gift code %s: it was issued into wallet %s, its taker''s is %s', g.id, e.wallet_id,
    r.wallet_id)
from gifts_giftcode as g
join identity_resident as r on r.id = g.taken_by_id
join ledger.entry as e on e.actor = 'gift:' || g.id and e.kind = 'issue'
where e.wallet_id <> r.wallet_id
union all
select format('card %s: its value went %s wallet %s, and %s is right', c.id,
    case e.kind when 'transfer_in' then 'into' else 'out of' end, e.wallet_id,
    case e.kind when 'transfer_in' then r.wallet_id else c.wallet_id end)
from cards_card as c
join identity_resident as r on r.id = c.taken_by_id
join ledger.entry as e on e.actor = 'card:' || c.id and e.kind in ('transfer_in', 'transfer_out')
where e.wallet_id <> case e.kind when 'transfer_in' then r.wallet_id else c.wallet_id end
union all
select format('card %s: it was filled in wallet %s, its own is %s', c.id, q.wallet_id, c.wallet_id)
from cards_card as c
join ledger.request as q on q.actor = 'system:cards' and q.key = 'card-' || c.id
where q.seq is not null and q.wallet_id <> c.wallet_id
