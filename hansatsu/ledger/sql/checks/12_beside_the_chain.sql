-- What stands beside the chain, and is not hashed, follows from the entries: a wallet is there, its
-- state, move and time are those of its last entries; a lot has its making's 登録日 and its line's
-- root; what counts as swept is dead and empty; a 決済ID is one entry's.
select format('entry %s/1: its wallet is missing', e.wallet_id)
from ledger.entry as e
where e.wallet_id between :first and :last and e.seq = 1 and not exists (
    select from ledger.wallet as w
    where w.wallet_id = e.wallet_id and w.wallet_id between :first and :last)
union all
select format('wallet %s: it is %s, its entries say %s', w.wallet_id, w.state, coalesce(s.state, 'open'))
from ledger.wallet as w
left join (
    select distinct on (e.wallet_id) e.wallet_id,
        case e.kind when 'freeze' then 'frozen' when 'unfreeze' then 'open' else 'closed' end
            as state
    from ledger.entry as e
    where e.wallet_id between :first and :last
        and e.kind in ('freeze', 'unfreeze', 'close', 'transfer_out')
    order by e.wallet_id, e.seq desc
) as s on s.wallet_id = w.wallet_id
where w.wallet_id between :first and :last and w.state <> coalesce(s.state, 'open')
union all
select format('wallet %s: it is said to have moved to %s', w.wallet_id, coalesce(w.moved_to::text, 'nowhere'))
from ledger.wallet as w
left join (
    select distinct e.wallet_id from ledger.entry as e
    where e.wallet_id between :first and :last and e.kind = 'transfer_out'
) as o on o.wallet_id = w.wallet_id
where w.wallet_id between :first and :last and (w.moved_to is null) <> (o.wallet_id is null)
union all
-- Its lots' successors are where it is said to have moved.
select format('wallet %s: it is said to have moved to %s, its lot %s has moved to %s', w.wallet_id,
    w.moved_to, l.origin_lot, l.wallet_id)
from (
    select o.* from ledger.lot as o
    where o.wallet_id between :first and :last and o.origin_lot is not null
) as l
join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
join ledger.wallet as w on w.wallet_id = l.origin_wallet
where l.wallet_id not in (w.wallet_id, w.moved_to)
union all
select format('wallet %s: its time is not its last entry''s', w.wallet_id)
from ledger.wallet as w
join ledger.entry as e on e.wallet_id = w.wallet_id and e.seq = w.seq
where w.wallet_id between :first and :last and e.wallet_id between :first and :last
    and w.last_at <> e.at
union all
select format('lot %s of wallet %s: its 登録日 is not when it was made', l.lot_id, l.wallet_id)
from ledger.lot as l
join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq
where l.wallet_id between :first and :last and e.wallet_id between :first and :last
    and l.registered_at <> e.at
union all
select format('lot %s of wallet %s: it is not of the line of lot %s', l.lot_id, l.wallet_id, l.root_lot)
from ledger.lot as l
where l.wallet_id between :first and :last and l.origin_lot is null and l.root_lot <> l.lot_id
union all
select format('lot %s of wallet %s: it is not of the line of lot %s', l.lot_id, l.wallet_id, l.root_lot)
from (
    select o.* from ledger.lot as o
    where o.wallet_id between :first and :last and o.origin_lot is not null
) as l
left join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
    and o.wallet_id <> l.wallet_id
where l.root_lot <> coalesce(o.root_lot, l.lot_id)
union all
select format('lot %s of wallet %s: it counts as swept, but is alive or holds value', l.lot_id, l.wallet_id)
from ledger.lot as l
where l.wallet_id between :first and :last and l.swept_at is not null
    and (l.balance > 0 or l.expires_at is null or l.expires_at > l.swept_at)
union all
select format('決済ID %s is on %s entries', e.number, count(*))
from ledger.entry as e where :once and e.number is not null
group by e.number having count(*) > 1
