-- REINSTATEMENT, version 2: version 1 on claim_v2.
--
-- A reversed issue counts again, because its money came back after all (a dispute
-- was won). What its reversal took, and what refunds gave to the loss since, is put back by
-- booking the opposite of all that: into the very lots, or their successors after a transfer,
-- out of loss, and into issued. From then on refunds reach the lots again. A lot that has died
-- meanwhile takes its value and lets it expire in the same transaction (`expired` yen).
--
-- Outcomes: reinstated · replayed · key_conflict · cancelled · unknown (no such issue of this
-- issuer) · not_reversed · closed (the wallet was closed and moved nowhere: an operator's task). A frozen
-- wallet takes it. A refusal changes nothing. `given` is yen that went into lots, the expired too.
create function ledger.reinstate_issue_v2(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_seq bigint, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz,
    out given bigint, out expired bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_wallet record;
    v_lines record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'reinstatement', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.at, e.amount into strict at, given from ledger.entry as e
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        end if;
        return;
    end if;
    if not exists (
        select from ledger.entry as e
        where e.wallet_id = p_wallet_id and e.seq = p_seq and e.issuer_id = p_issuer_id
            and e.kind = 'issue' and e.refunded_number is null
    ) then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    wallet_id := ledger.lock_moves_v1(p_wallet_id);
    select w.state, w.last_at, i.closed_until into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = reinstate_issue_v2.wallet_id;
    outcome := case
        when not exists (
            select from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq
        ) then 'not_reversed'
        when v_wallet.state = 'closed' then 'closed'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    with booked as (
        select coalesce(o.root_lot, p.account_id) as root, p.emoney_id, -sum(p.amount) as amount
        from ledger.entry as e
        join ledger.posting as p on p.wallet_id = e.wallet_id and p.seq = e.seq
        left join ledger.lot as o on o.wallet_id = p.wallet_id and o.lot_id = p.lot_id
        where e.wallet_id = any (ledger.moves_of_v1(p_wallet_id))
            and e.refunded_number = ledger.name_of_issue_v1(p_wallet_id, p_seq)
        group by 1, 2
    ), line as (
        select coalesce(l.lot_id, b.root) as ref, b.emoney_id, b.amount::bigint as amount
        from booked as b
        left join ledger.lot as l
            on l.wallet_id = reinstate_issue_v2.wallet_id and l.root_lot = b.root
        where b.amount <> 0
    )
    select array_agg(l.ref order by l.ref < 0, abs(l.ref), l.emoney_id) as refs,
        array_agg(l.emoney_id order by l.ref < 0, abs(l.ref), l.emoney_id) as emoneys,
        array_agg(l.amount order by l.ref < 0, abs(l.ref), l.emoney_id) as amounts,
        coalesce(sum(l.amount) filter (where l.ref > 0), 0)::bigint as given
    into v_lines
    from line as l;
    given := v_lines.given;

    update ledger.lot as l set balance = l.balance + t.amount
    from unnest(v_lines.refs, v_lines.amounts) as t (lot_id, amount)
    where l.wallet_id = reinstate_issue_v2.wallet_id and l.lot_id = t.lot_id;
    select coalesce(sum(t.amount), 0) into expired
    from unnest(v_lines.refs, v_lines.amounts) as t (lot_id, amount)
    join ledger.lot as l
        on l.wallet_id = reinstate_issue_v2.wallet_id and l.lot_id = t.lot_id
    where l.expires_at <= reinstate_issue_v2.at;
    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'issue', at, null,
        ledger.name_of_issue_v1(p_wallet_id, p_seq), null, given, p_actor, p_content, p_note,
        v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
    delete from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq;
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    outcome := 'reinstated';
end
$$;
