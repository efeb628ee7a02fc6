-- PAYMENTS, version 2. Decides and writes a set of payments in one round trip and one transaction;
-- each has its own outcome, and one's refusal does not touch its neighbours. The arrays are
-- parallel, a payment an element; (actor, key) and wallets are distinct within a set.
--
-- Over version 1: `p_free` leaves out what somebody else holds (try_again) instead of waiting for
-- it; a payment whose `p_once` is true, with a note, is refused when the wallet has paid the same
-- before (same_payment_v1); a wallet that is ahead of the clock pays nothing.
--
-- Outcomes, the first that applies wins: paid · replayed (same key and content: the stored
-- success) · key_conflict · cancelled (the key was, also when its payment had been made and was
-- given back) · unknown (wallet, shop or device is not this issuer's, or the code is of a step that
-- has not come) · try_again (another transaction holds key, wallet or shop, or the wallet's last
-- entry is over a minute ahead of the clock) · duplicate_reference (`number` is the first
-- payment's) · code_expired · code_used · frozen · not_accepted · over_limit · expired
-- · insufficient. A refusal changes nothing, and gives its key back.
create function ledger.pay_set_v2(
    p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[],
    p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[],
    p_once boolean[], p_free boolean
) returns table (
    place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamptz,
    amount bigint, refs bigint[], emoneys bigint[], amounts bigint[],
    balance bigint, available bigint
)
-- Planned once, for tables that are large, even when the first call meets empty ones: planning
-- anew costs more than the payment.
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
declare
    v_size integer := cardinality(p_keys);
    v_claimed integer;
    v_busy integer[] := '{}';
    v_locked bigint[];
    v_busy_shops integer[] := '{}';
    v_request ledger.request;
    v_wallet record;
    v_plan record;
    v_day date;
    v_over_limit boolean;
    v_entry ledger.entry;
    v_entries ledger.entry[] := '{}';
    v_note ledger.note;
    v_notes ledger.note[] := '{}';
    v_paid integer[] := '{}';
    v_seqs bigint[] := '{}';
    v_spent bigint[] := '{}';
    v_refused integer[] := '{}';
    v_used_wallets bigint[] := '{}';
    v_used_lots bigint[] := '{}';
    v_used_amounts bigint[] := '{}';
begin
    if p_free then
        select c.claimed, c.busy into v_claimed, v_busy
        from ledger.claim_free_v1(p_actors, p_keys, p_contents) as c;
    else
        insert into ledger.request (actor, key, operation, content)
        select r.actor, r.key, 'payment', r.content
        from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
        order by r.actor, r.key
        on conflict do nothing;
        get diagnostics v_claimed = row_count;
    end if;
    if v_claimed < v_size and (
        select count(distinct (r.actor, r.key)) from unnest(p_actors, p_keys) as r (actor, key)
    ) < v_size then
        raise exception 'a key stands twice in a set of payments';
    end if;

    if p_free then
        v_locked := ledger.lock_free_wallets_v1(p_wallets);
        v_busy_shops := ledger.lock_free_shops_v1(p_shops);
    else
        perform ledger.lock_wallets_v1(p_wallets);
        perform ledger.lock_shops_v1(p_shops);
    end if;

    for i in 1 .. v_size loop
        place := i;
        outcome := null;
        wallet_id := p_wallets[i];
        seq := null; number := null; at := null; amount := p_amounts[i];
        refs := null; emoneys := null; amounts := null; balance := null; available := null;

        if i = any (v_busy) then
            -- The key is another transaction's, so it is not given back here.
            outcome := 'try_again';
            return next;
            continue;
        end if;
        if v_claimed < v_size then
            select r.* into v_request
            from ledger.request as r where r.actor = p_actors[i] and r.key = p_keys[i];
            if v_request.cancelled then
                outcome := 'cancelled';
            elsif v_request.seq is not null and (
                v_request.operation <> 'payment' or v_request.content <> p_contents[i]
            ) then
                outcome := 'key_conflict';
            elsif v_request.seq is not null then
                outcome := 'replayed';
                wallet_id := v_request.wallet_id;
                seq := v_request.seq;
                select e.number, e.at, -e.amount,
                    e.refs[: cardinality(e.refs) / 2], e.emoneys[: cardinality(e.refs) / 2],
                    e.amounts[cardinality(e.refs) / 2 + 1 :]
                into strict number, at, amount, refs, emoneys, amounts
                from ledger.entry as e
                where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq;
            end if;
            if outcome is not null then
                return next;
                continue;
            end if;
        end if;

        select w.state, w.seq, w.head, w.last_at, w.day, w.day_spent, n.payment_prefix, n.closed_until,
            n.max_payment, n.max_day, d.last_step, d.revoked_at
        into v_wallet
        from ledger.wallet as w
        join ledger.issuer as n on n.issuer_id = w.issuer_id
        join ledger.shop as s on s.issuer_id = w.issuer_id and s.shop_id = p_shops[i]
        left join ledger.device as d
            on d.device_id = p_devices[i] and d.wallet_id = w.wallet_id
        where w.wallet_id = p_wallets[i] and w.issuer_id = p_issuers[i];

        if not found or amount < 1 then
            outcome := 'unknown';
        elsif p_free and (
            not p_wallets[i] = any (v_locked) or p_shops[i] = any (v_busy_shops))
        then
            outcome := 'try_again';
        elsif p_devices[i] is not null and (
            v_wallet.last_step is null or v_wallet.revoked_at is not null)
        then
            outcome := 'unknown';
        elsif v_wallet.last_at > ledger.now() + interval '1 minute' then
            outcome := 'try_again';
        else
            at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
            v_day := (at at time zone 'Asia/Tokyo')::date;
            if p_once[i] and p_notes[i] is not null then
                number := ledger.same_payment_v1(
                    p_wallets[i], p_shops[i], amount, p_notes[i], at);
            end if;
            -- A pay code lives from its 30 s step's start for 300 s, and is spent once. It may
            -- be two steps ahead, for payments in a row; a later one is nobody's.
            if p_steps[i] is not null and at < to_timestamp((p_steps[i] - 2) * 30) then
                outcome := 'unknown';
            elsif number is not null then
                outcome := 'duplicate_reference';
            elsif p_steps[i] is not null and at >= to_timestamp(p_steps[i] * 30 + 300) then
                outcome := 'code_expired';
            elsif p_steps[i] <= v_wallet.last_step then
                outcome := 'code_used';
            elsif v_wallet.state <> 'open' then
                outcome := 'frozen';
            end if;
        end if;

        if outcome is null then
            select
                array_agg(p.lot_id order by p.place) filter (where p.take > 0) as refs,
                array_agg(p.emoney_id::bigint order by p.place) filter (where p.take > 0)
                    as emoneys,
                array_agg(p.take order by p.place) filter (where p.take > 0) as amounts,
                coalesce(sum(p.take), 0)::bigint as taken,
                coalesce(sum(p.balance) filter (where p.accepted), 0)::bigint as available,
                coalesce(sum(p.balance), 0)::bigint as balance
            into v_plan
            from ledger.spend_plan_v1(p_wallets[i], p_shops[i], p_amounts[i], at) as p;
            balance := v_plan.balance;
            available := v_plan.available;

            v_over_limit := coalesce(amount > v_wallet.max_payment, false) or coalesce(
                amount + case when v_wallet.day = v_day then v_wallet.day_spent else 0 end
                    > v_wallet.max_day, false);
            if v_over_limit or v_plan.taken < amount then
                outcome := ledger.refusal_v1(
                    p_wallets[i], p_shops[i], at, v_over_limit, available, balance);
            end if;
        end if;

        if outcome is not null then
            v_refused := v_refused || i;
            return next;
            continue;
        end if;

        number := v_wallet.payment_prefix || to_char(v_day, 'YYYYMMDD')
            || lpad(nextval('ledger.payment_number')::text, 12, '0');
        seq := v_wallet.seq + 1;
        refs := v_plan.refs;
        emoneys := v_plan.emoneys;
        amounts := v_plan.amounts;

        v_entry.issuer_id := p_issuers[i];
        v_entry.wallet_id := p_wallets[i];
        v_entry.seq := seq;
        v_entry.kind := 'payment';
        v_entry.shop_id := p_shops[i];
        v_entry.at := at;
        v_entry.amount := -amount;
        v_entry.device_id := p_devices[i];
        v_entry.step := p_steps[i];
        v_entry.number := number;
        v_entry.actor := p_actors[i];
        v_entry.content := p_contents[i];
        v_entry.note_hash := null;
        if p_notes[i] is not null then
            v_note := (
                p_wallets[i], seq, p_issuers[i], uuid_send(gen_random_uuid()), p_notes[i]);
            v_notes := v_notes || v_note;
            v_entry.note_hash := ledger.note_hash_v1(v_note.salt, v_note.text);
        end if;
        v_entry.refs := refs || array_fill(-1::bigint, array[cardinality(refs)]);
        v_entry.emoneys := emoneys || emoneys;
        v_entry.amounts := ledger.negated_v1(amounts) || amounts;
        v_entry.hash := sha256(v_wallet.head || ledger.canonical_v1(v_entry, null));

        v_entries := v_entries || v_entry;
        v_paid := v_paid || i;
        v_seqs := v_seqs || seq;
        v_spent := v_spent || amount;
        v_used_wallets := v_used_wallets
            || array_fill(p_wallets[i], array[cardinality(refs)]);
        v_used_lots := v_used_lots || refs;
        v_used_amounts := v_used_amounts || amounts;

        balance := balance - amount;
        available := available - amount;
        outcome := 'paid';
        return next;
    end loop;

    -- What was decided is written for the whole set at once.
    if v_paid <> '{}' then
        update ledger.lot as l set balance = l.balance - t.take
        from unnest(v_used_wallets, v_used_lots, v_used_amounts) as t (wallet_id, lot_id, take)
        where l.wallet_id = t.wallet_id and l.lot_id = t.lot_id;

        update ledger.device as d set last_step = e.step
        from unnest(v_entries) as e where d.device_id = e.device_id;

        perform ledger.write_entries_v1(v_entries, v_spent);

        insert into ledger.note select n.* from unnest(v_notes) as n;

        update ledger.request as r set wallet_id = p_wallets[e.place], seq = e.seq
        from unnest(v_paid, v_seqs) as e (place, seq)
        where r.actor = p_actors[e.place] and r.key = p_keys[e.place];
    end if;
    if v_refused <> '{}' then
        delete from ledger.request as r
        using unnest(v_refused) as o (place)
        where r.actor = p_actors[o.place] and r.key = p_keys[o.place];
    end if;
end
$$;
