-- REFUNDS, version 2: refund_v1, and what came back to a lot whose issue has been reversed
-- meanwhile is taken away again in the same transaction. Its money is gone, so it must not become
-- spendable: it makes the issuer's loss smaller. `reversed` says how many yen of `amount` that
-- were; `expired` counts the others.
create function ledger.refund_v2(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text,
    p_amount bigint, p_shop_id integer, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out number text,
    out at timestamptz, out amount bigint, out expired bigint, out reversed bigint,
    out left_over bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_back record;
begin
    select r.outcome, r.wallet_id, r.seq, r.number, r.at, r.amount, r.expired, r.left_over
    into outcome, wallet_id, seq, number, at, amount, expired, left_over
    from ledger.refund_v1(
        p_actor, p_key, p_content, p_issuer_id, p_number, p_amount, p_shop_id, p_note) as r;
    if outcome <> 'refunded' then
        return;
    end if;
    reversed := 0;
    for v_back in
        select i.wallet_id, i.seq, sum(p.amount)::bigint as total,
            sum(p.amount - l.balance)::bigint as died,
            array_agg(l.lot_id order by l.lot_id) as lots,
            array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
            array_agg(l.balance order by l.lot_id) as left_over,
            array_agg(p.amount order by l.lot_id) as amounts
        from ledger.posting as p
        join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
        cross join lateral ledger.issue_of_lot_v1(l.wallet_id, l.lot_id) as i
        join ledger.reversal as r on r.wallet_id = i.wallet_id and r.seq = i.seq
        where p.wallet_id = refund_v2.wallet_id and p.seq = refund_v2.seq
        group by i.wallet_id, i.seq order by i.wallet_id, i.seq
    loop
        perform ledger.take_back_v1(
            p_issuer_id, wallet_id, at, p_actor,
            ledger.name_of_issue_v1(v_back.wallet_id, v_back.seq),
            v_back.lots, v_back.emoneys, v_back.left_over, v_back.amounts);
        reversed := reversed + v_back.total;
        expired := expired - v_back.died;
    end loop;
end
$$;

-- Take from the lots of one reversed issue what a refund has just given them (p_amounts), and
-- book it against the issuer's loss. A reversed lot was empty before, so all of its balance
-- (p_balances) goes; what is missing there has just been swept as dead, and is taken from
-- `expired`. The entry has no request of its own, hence no content.
create function ledger.take_back_v1(
    p_issuer_id integer, p_wallet_id bigint, p_at timestamptz, p_actor text, p_issue text,
    p_lots bigint[], p_emoneys bigint[], p_balances bigint[], p_amounts bigint[]
) returns void
language plpgsql volatile as $$
declare
    v_lines record;
begin
    with given as (
        select g.lot_id, g.emoney_id, g.balance, g.amount
        from unnest(p_lots, p_emoneys, p_balances, p_amounts)
            as g (lot_id, emoney_id, balance, amount)
    ), line as (
        select 1 as part, g.lot_id as ref, g.emoney_id, -g.balance as amount from given as g
        union all
        select 2, -3, g.emoney_id, sum(g.balance - g.amount)::bigint
        from given as g group by g.emoney_id
        union all
        select 3, -6, g.emoney_id, sum(g.amount)::bigint from given as g group by g.emoney_id
    )
    select array_agg(l.ref order by l.part, l.ref, l.emoney_id) as refs,
        array_agg(l.emoney_id order by l.part, l.ref, l.emoney_id) as emoneys,
        array_agg(l.amount order by l.part, l.ref, l.emoney_id) as amounts,
        coalesce(sum(l.amount) filter (where l.part = 1), 0)::bigint as moved
    into v_lines
    from line as l where l.amount <> 0;

    update ledger.lot as l set balance = 0
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots);
    perform ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, 'issue_reversal', p_at, null, p_issue, null, v_lines.moved,
        p_actor, '', null, v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
end
$$;
