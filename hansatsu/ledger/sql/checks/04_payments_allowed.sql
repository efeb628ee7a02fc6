-- No payment from a lot that was dead, to a shop that did not take it, or while frozen.
select format('payment %s: lot %s had expired', p.number, p.lot_id)
from ledger.posting as p
join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
where p.wallet_id between :first and :last and l.wallet_id between :first and :last
    and p.kind = 'payment' and l.expires_at <= p.at
union all
select format('payment %s: the shop did not take emoney %s', p.number, p.emoney_id)
from ledger.posting as p
where p.wallet_id between :first and :last
    and p.kind = 'payment' and p.lot_id is not null and not exists (
        select from ledger.acceptance as a
        where a.shop_id = p.shop_id and a.emoney_id = p.emoney_id and a.valid_from <= p.at
            and (a.valid_until is null or a.valid_until > p.at))
union all
-- From a change of state that stops payments to the next change: none in between.
select format('payment %s: the wallet was frozen or closed', e.number)
from (
    select o.wallet_id, o.seq, o.kind,
        lead(o.seq) over (partition by o.wallet_id order by o.seq) as next_seq
    from ledger.entry as o
    where o.wallet_id between :first and :last
        and o.kind in ('freeze', 'unfreeze', 'close', 'transfer_out')
) as s
join ledger.entry as e on e.wallet_id = s.wallet_id
    and e.seq > s.seq and (s.next_seq is null or e.seq < s.next_seq)
where s.kind <> 'unfreeze' and e.kind = 'payment'
