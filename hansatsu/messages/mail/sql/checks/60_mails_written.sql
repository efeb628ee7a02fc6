-- An entry that a resident is written to about, and that counts as relayed, has its mail: unless they
-- had left by then, or practise under an address that leads nowhere. The history that a demo town is
-- made with is mailed to nobody: there, what came before its first mail is not asked about.
with began as materialized (
    select i.issuer_id, case when i.mode = 'demo' then (
        select min(m.created_at) from notifications_mail as m where m.issuer_id = i.issuer_id
    ) else '-infinity' end as at
    from ledger.issuer as i
)
select format('entry %s/%s (%s): it counts as relayed, and resident %s has no mail about it',
    o.wallet_id, o.seq, e.kind, r.id)
from (
    select k.wallet_id, k.seq from ledger.relayed as k
    union all
    -- Marked by take_outbox_v1, and not carried over yet.
    select k.wallet_id, k.seq from ledger.outbox as k where k.relayed_at is not null
) as o
join identity_resident as r on r.wallet_id = o.wallet_id
join ledger.entry as e on e.wallet_id = o.wallet_id and e.seq = o.seq
join began as b on b.issuer_id = e.issuer_id and e.at >= b.at
where e.kind in ('payment', 'refund', 'issue', 'transfer_in', 'expiry', 'correction')
    and r.email not like '%.invalid'
    and r.closed_at is null
    and not exists (
        select from notifications_mail as m
        where m.wallet_id = o.wallet_id and m.seq = o.seq and m.again_of_id is null)
