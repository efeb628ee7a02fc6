-- What moved expiries: the moves of a lot follow one another and end with the expiry that it has; each
-- is of an entry that moves expiries, and of a lot that lived when it is no 失効 taken back; such an
-- entry moves one lot's. A 失効 is taken back once, lot by lot as it was booked.
-- (That an expiry did not change without an entry, and that a move is as it was written: 03.)
select format('lot %s of wallet %s: entry %s moves its expiry from %s, and it was %s', m.lot_id,
    m.wallet_id, m.seq, m.old_expiry, m.before)
from (
    select o.*, lag(o.new_expiry) over lot as before
    from ledger.expiry_move as o where o.wallet_id between :first and :last
    window lot as (partition by o.wallet_id, o.lot_id order by o.seq)
) as m
where m.before <> m.old_expiry
union all
select format('lot %s of wallet %s: it dies at %s, and its expiry was moved to %s', m.lot_id,
    m.wallet_id, coalesce(l.expires_at::text, 'no time'), m.new_expiry)
from (
    select distinct on (o.wallet_id, o.lot_id) o.*
    from ledger.expiry_move as o where o.wallet_id between :first and :last
    order by o.wallet_id, o.lot_id, o.seq desc
) as m
left join ledger.lot as l on l.wallet_id = m.wallet_id and l.lot_id = m.lot_id
where l.expires_at is distinct from m.new_expiry
union all
select format('lot %s of wallet %s: entry %s/%s does not move its expiry', m.lot_id, m.wallet_id,
    m.wallet_id, m.seq)
from ledger.expiry_move as m
left join ledger.entry as e on e.wallet_id = m.wallet_id and e.seq = m.seq
    and (e.kind = 'move_expiry' and m.old_expiry > e.at
        or e.kind = 'unexpire' and m.lot_id = any (e.refs))
where m.wallet_id between :first and :last and e.seq is null
union all
select format('entry %s/%s: it moves the expiries of %s lots', e.wallet_id, e.seq, count(m.lot_id))
from ledger.entry as e
left join ledger.expiry_move as m on m.wallet_id = e.wallet_id and m.seq = e.seq
where e.wallet_id between :first and :last and e.kind = 'move_expiry'
group by e.wallet_id, e.seq, e.refs
having count(m.lot_id) <> 1 or cardinality(e.refs) <> 0
union all
select format('失効 %s: %s yen of the lots of root %s were taken back, %s were booked', b.name,
    b.back, b.root_lot, b.expired)
from (
    select u.name, l.root_lot, sum(u.back) as back, sum(u.expired) as expired
    from (
        select e.refunded_number as name, p.wallet_id, p.lot_id, p.amount as back, 0 as expired
        from ledger.entry as e
        join ledger.posting as p on p.wallet_id = e.wallet_id and p.seq = e.seq
        where :once and e.kind = 'unexpire'
        union all
        select n.name, p.wallet_id, p.lot_id, 0, -p.amount
        from (
            select distinct e.refunded_number as name from ledger.entry as e
            where :once and e.kind = 'unexpire'
        ) as n
        join ledger.entry as e on e.wallet_id = split_part(n.name, '/', 1)::bigint
            and e.seq = split_part(n.name, '/', 2)::bigint and e.kind = 'expiry'
        join ledger.posting as p on p.wallet_id = e.wallet_id and p.seq = e.seq
    ) as u
    join ledger.lot as l on l.wallet_id = u.wallet_id and l.lot_id = u.lot_id
    group by u.name, l.root_lot
) as b
where b.back <> b.expired
