-- Whose a wallet is, its entries say: they name in the chain the resident who paid, the order, the
-- device whose code was spent, the till and the shop. The rows that say whose it is now, which stand
-- outside of the chain, say the same; a resident's wallet is a resident's of the same issuer, and
-- every browser's codes are for the wallet of its resident.
select format('resident %s: wallet %s is no resident''s wallet of its issuer', r.id, r.wallet_id)
from identity_resident as r
left join ledger.wallet as w on w.wallet_id = r.wallet_id
where w.wallet_id is null or w.issuer_id <> r.issuer_id or w.kind <> 'resident'
union all
select format('device %s of resident %s: its codes are for wallet %s, not %s', d.id, r.id,
    coalesce(l.wallet_id::text, 'nobody'), r.wallet_id)
from identity_device as d
join identity_resident as r on r.id = d.resident_id
left join ledger.device as l on l.device_id = d.issuer_id::bigint * 10000000 + d.number
where l.device_id is null or l.wallet_id <> r.wallet_id or l.issuer_id <> d.issuer_id
    or r.issuer_id <> d.issuer_id
union all
select format('device %s: its wallet %s is not of issuer %s', l.device_id, l.wallet_id, l.issuer_id)
from ledger.device as l
left join ledger.wallet as w on w.wallet_id = l.wallet_id
where w.issuer_id is distinct from l.issuer_id
union all
select format('entry %s/%s: resident %s did this, whose wallet is %s', e.wallet_id, e.seq, r.id,
    r.wallet_id)
from identity_resident as r
join ledger.entry as e on e.actor = 'resident:' || r.id and e.issuer_id = r.issuer_id
    and e.actor like 'resident:%'
where e.kind in ('payment', 'freeze', 'close') and e.wallet_id <> r.wallet_id
union all
select format('entry %s/%s: device %s of resident %s paid, whose wallet is %s', e.wallet_id, e.seq,
    e.device_id, r.id, r.wallet_id)
from ledger.entry as e
join identity_device as d
    on d.issuer_id = e.issuer_id and e.device_id = d.issuer_id::bigint * 10000000 + d.number
join identity_resident as r on r.id = d.resident_id
where e.device_id is not null and e.wallet_id <> r.wallet_id
union all
select format('order %s: it was charged into wallet %s, its resident''s is %s', o.number, o.wallet_id,
    r.wallet_id)
from charging_order as o
join identity_resident as r on r.id = o.resident_id
where o.seq is not null and o.wallet_id <> r.wallet_id
union all
select format('payment %s: terminal %s of shop %s took it for shop %s', e.number, t.id, t.shop_id,
    e.shop_id)
from shops_terminal as t
join ledger.entry as e on e.actor = 'terminal:' || t.id and e.issuer_id = t.issuer_id
where e.kind = 'payment' and e.shop_id <> t.shop_id
