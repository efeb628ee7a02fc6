-- An entry that a resident is written to about, and that counts as relayed, has its mail: unless they
-- had left by then, or practise under an address that leads nowhere.
select format('entry %s/%s (%s): it counts as relayed, and resident %s has no mail about it',
    o.wallet_id, o.seq, e.kind, r.id)
from ledger.outbox as o
join identity_resident as r on r.wallet_id = o.wallet_id
join ledger.entry as e on e.wallet_id = o.wallet_id and e.seq = o.seq
where o.relayed_at is not null
    and e.kind in ('payment', 'refund', 'issue', 'transfer_in', 'expiry', 'correction')
    and r.email not like '%.invalid'
    and r.closed_at is null
    and not exists (
        select from notifications_mail as m
        where m.wallet_id = o.wallet_id and m.seq = o.seq and m.again_of_id is null)
