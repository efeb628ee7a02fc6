-- No payment from a lot that was dead, to a shop that did not take it, or while frozen.
with used as (
    select p.* from (
        select e.wallet_id, e.seq, e.number, e.shop_id, e.at,
            unnest(e.refs) as lot_id, unnest(e.emoneys) as emoney_id
        from ledger.entry as e
        where e.wallet_id between :first and :last and e.kind = 'payment'
    ) as p
    where p.lot_id > 0
)
select format('payment %s: lot %s had expired', u.number, u.lot_id)
from used as u
join ledger.lot as l on l.wallet_id = u.wallet_id and l.lot_id = u.lot_id
-- The expiry that the lot had then: one that was moved later revives no payment.
left join lateral (
    select m.old_expiry from ledger.expiry_move as m
    where m.wallet_id = u.wallet_id and m.lot_id = u.lot_id and m.seq > u.seq
    order by m.seq limit 1
) as m on true
where l.wallet_id between :first and :last and coalesce(m.old_expiry, l.expires_at) <= u.at
union all
select format('payment %s: the shop did not take emoney %s', u.number, u.emoney_id)
from used as u
where not exists (
    select from ledger.acceptance as a
    where a.shop_id = u.shop_id and a.emoney_id = u.emoney_id and a.valid_from <= u.at
        and (a.valid_until is null or a.valid_until > u.at))
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
