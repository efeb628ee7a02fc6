-- A LATER EXPIRY of a lot that lives; who may decide so is its caller's matter. Value does not move.
-- p_exempt: its issuer is exempt because value is usable for six months only.
--
-- Outcomes: moved · replayed · key_conflict · cancelled · unknown (the lot is not this issuer's) · closed
-- · expired (it is dead, and unexpire_v1 may help) · not_later (it never dies, or not before that) · exempt (it would
-- outlive six months from its legal issue date, and with it the issuer's exemption). A frozen wallet's
-- lot is moved. A refusal changes nothing.
create function ledger.move_expiry_v1(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_lot_id bigint, p_expires_at timestamptz, p_exempt boolean, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint, out at timestamptz
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_wallet record;
    v_lot ledger.lot;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'move_expiry', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        select e.at into at from ledger.entry as e
        where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        return;
    end if;
    perform ledger.lock_wallets_v1(array[p_wallet_id]);
    wallet_id := p_wallet_id;
    select w.state, w.seq, w.last_at, i.closed_until into v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = p_wallet_id and w.issuer_id = p_issuer_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
    select l.* into v_lot from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.lot_id = p_lot_id and l.issuer_id = p_issuer_id;
    outcome := case
        when v_wallet.state is null or v_lot.lot_id is null then 'unknown'
        when v_wallet.state = 'closed' then 'closed'
        when v_lot.expires_at <= at then 'expired'
        when (v_lot.expires_at < p_expires_at) is not true or p_expires_at = 'infinity'
            then 'not_later'
        when p_exempt is not false
            and p_expires_at > ledger.end_of_exemption_v1(v_lot.issued_at) then 'exempt'
    end;
    if outcome is not null then
        at := null;
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;
    seq := ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, 'move_expiry', at, null, null, null, 0, p_actor, p_content,
        p_note, '{}', '{}', '{}',
        ledger.move_expiries_v1(
            p_issuer_id, p_wallet_id, v_wallet.seq + 1, array[p_lot_id], p_expires_at), 0);
    perform ledger.keep_claim_v2(p_actor, p_key, p_wallet_id, seq);
    outcome := 'moved';
end
$$;
