-- Every entry owes its message, or has been relayed.
select format('entry %s/%s owes a message that was never queued', e.wallet_id, e.seq)
from ledger.entry as e
left join ledger.outbox as o on o.wallet_id = e.wallet_id and o.seq = e.seq
where o.seq is null
