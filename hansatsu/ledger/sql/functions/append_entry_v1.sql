-- HOW ENTRIES ARE WRITTEN. The next entry of each of several wallets that the caller has locked
-- (one entry a wallet), whole with seq and hash: the wallets' chains, clocks and daily sums go
-- forward, and each entry owes a message. `p_spent` is what an entry adds to the yen spent on
-- its day in Japan; 0 leaves the daily sum alone.
create function ledger.write_entries_v1(p_entries ledger.entry[], p_spent bigint[]) returns void
language plpgsql volatile as $$
begin
    insert into ledger.entry select e.* from unnest(p_entries) as e;

    insert into ledger.outbox (wallet_id, seq)
    select e.wallet_id, e.seq from unnest(p_entries) as e;

    update ledger.wallet as w
    set seq = e.seq, head = e.hash, last_at = e.at,
        day = case when e.spent = 0 then w.day else e.day end,
        day_spent = case
            when e.spent = 0 then w.day_spent
            when w.day = e.day then greatest(0, w.day_spent + e.spent)
            else greatest(0, e.spent)
        end
    from (
        select o.wallet_id, o.seq, o.hash, o.at, o.spent,
            (o.at at time zone 'Asia/Tokyo')::date as day
        from rows from (unnest(p_entries), unnest(p_spent)) as o (
            wallet_id, seq, issuer_id, kind, shop_id, at, amount, device_id, step, number,
            refunded_number, actor, content, note_hash, refs, emoneys, amounts, hash, spent)
    ) as e
    where w.wallet_id = e.wallet_id;
end
$$;

-- Free text goes beside the entry, so that it can be erased; only its salted hash goes in.
create function ledger.write_note_v1(
    p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_note text
) returns bytea
language plpgsql volatile as $$
declare
    v_salt bytea := uuid_send(gen_random_uuid());
begin
    insert into ledger.note (wallet_id, seq, issuer_id, salt, text)
    values (p_wallet_id, p_seq, p_issuer_id, v_salt, p_note);
    return ledger.note_hash_v1(v_salt, p_note);
end
$$;

-- Write one entry of a wallet that the caller has locked; returns its seq.
create function ledger.append_entry_v1(
    p_issuer_id integer, p_wallet_id bigint, p_kind ledger.entry_kind, p_at timestamptz,
    p_number text, p_refunded_number text, p_shop_id integer, p_amount bigint,
    p_actor text, p_content bytea, p_note text,
    p_refs bigint[], p_emoneys bigint[], p_amounts bigint[], p_made bytea, p_spent bigint
) returns bigint
language plpgsql volatile as $$
declare
    v_head bytea;
    v_entry ledger.entry;
begin
    select w.seq + 1, w.head into strict v_entry.seq, v_head
    from ledger.wallet as w where w.wallet_id = p_wallet_id;
    v_entry.issuer_id := p_issuer_id;
    v_entry.wallet_id := p_wallet_id;
    v_entry.kind := p_kind;
    v_entry.at := p_at;
    v_entry.number := p_number;
    v_entry.refunded_number := p_refunded_number;
    v_entry.shop_id := p_shop_id;
    v_entry.amount := p_amount;
    v_entry.actor := p_actor;
    v_entry.content := p_content;
    v_entry.refs := p_refs;
    v_entry.emoneys := p_emoneys;
    v_entry.amounts := p_amounts;
    if p_note is not null then
        v_entry.note_hash := ledger.write_note_v1(
            p_issuer_id, p_wallet_id, v_entry.seq, p_note);
    end if;
    v_entry.hash := sha256(v_head || ledger.canonical_v1(v_entry, p_made));
    perform ledger.write_entries_v1(array[v_entry], array[p_spent]);
    return v_entry.seq;
end
$$;
