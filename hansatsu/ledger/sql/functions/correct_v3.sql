-- CORRECTIONS, version 3: version 2, where a lot says that nothing was paid for it.
--
-- The issuer mends a mistake in one wallet, in yen, against its counter-account
-- `correction`; who may decide so is its caller's matter. A positive amount makes a new lot of
-- p_emoney_id that dies at p_expires_at (null: never); an old lot is never filled up, since a
-- refund of what it paid must still find room below its face. A negative amount is taken from the
-- lot p_lot_id, and never more than it holds.
--
-- Outcomes: corrected · replayed · key_conflict · cancelled · unknown (the wallet, lot or emoney is
-- not this issuer's, or the amount is nothing) · closed · expired (the lot is dead, or would be
-- born dead) · insufficient (the lot holds less) · over_limit (the wallet would hold more than its
-- issuer allows). A frozen wallet is corrected: freezing stops its holder, not the issuer. A
-- refusal changes nothing.
create function ledger.correct_v3(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_amount bigint, p_lot_id bigint, p_emoney_id integer, p_expires_at timestamptz, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_wallet record;
    v_lot ledger.lot;
    v_made bytea;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'correction', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        select e.at into at from ledger.entry as e
        where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        return;
    end if;
    perform ledger.lock_wallets_v1(array[p_wallet_id]);
    select w.wallet_id, w.state, w.seq, w.last_at, i.closed_until, i.max_holding into v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = p_wallet_id and w.issuer_id = p_issuer_id;
    wallet_id := p_wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
    if p_amount < 0 then
        select l.* into v_lot from ledger.lot as l
        where l.wallet_id = p_wallet_id and l.lot_id = p_lot_id and l.issuer_id = p_issuer_id;
    else
        v_lot.emoney_id := (
            select m.emoney_id from ledger.emoney as m
            where m.emoney_id = p_emoney_id and m.issuer_id = p_issuer_id);
        v_lot.expires_at := p_expires_at;
    end if;
    outcome := case
        when v_wallet.wallet_id is null or v_lot.emoney_id is null or p_amount = 0 then 'unknown'
        when v_wallet.state = 'closed' then 'closed'
        when v_lot.expires_at <= at then 'expired'
        when v_lot.balance + p_amount < 0 then 'insufficient'
        when p_amount > 0 and p_amount + (
            select coalesce(sum(l.balance), 0) from ledger.lot as l
            where l.wallet_id = p_wallet_id and l.balance > 0
                and (l.expires_at is null or l.expires_at > correct_v3.at)
        ) > v_wallet.max_holding then 'over_limit'
    end;
    if outcome is not null then
        at := null;
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;
    if p_amount < 0 then
        update ledger.lot as l set balance = l.balance + p_amount
        where l.wallet_id = p_wallet_id and l.lot_id = p_lot_id;
    else
        v_lot.lot_id := nextval('ledger.lot_id');
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot, paid)
        values (
            p_wallet_id, v_lot.lot_id, p_issuer_id, p_emoney_id, ledger.lot_code_v1(),
            ledger.management_number_v1(v_lot.lot_id, at), p_amount, p_amount, p_expires_at, at,
            at, v_wallet.seq + 1, v_lot.lot_id, 0);
        v_made := ledger.made_lots_v1(p_wallet_id, v_wallet.seq + 1);
    end if;
    seq := ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, 'correction', at, null, null, null, p_amount, p_actor,
        p_content, p_note, array[v_lot.lot_id, -7], array[v_lot.emoney_id, v_lot.emoney_id],
        array[p_amount, -p_amount], v_made, 0);
    perform ledger.keep_claim_v2(p_actor, p_key, p_wallet_id, seq);
    outcome := 'corrected';
end
$$;
