-- An issue that was taken back holds nothing, wherever its lots went, and what is booked about it
-- is its whole face, once; of one that counts (again), nothing is booked as taken back.
select format('lot %s of wallet %s: %s yen of an issue that was taken back (%s)', l.lot_id,
    l.wallet_id, l.balance, ledger.name_of_issue_v1(r.wallet_id, r.seq))
from ledger.reversal as r
cross join lateral unnest(ledger.moves_of_v1(r.wallet_id)) as m (wallet_id)
cross join lateral ledger.lots_of_issue_v1(m.wallet_id, r.wallet_id, r.seq) as l
where l.balance <> 0
union all
select format('issue %s: %s yen were issued, %s taken back', coalesce(b.name, r.name), i.amount,
    coalesce(b.amount, 0))
from (
    select e.refunded_number as name, e.issuer_id, sum(p.amount) as amount
    from ledger.entry as e
    left join ledger.posting as p
        on p.wallet_id = e.wallet_id and p.seq = e.seq and p.account_id = -2
    where e.kind = 'issue_reversal' or (e.kind = 'issue' and e.refunded_number is not null)
    group by e.refunded_number, e.issuer_id
) as b
full join (
    select ledger.name_of_issue_v1(o.wallet_id, o.seq) as name, o.issuer_id
    from ledger.reversal as o
) as r on r.name = b.name and r.issuer_id = b.issuer_id
left join ledger.entry as i
    on i.wallet_id = split_part(coalesce(b.name, r.name), '/', 1)::bigint
    and i.seq = split_part(coalesce(b.name, r.name), '/', 2)::bigint
    and i.issuer_id = coalesce(b.issuer_id, r.issuer_id)
    and i.kind = 'issue' and i.refunded_number is null
where coalesce(b.amount, 0) is distinct from case when r.name is null then 0 else i.amount end
    or i.seq is null
union all
select format('issue %s/%s: entry %s/%s does not take it back', r.wallet_id, r.seq,
    r.by_wallet_id, r.by_seq)
from ledger.reversal as r
left join ledger.entry as e on e.wallet_id = r.by_wallet_id and e.seq = r.by_seq
    and e.kind = 'issue_reversal'
    and e.refunded_number = ledger.name_of_issue_v1(r.wallet_id, r.seq)
where e.seq is null
