-- What stands beside the chain, and is not hashed, follows from the entries: a wallet is there, its
-- state, move and time are those of its last entries; a lot has its making's 登録日 and its line's
-- root; what counts as swept is dead and empty; a 決済ID is one entry's.
select format('entry %s/1: its wallet is missing', e.wallet_id)
from ledger.entry as e
where e.seq = 1 and not exists (
    select from ledger.wallet as w where w.wallet_id = e.wallet_id)
union all
select format('wallet %s: it is %s, its entries say %s', w.wallet_id, w.state, coalesce(s.state, 'open'))
from ledger.wallet as w
left join lateral (
    select case e.kind when 'freeze' then 'frozen' when 'unfreeze' then 'open' else 'closed' end
        as state
    from ledger.entry as e
    where e.wallet_id = w.wallet_id and e.kind in ('freeze', 'unfreeze', 'close', 'transfer_out')
    order by e.seq desc limit 1
) as s on true
where w.state <> coalesce(s.state, 'open')
union all
select format('wallet %s: it is said to have moved to %s', w.wallet_id, coalesce(w.moved_to::text, 'nowhere'))
from ledger.wallet as w
where (w.moved_to is not null) <> exists (
        select from ledger.entry as e
        where e.wallet_id = w.wallet_id and e.kind = 'transfer_out')
    or exists (
        select from ledger.lot as o
        join ledger.lot as l on l.origin_wallet = o.wallet_id and l.origin_lot = o.lot_id
        where o.wallet_id = w.wallet_id and w.moved_to is not null
            and l.wallet_id not in (w.wallet_id, w.moved_to))
union all
select format('wallet %s: its time is not its last entry''s', w.wallet_id)
from ledger.wallet as w
join ledger.entry as e on e.wallet_id = w.wallet_id and e.seq = w.seq
where w.last_at <> e.at
union all
select format('lot %s of wallet %s: its 登録日 is not when it was made', l.lot_id, l.wallet_id)
from ledger.lot as l
join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq
where l.registered_at <> e.at
union all
select format('lot %s of wallet %s: it is not of the line of lot %s', l.lot_id, l.wallet_id, l.root_lot)
from ledger.lot as l
left join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
    and o.wallet_id <> l.wallet_id
where l.root_lot <> coalesce(o.root_lot, l.lot_id)
union all
select format('lot %s of wallet %s: it counts as swept, but is alive or holds value', l.lot_id, l.wallet_id)
from ledger.lot as l
where l.swept_at is not null
    and (l.balance > 0 or l.expires_at is null or l.expires_at > l.swept_at)
union all
select format('決済ID %s is on %s entries', e.number, count(*))
from ledger.entry as e where e.number is not null
group by e.number having count(*) > 1
