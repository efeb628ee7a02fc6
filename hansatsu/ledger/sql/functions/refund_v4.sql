-- REFUNDS, version 4: version 3, where a lot of grace has its share of what was paid for the dead one.
--
-- Gives value of one payment back to its very lots, the last used first, up to what
-- was paid and not yet refunded; null for all that is left. Follows a wallet that was moved to
-- another (its lots have successors there). Outcomes: refunded · replayed · key_conflict
-- · cancelled · unknown (no such payment of this issuer, or of this shop) · closed (the wallet
-- was closed and moved nowhere: an operator's task) · already_refunded · refund_exceeds_payment.
-- A frozen wallet takes its refund. Value whose lot has died meanwhile: with the issuer's
-- grace it becomes a new lot that lives so many days; without, it is booked and expires in the
-- same transaction (`expired` says how many yen).
-- What came back to a lot whose issue has been reversed meanwhile is taken away again in the same
-- transaction. Its money is gone, so it must not become spendable: it makes the issuer's loss smaller.
-- `reversed` says how many yen of `amount` that were; `expired` counts the others.
create function ledger.refund_v4(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text,
    p_amount bigint, p_shop_id integer, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out number text,
    out at timestamptz, out amount bigint, out expired bigint, out reversed bigint,
    out left_over bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_payment ledger.entry;
    v_wallets bigint[];
    v_chain bigint[];
    v_wallet record;
    v_line record;
    v_places bigint[];
    v_roots bigint[];
    v_left bigint[];
    v_rest bigint;
    v_stamp timestamp;
    v_last text;
    v_refs bigint[] := '{}';
    v_emoneys bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_made_seq bigint;
    v_lot bigint;
    v_dead bigint := 0;
    v_issue record;
    v_issue_wallets bigint[] := '{}';
    v_issue_seqs bigint[] := '{}';
    v_back record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'refund', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.number, e.at, e.amount into strict number, at, amount
            from ledger.entry as e
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        end if;
        return;
    end if;

    select e.* into v_payment from ledger.entry as e
    where e.number = p_number and e.issuer_id = p_issuer_id and e.kind = 'payment'
        and (p_shop_id is null or e.shop_id = p_shop_id);
    if not found or p_amount < 1 then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    -- Lock the payment's wallet and where it moved; look again, for it may move meanwhile.
    v_chain := ledger.moves_of_v1(v_payment.wallet_id);
    loop
        v_wallets := v_chain;
        perform ledger.lock_wallets_v1(v_wallets);
        v_chain := ledger.moves_of_v1(v_payment.wallet_id);
        exit when v_chain = v_wallets;
    end loop;
    wallet_id := v_chain[cardinality(v_chain)];

    select w.state, w.last_at, w.day, w.seq, i.closed_until, i.refund_grace_days into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = refund_v4.wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    select array_agg(r.place), array_agg(r.root_lot), array_agg(r.left_over),
        coalesce(sum(r.left_over), 0)
    into v_places, v_roots, v_left, left_over
    from ledger.refundable_v1(v_payment.wallet_id, v_payment.seq, p_number) as r;
    amount := coalesce(p_amount, left_over);
    outcome := case
        when v_wallet.state = 'closed' then 'closed'
        when left_over = 0 then 'already_refunded'
        when amount > left_over then 'refund_exceeds_payment'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;

    v_rest := amount;
    v_made_seq := v_wallet.seq + 1;
    for v_line in
        select r.left_over, l.lot_id, l.emoney_id, l.expires_at, l.issued_at, l.face, l.paid
        from unnest(v_places, v_roots, v_left) as r (place, root_lot, left_over)
        join ledger.lot as l on l.wallet_id = refund_v4.wallet_id and l.root_lot = r.root_lot
        where r.left_over > 0
        order by r.place desc
    loop
        exit when v_rest = 0;
        v_line.left_over := least(v_line.left_over, v_rest);
        v_rest := v_rest - v_line.left_over;
        if v_line.expires_at <= at and v_wallet.refund_grace_days > 0 then
            v_lot := nextval('ledger.lot_id');
            insert into ledger.lot (
                wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
                expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet,
                origin_lot, paid
            ) values (
                refund_v4.wallet_id, v_lot, p_issuer_id, v_line.emoney_id, ledger.lot_code_v1(),
                ledger.management_number_v1(v_lot, at), v_line.left_over, v_line.left_over,
                at + make_interval(days => v_wallet.refund_grace_days), v_line.issued_at, at,
                v_made_seq, v_lot, refund_v4.wallet_id, v_line.lot_id,
                v_line.left_over * v_line.paid / v_line.face
            );
        else
            v_lot := v_line.lot_id;
            if v_line.expires_at <= at then
                v_dead := v_dead + v_line.left_over;
            end if;
            update ledger.lot as l set balance = l.balance + v_line.left_over
            where l.wallet_id = refund_v4.wallet_id and l.lot_id = v_lot;
        end if;
        v_refs := v_refs || v_lot;
        v_emoneys := v_emoneys || v_line.emoney_id::bigint;
        v_amounts := v_amounts || v_line.left_over;
    end loop;
    if v_rest <> 0 then
        raise exception 'refund of %: % yen have no lot to go to', p_number, v_rest;
    end if;

    -- 17 digits of Japan time to the millisecond, later than the payment's refund before.
    select max(e.number) into v_last from ledger.entry as e
    where e.number > p_number || '-' and e.number < p_number || '.';
    v_stamp := date_trunc('milliseconds', at at time zone 'Asia/Tokyo');
    number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    if number <= v_last then
        v_stamp := to_timestamp(right(v_last, 17), 'YYYYMMDDHH24MISSMS')::timestamp
            + interval '1 millisecond';
        number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    end if;

    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'refund', at, number, p_number, v_payment.shop_id, amount,
        p_actor, p_content, p_note,
        v_refs || array_fill(-1::bigint, array[cardinality(v_refs)]), v_emoneys || v_emoneys,
        v_amounts || ledger.negated_v1(v_amounts),
        ledger.made_lots_v1(wallet_id, v_made_seq),
        -- A wrong amount that is taken back the same day does not use up the day's limit.
        case when (v_payment.at at time zone 'Asia/Tokyo')::date = v_wallet.day
            and (at at time zone 'Asia/Tokyo')::date = v_wallet.day then -amount else 0 end);
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    expired := v_dead;
    left_over := left_over - amount;
    outcome := 'refunded';

    -- What came back to a lot whose issue has been reversed meanwhile is taken away again.
    reversed := 0;
    foreach v_lot in array v_refs loop
        v_issue := ledger.issue_of_lot_v1(wallet_id, v_lot);
        v_issue_wallets := v_issue_wallets || v_issue.wallet_id;
        v_issue_seqs := v_issue_seqs || v_issue.seq;
    end loop;
    for v_back in
        select g.issue_wallet, g.issue_seq, sum(g.amount)::bigint as total,
            sum(g.amount - l.balance)::bigint as died,
            array_agg(l.lot_id order by l.lot_id) as lots,
            array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
            array_agg(l.balance order by l.lot_id) as left_over,
            array_agg(g.amount order by l.lot_id) as amounts
        from unnest(v_refs, v_amounts, v_issue_wallets, v_issue_seqs)
            as g (lot_id, amount, issue_wallet, issue_seq)
        join ledger.lot as l on l.wallet_id = refund_v4.wallet_id and l.lot_id = g.lot_id
        join ledger.reversal as r on r.wallet_id = g.issue_wallet and r.seq = g.issue_seq
        group by g.issue_wallet, g.issue_seq order by g.issue_wallet, g.issue_seq
    loop
        perform ledger.take_back_v1(
            p_issuer_id, wallet_id, at, p_actor,
            ledger.name_of_issue_v1(v_back.issue_wallet, v_back.issue_seq),
            v_back.lots, v_back.emoneys, v_back.left_over, v_back.amounts);
        reversed := reversed + v_back.total;
        expired := expired - v_back.died;
    end loop;
end
$$;
