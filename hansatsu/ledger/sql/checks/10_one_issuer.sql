-- An entry's wallet, shop, lots and emoneys are all of its issuer.
select format('entry %s/%s of issuer %s: its %s is of issuer %s', e.wallet_id, e.seq, e.issuer_id,
    x.what, x.issuer_id)
from ledger.entry as e
cross join lateral (
    select 'wallet' as what, w.issuer_id from ledger.wallet as w
    where w.wallet_id = e.wallet_id
    union all
    select 'shop', s.issuer_id from ledger.shop as s where s.shop_id = e.shop_id
    union all
    select 'lot', l.issuer_id from ledger.lot as l
    where l.wallet_id = e.wallet_id and l.lot_id = any (e.refs)
    union all
    select 'emoney', m.issuer_id from ledger.emoney as m where m.emoney_id = any (e.emoneys)
) as x
where x.issuer_id <> e.issuer_id
