-- A request that was cancelled after it had succeeded is a payment, and all of it was given back.
select format(
    'request %s of %s: it was cancelled, but %s of its %s yen were given back', r.key, r.actor,
    ledger.refunded_v1(e.number), -e.amount)
from ledger.request as r
join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
where r.cancelled and e.kind = 'payment' and ledger.refunded_v1(e.number) <> -e.amount
union all
select format('request %s of %s: it was cancelled, but is no payment', r.key, r.actor)
from ledger.request as r
left join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
where r.cancelled and r.seq is not null and e.kind is distinct from 'payment'
