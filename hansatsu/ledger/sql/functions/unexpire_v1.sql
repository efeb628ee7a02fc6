-- A WRONGLY BOOKED EXPIRY is taken back: what the entry p_wallet_id/p_seq booked as 失効 goes back into
-- its very lots, or their successors where the wallet has moved, with a later expiry, out of the
-- counter-account of expired value. The entry names the other in `refunded_number`. Who may decide so
-- is its caller's matter. p_exempt: as for move_expiry_v1.
--
-- Outcomes: unexpired · replayed · key_conflict · cancelled · unknown (no such expiry of this issuer)
-- · already (it was taken back) · closed (the wallet was closed and moved nowhere) · reversed (the issue
-- of one of its lots was taken back, and its loss is booked) · not_later (the lots would be dead, or die
-- sooner than they do now) · exempt (one would outlive six months from its legal issue date). A
-- frozen wallet takes it, and no limit on what a wallet holds applies. A refusal changes nothing.
create function ledger.unexpire_v1(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_seq bigint, p_expires_at timestamptz, p_exempt boolean, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz, out amount bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_wallet record;
    v_lines record;
    v_lot bigint;
    v_issue record;
    v_is_reversed boolean := false;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'unexpire', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        select e.at, e.amount into at, amount from ledger.entry as e
        where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        return;
    end if;
    if not exists (
        select from ledger.entry as e
        where e.wallet_id = p_wallet_id and e.seq = p_seq and e.issuer_id = p_issuer_id
            and e.kind = 'expiry'
    ) then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    wallet_id := ledger.lock_moves_v1(p_wallet_id);
    select w.state, w.seq, w.last_at, i.closed_until into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = unexpire_v1.wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    select array_agg(l.lot_id order by l.lot_id) as refs,
        array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
        array_agg(-p.amount order by l.lot_id) as amounts, -sum(p.amount)::bigint as total,
        max(l.expires_at) as last_expiry,
        min(ledger.end_of_exemption_v1(l.issued_at)) as end_of_exemption
    into v_lines
    from ledger.posting as p
    join ledger.lot as o on o.wallet_id = p.wallet_id and o.lot_id = p.lot_id
    join ledger.lot as l on l.wallet_id = unexpire_v1.wallet_id and l.root_lot = o.root_lot
    where p.wallet_id = p_wallet_id and p.seq = p_seq;
    foreach v_lot in array coalesce(v_lines.refs, '{}') loop
        v_issue := ledger.issue_of_lot_v1(wallet_id, v_lot);
        v_is_reversed := v_is_reversed or exists (
            select from ledger.reversal as r
            where r.wallet_id = v_issue.wallet_id and r.seq = v_issue.seq);
    end loop;
    outcome := case
        when exists (
            select from ledger.entry as e
            where e.wallet_id = any (ledger.moves_of_v1(p_wallet_id)) and e.kind = 'unexpire'
                and e.refunded_number = ledger.name_of_issue_v1(p_wallet_id, p_seq)
        ) then 'already'
        when v_wallet.state = 'closed' then 'closed'
        when v_is_reversed then 'reversed'
        when (p_expires_at > at and p_expires_at >= v_lines.last_expiry) is not true
            or p_expires_at = 'infinity' then 'not_later'
        when p_exempt is not false and p_expires_at > v_lines.end_of_exemption then 'exempt'
    end;
    if outcome is not null then
        at := null;
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;

    update ledger.lot as l set balance = l.balance + t.amount
    from unnest(v_lines.refs, v_lines.amounts) as t (lot_id, amount)
    where l.wallet_id = unexpire_v1.wallet_id and l.lot_id = t.lot_id;
    amount := v_lines.total;
    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'unexpire', at, null,
        ledger.name_of_issue_v1(p_wallet_id, p_seq), null, amount, p_actor, p_content, p_note,
        v_lines.refs || array_fill(-3::bigint, array[cardinality(v_lines.refs)]),
        v_lines.emoneys || v_lines.emoneys,
        v_lines.amounts || ledger.negated_v1(v_lines.amounts),
        ledger.move_expiries_v1(
            p_issuer_id, wallet_id, v_wallet.seq + 1, v_lines.refs, p_expires_at), 0);
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    outcome := 'unexpired';
end
$$;
