-- Freeze, unfreeze or close a wallet, version 2: version 1 on claim_v2.
--
-- Outcomes: done · replayed · key_conflict · cancelled
-- · unknown · unchanged (it is so already, or it is closed for ever). A frozen wallet pays
-- nothing but takes issues and refunds; closing asks for an empty wallet (not_empty).
create function ledger.set_state_v2(
    p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint,
    p_kind ledger.entry_kind, p_note text,
    out outcome text, out wallet_id bigint, out seq bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_claim record;
    v_wallet record;
    v_at timestamptz;
    v_from text := case p_kind when 'unfreeze' then 'frozen' else 'open' end;
    v_to text := case p_kind when 'freeze' then 'frozen' when 'unfreeze' then 'open'
        when 'close' then 'closed' end;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, p_kind::text, p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        return;
    end if;
    perform ledger.lock_wallets_v1(array[p_wallet_id]);
    select w.state, w.last_at, i.closed_until into v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = p_wallet_id and w.issuer_id = p_issuer_id;
    outcome := case
        when not found then 'unknown'
        when v_to is null or v_wallet.state <> v_from then 'unchanged'
        when p_kind = 'close' and exists (
            select from ledger.lot as l where l.wallet_id = p_wallet_id and l.balance > 0
        ) then 'not_empty'
        else 'done'
    end;
    wallet_id := p_wallet_id;
    if outcome <> 'done' then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;
    v_at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
    seq := ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, p_kind, v_at, null, null, null, 0, p_actor, p_content,
        p_note, '{}', '{}', '{}', null, 0);
    update ledger.wallet as w set state = v_to where w.wallet_id = p_wallet_id;
    perform ledger.keep_claim_v2(p_actor, p_key, p_wallet_id, seq);
end
$$;
