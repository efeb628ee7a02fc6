-- Entries are 1..n without a gap, time never goes back, and every hash follows from the one
-- before, from genesis to the wallet's head. (A chain whose end was cut off together with its
-- head shows only against a checkpoint.)
with first_move as (
    select distinct on (m.wallet_id, m.lot_id) m.wallet_id, m.lot_id, m.old_expiry
    from ledger.expiry_move as m where m.wallet_id between :first and :last
    order by m.wallet_id, m.lot_id, m.seq
), made as (
    -- A lot as it was made: with the expiry that it had before any was moved.
    select l.wallet_id, l.made_seq, string_agg(ledger.canonical_lot_v1(
        l.lot_id, l.emoney_id, l.face, coalesce(m.old_expiry, l.expires_at), l.issued_at,
        l.origin_wallet, l.origin_lot, l.code, l.management_number), ''::bytea order by l.lot_id)
        as bytes
    from ledger.lot as l
    left join first_move as m on m.wallet_id = l.wallet_id and m.lot_id = l.lot_id
    where l.wallet_id between :first and :last
    group by l.wallet_id, l.made_seq
    union all
    -- An entry that moves expiries makes no lots.
    select m.wallet_id, m.seq, string_agg(
        ledger.canonical_expiry_v1(m.lot_id, m.old_expiry, m.new_expiry), ''::bytea
        order by m.lot_id)
    from ledger.expiry_move as m where m.wallet_id between :first and :last
    group by m.wallet_id, m.seq
), chained as (
    select e.*, m.bytes as made,
        lag(e.seq, 1, 0::bigint) over wallet as seq_before,
        lag(e.at, 1, '-infinity') over wallet as at_before,
        lag(e.hash) over wallet as hash_before
    from ledger.entry as e
    left join made as m on m.wallet_id = e.wallet_id and m.made_seq = e.seq
    where e.wallet_id between :first and :last
    window wallet as (partition by e.wallet_id order by e.seq)
)
select format('entry %s/%s: %s', c.wallet_id, c.seq, case
    when c.seq <> c.seq_before + 1 then 'entries before it are missing'
    when c.at < c.at_before then 'time goes back'
    else 'its hash does not follow from its content and the entry before' end)
from chained as c
where c.seq <> c.seq_before + 1 or c.at < c.at_before
    or c.hash <> sha256(
        coalesce(c.hash_before, ledger.genesis_v1(c.issuer_id, c.wallet_id))
        || ledger.canonical_v2(row(
            c.wallet_id, c.seq, c.issuer_id, c.kind, c.shop_id, c.at, c.amount, c.device_id,
            c.step, c.number, c.refunded_number, c.actor, c.content, c.note_hash, c.refs,
            c.emoneys, c.amounts, c.hash)::ledger.entry, c.made))
union all
select format('wallet %s: seq %s and head do not match its last entry (%s)', w.wallet_id, w.seq,
    coalesce(e.seq, 0))
from ledger.wallet as w
left join lateral (
    select o.seq, o.hash, o.at from ledger.entry as o
    where o.wallet_id = w.wallet_id order by o.seq desc limit 1
) as e on true
where w.wallet_id between :first and :last and (
    w.seq <> coalesce(e.seq, 0)
    or w.head <> coalesce(e.hash, ledger.genesis_v1(w.issuer_id, w.wallet_id))
    or w.last_at < e.at)
union all
select format('note of entry %s/%s: the text is not what was written', n.wallet_id, n.seq)
from ledger.note as n
left join ledger.entry as e on e.wallet_id = n.wallet_id and e.seq = n.seq
    and e.wallet_id between :first and :last
where n.wallet_id between :first and :last
    and e.note_hash is distinct from sha256(n.salt || convert_to(n.text, 'UTF8'))
