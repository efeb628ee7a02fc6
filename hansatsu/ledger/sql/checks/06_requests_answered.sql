-- Every kept request names the entry it made, once; a lot was made by one entry of its wallet.
select case when r.key is not null then format('request %s of %s: it names no entry', r.key, r.actor)
    else format('entry %s/%s was asked for by no request', e.wallet_id, e.seq) end
from (
    select o.* from ledger.request as o where not o.cancelled or o.seq is not null
) as r
full join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
where :once and case when r.key is not null
    then e.seq is null or e.actor <> r.actor or e.content <> r.content
    else e.kind not in ('expiry', 'transfer_out')
        -- What follows a refund by itself: its value belonged to an issue that was taken back.
        and not (e.kind = 'issue_reversal' and e.content = '') end
union all
select format('entry %s/%s answers %s requests', r.wallet_id, r.seq, count(*))
from ledger.request as r where :once and r.seq is not null
group by r.wallet_id, r.seq having count(*) > 1
union all
select format('lot %s of wallet %s was made by no entry', l.lot_id, l.wallet_id)
from ledger.lot as l
left join ledger.entry as e on e.wallet_id = l.wallet_id and e.seq = l.made_seq
    and e.wallet_id between :first and :last
    and e.kind in ('issue', 'transfer_in', 'refund', 'correction')
where l.wallet_id between :first and :last and e.seq is null
