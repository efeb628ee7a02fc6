-- An entry's wallet, shop, lots and emoneys are all of its issuer.
select format('entry %s/%s of issuer %s: its wallet is of issuer %s', e.wallet_id, e.seq, e.issuer_id,
    w.issuer_id)
from ledger.entry as e
join ledger.wallet as w on w.wallet_id = e.wallet_id
where e.wallet_id between :first and :last and w.wallet_id between :first and :last
    and w.issuer_id <> e.issuer_id
union all
select format('entry %s/%s of issuer %s: its shop is of issuer %s', e.wallet_id, e.seq, e.issuer_id,
    s.issuer_id)
from ledger.entry as e
join ledger.shop as s on s.shop_id = e.shop_id
where e.wallet_id between :first and :last and s.issuer_id <> e.issuer_id
union all
select format('entry %s/%s of issuer %s: its lot %s is of issuer %s', p.wallet_id, p.seq, p.issuer_id,
    l.lot_id, l.issuer_id)
from ledger.posting as p
join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
where p.wallet_id between :first and :last and l.wallet_id between :first and :last
    and l.issuer_id <> p.issuer_id
union all
select distinct format('entry %s/%s of issuer %s: its emoney %s is of issuer %s', p.wallet_id, p.seq,
    p.issuer_id, m.emoney_id, m.issuer_id)
from ledger.posting as p
join ledger.emoney as m on m.emoney_id = p.emoney_id
where p.wallet_id between :first and :last and m.issuer_id <> p.issuer_id
