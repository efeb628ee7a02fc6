-- Every entry owes its message, or has been relayed; not both, and nothing twice.
with known as (
    select o.wallet_id, o.seq from ledger.outbox as o
    union all
    select r.wallet_id, r.seq from ledger.relayed as r
)
select format('entry %s/%s owes a message that was never queued', e.wallet_id, e.seq)
from ledger.entry as e
left join known as k on k.wallet_id = e.wallet_id and k.seq = e.seq
where k.seq is null
union all
select format('entry %s/%s: its message stands %s times, owed or relayed', k.wallet_id, k.seq, count(*))
from known as k group by k.wallet_id, k.seq having count(*) > 1
