-- REVERSALS, version 2: version 1 on claim_v2 and lots_of_issue_v2.
--
-- Takes a whole issue back, because its money went back (chargeback, cancelled
-- order). What is still there leaves the lots, wherever transfers took them; what is gone, spent
-- or expired, is the issuer's loss. So the counter-account `issued` loses what the issue gave it:
-- lots -left, issued +face, loss -(face - left), per emoney. What is dead expires first, so that
-- it makes no difference whether the sweep had been there.
--
-- Outcomes: reversed · replayed · key_conflict · cancelled · unknown (no such issue of this
-- issuer) · already_reversed · spent (only when p_only_unspent: some of it is gone). Frozen and
-- closed wallets are no obstacle. A refusal changes nothing. `taken` and `lost` are yen.
create function ledger.reverse_issue_v2(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_seq bigint, p_only_unspent boolean, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz,
    out taken bigint, out lost bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_issue ledger.entry;
    v_last_at timestamptz;
    v_closed_until timestamptz;
    v_living bigint;
    v_lines record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'issue_reversal', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.at, -e.amount, coalesce(-sum(p.amount) filter (where p.account_id = -6), 0)
            into strict at, taken, lost
            from ledger.entry as e
            join ledger.posting as p on p.wallet_id = e.wallet_id and p.seq = e.seq
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq
            group by e.at, e.amount;
        end if;
        return;
    end if;

    select e.* into v_issue from ledger.entry as e
    where e.wallet_id = p_wallet_id and e.seq = p_seq and e.issuer_id = p_issuer_id
        and e.kind = 'issue' and e.refunded_number is null;
    if not found then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    wallet_id := ledger.lock_moves_v1(p_wallet_id);
    select w.last_at, i.closed_until into strict v_last_at, v_closed_until
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = reverse_issue_v2.wallet_id;
    at := ledger.time_of_v1(v_last_at, v_closed_until);

    select coalesce(sum(l.balance), 0) into v_living
    from ledger.lots_of_issue_v2(wallet_id, p_wallet_id, p_seq) as l
    where l.expires_at is null or l.expires_at > reverse_issue_v2.at;
    outcome := case
        when exists (
            select from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq
        ) then 'already_reversed'
        when p_only_unspent and v_living < v_issue.amount then 'spent'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;

    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);

    with left_over as (
        select l.lot_id, l.emoney_id::bigint as emoney_id, l.balance
        from ledger.lots_of_issue_v2(wallet_id, p_wallet_id, p_seq) as l
        where l.balance > 0
    ), issued as (
        select p.emoney_id, -sum(p.amount)::bigint as amount
        from unnest(v_issue.refs, v_issue.emoneys, v_issue.amounts)
            as p (ref, emoney_id, amount)
        where p.ref = -2 group by p.emoney_id
    ), line as (
        select 1 as part, l.lot_id as ref, l.emoney_id, -l.balance as amount
        from left_over as l
        union all
        select 2, -2, i.emoney_id, i.amount from issued as i
        union all
        select 3, -6, i.emoney_id, coalesce(sum(l.balance), 0)::bigint - i.amount
        from issued as i left join left_over as l on l.emoney_id = i.emoney_id
        group by i.emoney_id, i.amount
    )
    select array_agg(l.ref order by l.part, l.ref, l.emoney_id) as refs,
        array_agg(l.emoney_id order by l.part, l.ref, l.emoney_id) as emoneys,
        array_agg(l.amount order by l.part, l.ref, l.emoney_id) as amounts,
        coalesce(-sum(l.amount) filter (where l.part = 1), 0)::bigint as taken,
        coalesce(-sum(l.amount) filter (where l.part = 3), 0)::bigint as lost
    into v_lines
    from line as l where l.amount <> 0;
    taken := v_lines.taken;
    lost := v_lines.lost;

    update ledger.lot as l set balance = 0
    where l.wallet_id = reverse_issue_v2.wallet_id and l.lot_id = any (v_lines.refs);
    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'issue_reversal', at, null,
        ledger.name_of_issue_v1(p_wallet_id, p_seq), null, -taken, p_actor, p_content, p_note,
        v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
    insert into ledger.reversal (wallet_id, seq, issuer_id, by_wallet_id, by_seq)
    values (p_wallet_id, p_seq, p_issuer_id, wallet_id, seq);
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    outcome := 'reversed';
end
$$;

-- The lots of a wallet whose value came from an issue, in that wallet or in an earlier one. Each lot is
-- asked about by itself, so that no helper that reads tables stands beside one.
create function ledger.lots_of_issue_v2(
    p_in_wallet bigint, p_wallet_id bigint, p_seq bigint
) returns setof ledger.lot
language plpgsql stable as $$
declare
    v_lot ledger.lot;
    v_issue record;
begin
    for v_lot in select l.* from ledger.lot as l where l.wallet_id = p_in_wallet loop
        v_issue := ledger.issue_of_lot_v1(p_in_wallet, v_lot.lot_id);
        if v_issue.wallet_id = p_wallet_id and v_issue.seq = p_seq then
            return next v_lot;
        end if;
    end loop;
end
$$;
