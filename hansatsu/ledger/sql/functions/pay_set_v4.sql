-- PAYMENTS, version 4. Decides and writes a set of payments in one round trip and one transaction;
-- each has its own outcome, and one's refusal does not touch its neighbours. The arrays are
-- parallel, a payment an element; (actor, key) and wallets are distinct within a set.
--
-- `p_free` leaves out what somebody else holds (try_again) instead of waiting for it. A payment whose
-- `p_once` is true, with a note, is refused when the wallet has paid the same within the hour
-- (same_payment_v2). A wallet that is ahead of the clock pays nothing.
--
-- Over version 3: whether a payment is made is decided by decide_payment_v1, as one alone is
-- (pay_alone_v1).
--
-- Outcomes, the first that applies wins: paid · replayed (same key and content: the stored
-- success) · key_conflict · cancelled (the key was, also when its payment had been made and was
-- given back) · unknown (wallet, shop or device is not this issuer's, or the code is of a step that
-- has not come) · try_again (another transaction holds key, wallet or shop, or the wallet's last
-- entry is over a minute ahead of the clock) · duplicate_reference (`number` is the first
-- payment's) · code_expired · code_used · frozen · not_accepted · over_limit · expired
-- · insufficient. A refusal changes nothing, and gives its key back.
create function ledger.pay_set_v4(
    p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[],
    p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[],
    p_once boolean[], p_free boolean
) returns table (
    place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamptz,
    amount bigint, refs bigint[], emoneys bigint[], amounts bigint[], codes text[],
    balance bigint, available bigint
)
-- Planned once, for tables that are large, even when the first call meets empty ones: planning
-- anew costs more than the payment.
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
declare
    v_size integer := cardinality(p_keys);
    v_locked bigint[] := p_wallets;
    v_claimed bigint[];
    v_busy bigint[] := '{}';
    v_busy_shops integer[] := '{}';
    v_now timestamptz;
    v_head bytea;
    v_text text;
    v_entry ledger.entry;
    v_entries ledger.entry[] := '{}';
    v_note ledger.note;
    v_notes ledger.note[] := '{}';
    v_refused integer[] := '{}';
begin
    if p_free then
        select c.locked, c.claimed, c.busy into v_locked, v_claimed, v_busy
        from ledger.claim_free_payments_v1(p_actors, p_keys, p_contents, p_wallets) as c;
        v_busy_shops := ledger.lock_free_shops_v1(p_shops);
    else
        v_claimed := ledger.claim_payments_v1(p_actors, p_keys, p_contents, p_wallets);
        perform ledger.lock_shops_v1(p_shops);
    end if;
    if cardinality(v_claimed) < v_size and (
        select count(distinct (r.actor, r.key)) from unnest(p_actors, p_keys) as r (actor, key)
    ) < v_size then
        raise exception 'a key stands twice in a set of payments';
    end if;
    v_now := ledger.now();

    -- All is locked; what is read now is what counts. What a payment needs is read and decided
    -- at once for the set: a null outcome is a payment.
    for place, outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts, codes,
        balance, available, v_head, v_text, v_entry.refs, v_entry.emoneys, v_entry.amounts,
        v_entry.issuer_id, v_entry.wallet_id, v_entry.seq, v_entry.kind, v_entry.shop_id,
        v_entry.at, v_entry.amount, v_entry.device_id, v_entry.step, v_entry.number,
        v_entry.actor, v_entry.content, v_entry.note_hash
    in
        select d.place, d.outcome, d.wallet_id, d.seq, d.number, d.at, d.amount,
            d.lots[: d.lines], d.emoneys[: d.lines], d.takes[d.lines + 1 :], d.codes[: d.lines],
            d.balance - case when d.outcome is null then d.amount else 0 end,
            d.available - case when d.outcome is null then d.amount else 0 end,
            d.head, d.note,
            d.lots[: d.lines] || array_fill(-1::bigint, array[coalesce(d.lines, 0)]),
            d.emoneys[: d.lines] || d.emoneys[: d.lines], d.takes, d.issuer_id, d.wallet_id,
            d.seq, 'payment'::ledger.entry_kind, d.shop_id, d.at, -d.amount, d.device_id,
            d.step, d.number, d.actor, d.content, null::bytea
        from (
            select m.*, cardinality(m.takes) / 2 as lines
            from (
                select o.*,
                    case when o.outcome is null then ledger.take_v1(o.balances, o.amount) end
                        as takes,
                    case
                        when o.outcome is null
                            then o.payment_prefix || to_char(o.today, 'YYYYMMDD')
                                || lpad(nextval('ledger.payment_number')::text, 12, '0')
                        when o.outcome = 'duplicate_reference' then o.first_number
                    end as number
                from (
                    select q.place::integer, q.actor, q.content, q.issuer_id, q.shop_id,
                        q.wallet_id, q.amount, q.device_id, q.step, q.note, w.seq + 1 as seq, w.head,
                        n.payment_prefix, t.at, t.today, f.number as first_number,
                        p.lots, p.emoneys, p.balances, p.codes, p.balance, p.available,
                        ledger.decide_payment_v1(
                            q.wallet_id = any (v_claimed), w.wallet_id is not null,
                            p.lots is not null or exists (
                                select from ledger.shop as s
                                where s.shop_id = q.shop_id and s.issuer_id = q.issuer_id),
                            q.wallet_id = any (v_locked) and q.shop_id <> all (v_busy_shops),
                            q.device_id is null
                                or d.last_step is not null and d.revoked_at is null,
                            q.amount, v_now, w.last_at, t.at, q.step, d.last_step, f.number, w.state,
                            n.max_payment, n.max_day,
                            case when w.day = t.today then w.day_spent else 0 end,
                            q.wallet_id, q.shop_id, p.available, p.balance
                        ) as outcome
                    from unnest(p_actors, p_contents, p_issuers, p_shops, p_wallets, p_amounts,
                        p_devices, p_steps, p_notes, p_once) with ordinality as q (
                        actor, content, issuer_id, shop_id, wallet_id, amount, device_id, step,
                        note, once, place)
                    left join ledger.wallet as w
                        on w.wallet_id = q.wallet_id and w.issuer_id = q.issuer_id
                    left join ledger.issuer as n on n.issuer_id = w.issuer_id
                    left join ledger.device as d
                        on d.device_id = q.device_id and d.wallet_id = w.wallet_id
                    cross join lateral (
                        -- The rule of time_of_v1, by one reading of the clock.
                        select greatest(v_now, w.last_at, n.closed_until) as at,
                            (greatest(v_now, w.last_at, n.closed_until)
                                at time zone 'Asia/Tokyo')::date as today
                    ) as t
                    left join lateral (
                        select s.number from ledger.same_payment_v2(
                            q.wallet_id, q.shop_id, q.amount, q.note, t.at) as s
                        where q.once and q.note is not null
                            and w.last_at > t.at - interval '1 hour'
                    ) as f on true
                    left join lateral ledger.purse_v1(w.wallet_id, q.shop_id, t.at) as p on true
                    order by q.place offset 0
                ) as o
                offset 0
            ) as m
        ) as d
    loop
        if outcome is not null then
            seq := null; refs := null; emoneys := null; codes := null;
            if outcome = 'known' and wallet_id = any (v_busy) then
                -- The key is another transaction's, so it is not given back here.
                outcome := 'try_again';
            elsif outcome = 'known' then
                select k.outcome, k.wallet_id, k.seq, k.number, k.at, k.amount, k.refs, k.emoneys,
                    k.amounts, k.codes
                into outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts, codes
                from ledger.known_payment_v1(
                    v_entry.actor, p_keys[place], v_entry.content, wallet_id, amount) as k;
            else
                v_refused := v_refused || place;
            end if;
            if outcome not in ('over_limit', 'not_accepted', 'expired', 'insufficient') then
                balance := null; available := null;
            end if;
            return next;
            continue;
        end if;

        if v_text is not null then
            v_note := (wallet_id, seq, v_entry.issuer_id, uuid_send(gen_random_uuid()), v_text);
            v_notes := v_notes || v_note;
            v_entry.note_hash := ledger.note_hash_v1(v_note.salt, v_text);
        end if;
        v_entry.hash := sha256(v_head || ledger.canonical_v2(v_entry, null));
        v_entries := v_entries || v_entry;
        outcome := 'paid';
        return next;
    end loop;

    -- What was decided is written for the whole set at once.
    if v_entries <> '{}' then
        perform ledger.write_payments_v2(v_entries, v_notes);
    end if;
    if v_refused <> '{}' then
        delete from ledger.request as r
        using unnest(v_refused) as o (place)
        where r.actor = p_actors[o.place] and r.key = p_keys[o.place];
    end if;
end
$$;
