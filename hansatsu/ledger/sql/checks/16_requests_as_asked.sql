-- A request that succeeded was for what its entry is; one that was cancelled before anything had
-- happened asks for nothing. (Neither its key nor that a tombstone is missing can be seen:
-- docs/what-verify-cannot-see.md.)
select format('request %s of %s: it asked for %s, and entry %s/%s is %s', r.key, r.actor, r.operation,
    r.wallet_id, r.seq, e.kind)
from ledger.request as r
join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
where r.operation <> case
    when e.kind = 'issue' and e.refunded_number is not null then 'reinstatement'
    when e.kind = 'transfer_in' then 'transfer'
    else e.kind::text end
union all
select format('request %s of %s: it is cancelled, and asks for %s', r.key, r.actor, r.operation)
from ledger.request as r
where r.cancelled and r.seq is null
    and (r.operation <> 'cancel' or r.content <> '' or r.wallet_id is not null)
