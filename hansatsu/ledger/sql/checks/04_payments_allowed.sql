-- No payment from a lot that was dead, to a shop that did not take it, or while frozen.
select format('payment %s: lot %s had expired', p.number, p.lot_id)
from ledger.posting as p
join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
where p.kind = 'payment' and l.expires_at <= p.at
union all
select format('payment %s: the shop did not take emoney %s', p.number, p.emoney_id)
from ledger.posting as p
where p.kind = 'payment' and p.lot_id is not null and not exists (
    select from ledger.acceptance as a
    where a.shop_id = p.shop_id and a.emoney_id = p.emoney_id and a.valid_from <= p.at
        and (a.valid_until is null or a.valid_until > p.at))
union all
select format('payment %s: the wallet was frozen or closed', e.number)
from ledger.entry as e
join lateral (
    select s.kind from ledger.entry as s
    where s.wallet_id = e.wallet_id and s.seq < e.seq
        and s.kind in ('freeze', 'unfreeze', 'close', 'transfer_out')
    order by s.seq desc limit 1
) as last on last.kind <> 'unfreeze'
where e.kind = 'payment'
