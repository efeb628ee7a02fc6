-- TRANSFERS, version 3: version 2, where a successor takes over what was paid for its lot.
--
-- The whole content of a wallet goes to another of the same issuer, and the first is
-- closed: a card handed over, a lost card reissued. Each lot gets a successor there with the
-- same face, expiry and legal issue date and its own 登録日; empty lots too, so that a later
-- refund finds its way. What is dead expires first. Outcomes: transferred · replayed
-- · key_conflict · cancelled · unknown · closed · over_limit · frozen (the source, unless an operator
-- says that a frozen one may move).
create function ledger.transfer_v3(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer,
    p_from bigint, p_to bigint, p_even_frozen boolean, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz, out amount bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_from record;
    v_to record;
    v_issuer ledger.issuer;
    v_holding bigint;
    v_old bigint[];
    v_new bigint[];
    v_moved record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'transfer', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        select e.at, e.amount into at, amount from ledger.entry as e
        where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        return;
    end if;
    perform ledger.lock_wallets_v1(array[p_from, p_to]);
    select w.* into v_from from ledger.wallet as w
    where w.wallet_id = p_from and w.issuer_id = p_issuer_id and p_from <> p_to;
    select w.* into v_to from ledger.wallet as w
    where w.wallet_id = p_to and w.issuer_id = p_issuer_id;
    select i.* into v_issuer from ledger.issuer as i where i.issuer_id = p_issuer_id;
    wallet_id := p_to;
    outcome := case
        when v_from.wallet_id is null or v_to.wallet_id is null then 'unknown'
        when v_from.state = 'closed' or v_to.state = 'closed' then 'closed'
        when v_from.state = 'frozen' and not p_even_frozen then 'frozen'
    end;
    if outcome is null then
        at := ledger.time_of_v1(
            greatest(v_from.last_at, v_to.last_at), v_issuer.closed_until);
        select coalesce(sum(l.balance), 0) into v_holding from ledger.lot as l
        where l.wallet_id in (p_from, p_to) and (l.expires_at is null or l.expires_at > at);
        if v_holding > v_issuer.max_holding then
            outcome := 'over_limit';
        end if;
    end if;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;
    perform ledger.expire_wallet_v1(p_issuer_id, p_from, at, p_actor);

    v_old := array(
        select l.lot_id from ledger.lot as l where l.wallet_id = p_from order by l.lot_id);
    v_new := array(
        select nextval('ledger.lot_id') from generate_series(1, cardinality(v_old)));
    insert into ledger.lot (
        wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
        expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet, origin_lot,
        swept_at, paid)
    select p_to, n.new_id, l.issuer_id, l.emoney_id, ledger.lot_code_v1(),
        ledger.management_number_v1(n.new_id, at), l.face, l.balance, l.expires_at, l.issued_at,
        at, v_to.seq + 1, l.root_lot, l.wallet_id, l.lot_id, l.swept_at, l.paid
    from unnest(v_old, v_new) as n (old_id, new_id)
    join ledger.lot as l on l.wallet_id = p_from and l.lot_id = n.old_id;

    select
        coalesce(array_agg(l.origin_lot order by l.lot_id), '{}') as old_refs,
        coalesce(array_agg(l.lot_id order by l.lot_id), '{}') as new_refs,
        coalesce(array_agg(l.emoney_id::bigint order by l.lot_id), '{}') as emoneys,
        coalesce(array_agg(l.balance order by l.lot_id), '{}') as amounts,
        coalesce(sum(l.balance), 0)::bigint as total
    into v_moved
    from ledger.lot as l
    where l.wallet_id = p_to and l.made_seq = v_to.seq + 1 and l.balance > 0;
    amount := v_moved.total;

    update ledger.lot as l set balance = 0 where l.wallet_id = p_from and l.balance > 0;
    perform ledger.append_entry_v1(
        p_issuer_id, p_from, 'transfer_out', at, null, null, null, -amount, p_actor, p_content,
        p_note,
        v_moved.old_refs || array_fill(-4::bigint, array[cardinality(v_moved.old_refs)]),
        v_moved.emoneys || v_moved.emoneys,
        ledger.negated_v1(v_moved.amounts) || v_moved.amounts, null, 0);
    seq := ledger.append_entry_v1(
        p_issuer_id, p_to, 'transfer_in', at, null, null, null, amount, p_actor, p_content,
        p_note,
        v_moved.new_refs || array_fill(-4::bigint, array[cardinality(v_moved.new_refs)]),
        v_moved.emoneys || v_moved.emoneys,
        v_moved.amounts || ledger.negated_v1(v_moved.amounts),
        ledger.made_lots_v1(p_to, v_to.seq + 1), 0);
    update ledger.wallet as w set state = 'closed', moved_to = p_to where w.wallet_id = p_from;
    -- The day's limit moves along: a new wallet is not a new limit.
    update ledger.wallet as w
    set day = greatest(w.day, v_from.day),
        day_spent = case when v_from.day >= w.day then v_from.day_spent else 0 end
            + case when w.day >= v_from.day then w.day_spent else 0 end
    where w.wallet_id = p_to;
    perform ledger.keep_claim_v2(p_actor, p_key, p_to, seq);
    outcome := 'transferred';
end
$$;
