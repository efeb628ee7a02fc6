-- Leaves and hashes are those of what stands there (settlement/leaf.py has the bytes; a test holds both
-- against each other). The root over the leaves is recomputed by whoever proves with it.
with statements as (
    select s.id, s.shop_id, s.leaf, c.number, array[
            convert_to(i.code, 'UTF8'), int8send(c.number), int8send(s.shop_id),
            convert_to(h.code, 'UTF8'), s.salt,
            int8send((extract(epoch from s.starts_at) * 1000000)::bigint),
            int8send((extract(epoch from s.ends_at) * 1000000)::bigint),
            int8send(s.opening), int8send(s.payments), int8send(s.payment_count),
            int8send(s.refunds), int8send(s.refund_count), int8send(s.adjustments),
            int8send(s.fee), int8send(s.tax), int8send(s.tax_rate), int8send(s.payout),
            int8send(s.carry), int8send(coalesce(l.count, 0))
        ] || coalesce(l.fields, '{}') as fields
    from settlement_statement as s
    join settlement_closing as c on c.id = s.closing_id
    join issuers_issuer as i on i.id = s.issuer_id
    join shops_shop as h on h.id = s.shop_id
    left join lateral (
        select count(distinct o.id) as count, array_agg(f.field order by o.id, f.place) as fields
        from settlement_statementline as o
        cross join lateral unnest(array[
            convert_to(o.kind, 'UTF8'), int8send(coalesce(o.emoney_id, 0)),
            int8send(coalesce(o.fee_class_id, 0)), int8send(coalesce(o.about, 0)),
            int8send(o.count), int8send(o.base), int8send(o.amount)
        ]) with ordinality as f (field, place)
        where o.statement_id = s.id
    ) as l on true
), closings as (
    select c.number, c.issuer_id, c.hash, array[
            convert_to(i.code, 'UTF8'), int8send(c.number), convert_to(c.kind, 'UTF8'),
            int8send((extract(epoch from c.cut_at) * 1000000)::bigint),
            convert_to(to_char(c.pay_on, 'YYYY-MM-DD'), 'UTF8'), int8send(c.statement_count),
            int8send(c.opening), int8send(c.payments), int8send(c.payment_count),
            int8send(c.refunds), int8send(c.refund_count), int8send(c.adjustments),
            int8send(c.fee), int8send(c.tax), int8send(c.payout), int8send(c.carry), c.root,
            c.previous_hash
        ] as fields
    from settlement_closing as c join issuers_issuer as i on i.id = c.issuer_id
)
select format('statement %s of shop %s: its leaf is not what it says', s.id, s.shop_id)
from statements as s
where s.leaf is distinct from (
    select sha256('\x00'::bytea || 'hansatsu statement 1'::bytea
        || string_agg(int4send(length(f.field)) || f.field, ''::bytea order by f.place))
    from unnest(s.fields) with ordinality as f (field, place))
union all
select format('closing %s of issuer %s: its hash is not what it says', c.number, c.issuer_id)
from closings as c
where c.hash is distinct from (
    select sha256('hansatsu closing 1'::bytea
        || string_agg(int4send(length(f.field)) || f.field, ''::bytea order by f.place))
    from unnest(c.fields) with ordinality as f (field, place))
