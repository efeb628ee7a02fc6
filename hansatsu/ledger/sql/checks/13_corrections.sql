-- A correction moves one amount between one lot and the issuer's correction account, makes that
-- lot exactly when it gives, and nothing else touches that account.
select format('entry %s/%s (%s): it is no correction of one lot by %s yen', e.wallet_id, e.seq,
    e.kind, e.amount)
from ledger.entry as e
left join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = e.refs[1]
where (e.kind = 'correction' or -7 = any (e.refs))
    and (e.kind <> 'correction' or e.amount = 0 or e.refs is distinct from array[l.lot_id, -7]
        or e.amounts <> array[e.amount, -e.amount]
        or e.emoneys <> array[l.emoney_id::bigint, l.emoney_id]
        or (l.made_seq = e.seq) <> (e.amount > 0)
        or (e.amount > 0 and l.face <> e.amount))
union all
select format('lot %s of wallet %s: correction %s made it beside another', l.lot_id, l.wallet_id,
    l.made_seq)
from ledger.lot as l
join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq
where e.kind = 'correction' and l.lot_id <> e.refs[1]
