-- The ledger's schema in a test database, by tools/schema_snapshot.py. Not for editing.


CREATE SCHEMA ledger;

CREATE TYPE ledger.entry_kind AS ENUM (
    'issue',
    'issue_reversal',
    'payment',
    'refund',
    'transfer_out',
    'transfer_in',
    'expiry',
    'payback',
    'correction',
    'freeze',
    'unfreeze',
    'close',
    'move_expiry',
    'unexpire'
);

CREATE FUNCTION ledger.accept_clock_v1(p_reason text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_count integer;
begin
    perform pg_advisory_xact_lock(72618);
    update ledger.clock_jump as j set ended_at = clock_timestamp(), reason = p_reason
    where j.ended_at is null;
    get diagnostics v_count = row_count;
    delete from ledger.clock_seen;
    return v_count;
end
$$;

CREATE FUNCTION ledger.append_entry_v1(p_issuer_id integer, p_wallet_id bigint, p_kind ledger.entry_kind, p_at timestamp with time zone, p_number text, p_refunded_number text, p_shop_id integer, p_amount bigint, p_actor text, p_content bytea, p_note text, p_refs bigint[], p_emoneys bigint[], p_amounts bigint[], p_made bytea, p_spent bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION ledger.cancel_payment_v1(p_actor text, p_key text, p_issuer_id integer, p_shop_id integer, p_since timestamp with time zone, p_others text[], p_note text, OUT outcome text, OUT number text, OUT refund_number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
    v_payment ledger.entry;
    v_refund record;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    if found then
        select e.number into number
        from ledger.request as r
        join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
        where r.actor = any (p_others) and r.key = p_key
            and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment'
        order by e.at desc limit 1;
        outcome := case when found then 'other_terminal' else 'cancelled' end;
        if outcome = 'other_terminal' then
            perform ledger.drop_claim_v1(p_actor, p_key);
        end if;
        return;
    end if;

    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.cancelled and v_request.seq is null then
        outcome := 'cancelled';
        return;
    end if;
    select e.* into v_payment from ledger.entry as e
    where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq
        and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment';
    if not found then
        outcome := 'other';
        return;
    end if;
    number := v_payment.number;

    if not v_request.cancelled then
        if v_payment.at < p_since then
            outcome := 'too_late';
            return;
        end if;
        v_refund := ledger.refund_v2(
            p_actor, 'cancellation:' || encode(sha256(convert_to(p_key, 'UTF8')), 'hex'),
            sha256(convert_to('cancellation of ' || number, 'UTF8')), p_issuer_id, number, null,
            p_shop_id, p_note);
        if v_refund.outcome = 'closed' then
            outcome := 'closed';
            return;
        elsif v_refund.outcome = 'refunded' then
            at := v_refund.at;
            amount := v_refund.amount;
            expired := v_refund.expired;
            reversed := v_refund.reversed;
        elsif v_refund.outcome not in ('replayed', 'already_refunded') then
            raise exception 'the cancellation of % is %', number, v_refund.outcome;
        end if;
        update ledger.request as r set cancelled = true where r.actor = p_actor and r.key = p_key;
    end if;
    select max(e.number) into refund_number from ledger.entry as e
    where e.number > v_payment.number || '-' and e.number < v_payment.number || '.';
    outcome := 'refunded';
end
$$;

CREATE FUNCTION ledger.cancel_payment_v2(p_actor text, p_key text, p_issuer_id integer, p_shop_id integer, p_since timestamp with time zone, p_others text[], p_note text, OUT outcome text, OUT number text, OUT refund_number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
    v_payment ledger.entry;
    v_refund record;
begin
    insert into ledger.request (actor, key, operation, content)
    values (p_actor, p_key, 'cancel', '')
    on conflict do nothing;
    -- A statement of its own: only this one sees what the insert waited for.
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.seq is null and not v_request.cancelled then
        select e.number into number
        from ledger.request as r
        join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
        where r.actor = any (p_others) and r.key = p_key
            and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment'
        order by e.at desc limit 1;
        if number is not null then
            outcome := 'other_terminal';
            perform ledger.drop_claim_v2(p_actor, p_key);
        else
            outcome := 'cancelled';
            update ledger.request as r set cancelled = true
            where r.actor = p_actor and r.key = p_key;
        end if;
        return;
    end if;
    if v_request.seq is null then
        outcome := 'cancelled';
        return;
    end if;
    select e.* into v_payment from ledger.entry as e
    where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq
        and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment';
    if not found then
        outcome := 'other';
        return;
    end if;
    number := v_payment.number;

    if not v_request.cancelled then
        if v_payment.at < p_since then
            outcome := 'too_late';
            return;
        end if;
        v_refund := ledger.refund_v3(
            p_actor, 'cancellation:' || encode(sha256(convert_to(p_key, 'UTF8')), 'hex'),
            sha256(convert_to('cancellation of ' || number, 'UTF8')), p_issuer_id, number, null,
            p_shop_id, p_note);
        if v_refund.outcome = 'closed' then
            outcome := 'closed';
            return;
        elsif v_refund.outcome = 'refunded' then
            at := v_refund.at;
            amount := v_refund.amount;
            expired := v_refund.expired;
            reversed := v_refund.reversed;
        elsif v_refund.outcome not in ('replayed', 'already_refunded') then
            raise exception 'the cancellation of % is %', number, v_refund.outcome;
        end if;
        update ledger.request as r set cancelled = true where r.actor = p_actor and r.key = p_key;
    end if;
    select max(e.number) into refund_number from ledger.entry as e
    where e.number > v_payment.number || '-' and e.number < v_payment.number || '.';
    outcome := 'refunded';
end
$$;

CREATE FUNCTION ledger.cancel_payment_v3(p_actor text, p_key text, p_issuer_id integer, p_shop_id integer, p_since timestamp with time zone, p_others text[], p_note text, OUT outcome text, OUT number text, OUT refund_number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
    v_payment ledger.entry;
    v_refund record;
begin
    insert into ledger.request (actor, key, operation, content)
    values (p_actor, p_key, 'cancel', '')
    on conflict do nothing;
    -- A statement of its own: only this one sees what the insert waited for.
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.seq is null and not v_request.cancelled then
        select e.number into number
        from ledger.request as r
        join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
        where r.actor = any (p_others) and r.key = p_key
            and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment'
        order by e.at desc limit 1;
        if number is not null then
            outcome := 'other_terminal';
            perform ledger.drop_claim_v2(p_actor, p_key);
        else
            outcome := 'cancelled';
            update ledger.request as r set cancelled = true
            where r.actor = p_actor and r.key = p_key;
        end if;
        return;
    end if;
    if v_request.seq is null then
        outcome := 'cancelled';
        return;
    end if;
    select e.* into v_payment from ledger.entry as e
    where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq
        and e.issuer_id = p_issuer_id and e.shop_id = p_shop_id and e.kind = 'payment';
    if not found then
        outcome := 'other';
        return;
    end if;
    number := v_payment.number;

    if not v_request.cancelled then
        if v_payment.at < p_since then
            outcome := 'too_late';
            return;
        end if;
        v_refund := ledger.refund_v4(
            p_actor, 'cancellation:' || encode(sha256(convert_to(p_key, 'UTF8')), 'hex'),
            sha256(convert_to('cancellation of ' || number, 'UTF8')), p_issuer_id, number, null,
            p_shop_id, p_note);
        if v_refund.outcome = 'closed' then
            outcome := 'closed';
            return;
        elsif v_refund.outcome = 'refunded' then
            at := v_refund.at;
            amount := v_refund.amount;
            expired := v_refund.expired;
            reversed := v_refund.reversed;
        elsif v_refund.outcome not in ('replayed', 'already_refunded') then
            raise exception 'the cancellation of % is %', number, v_refund.outcome;
        end if;
        update ledger.request as r set cancelled = true where r.actor = p_actor and r.key = p_key;
    end if;
    select max(e.number) into refund_number from ledger.entry as e
    where e.number > v_payment.number || '-' and e.number < v_payment.number || '.';
    outcome := 'refunded';
end
$$;

CREATE FUNCTION ledger.cancel_v1(p_actor text, p_key text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    if found then
        outcome := 'cancelled';
        return;
    end if;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    outcome := case when v_request.cancelled then 'cancelled' else 'done' end;
    wallet_id := v_request.wallet_id;
    seq := v_request.seq;
end
$$;

CREATE FUNCTION ledger.cancel_v2(p_actor text, p_key text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    if found then
        outcome := 'cancelled';
        return;
    end if;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    outcome := case
        when not v_request.cancelled then 'done'
        when v_request.seq is null then 'cancelled'
        else 'given_back'
    end;
    wallet_id := v_request.wallet_id;
    seq := v_request.seq;
end
$$;

CREATE FUNCTION ledger.cancel_v3(p_actor text, p_key text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content, cancelled)
    values (p_actor, p_key, 'cancel', '', true)
    on conflict do nothing;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    outcome := case
        when not v_request.cancelled then 'done'
        when v_request.seq is null then 'cancelled'
        else 'given_back'
    end;
    wallet_id := v_request.wallet_id;
    seq := v_request.seq;
end
$$;

CREATE FUNCTION ledger.canonical_expiry_v1(lot_id bigint, old_expiry timestamp with time zone, new_expiry timestamp with time zone) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return
        ledger.field_v1('hansatsu expiry 1'::text) || ledger.field_v1(lot_id)
        || ledger.field_v1(old_expiry) || ledger.field_v1(new_expiry);
end
$$;

CREATE FUNCTION ledger.canonical_lot_v1(lot_id bigint, emoney_id bigint, face bigint, expires_at timestamp with time zone, issued_at timestamp with time zone, origin_wallet bigint, origin_lot bigint, code text, management_number text) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return
        ledger.field_v1(lot_id) || ledger.field_v1(emoney_id) || ledger.field_v1(face)
        || ledger.field_v1(expires_at) || ledger.field_v1(issued_at)
        || ledger.field_v1(origin_wallet) || ledger.field_v1(origin_lot)
        || ledger.field_v1(code) || ledger.field_v1(management_number);
end
$$;

CREATE FUNCTION ledger.canonical_postings_v1(refs bigint[], emoneys bigint[], amounts bigint[]) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
declare
    bytes bytea := '';
begin
    for i in 1 .. cardinality(refs) loop
        bytes := bytes || int8send(refs[i]) || int8send(emoneys[i]) || int8send(amounts[i]);
    end loop;
    return bytes;
end
$$;

CREATE TABLE ledger.entry (
    wallet_id bigint NOT NULL,
    seq bigint NOT NULL,
    issuer_id integer NOT NULL,
    kind ledger.entry_kind NOT NULL,
    shop_id integer,
    at timestamp with time zone NOT NULL,
    amount bigint NOT NULL,
    device_id bigint,
    step bigint,
    number text,
    refunded_number text,
    actor text NOT NULL,
    content bytea NOT NULL,
    note_hash bytea,
    refs bigint[] NOT NULL,
    emoneys bigint[] NOT NULL,
    amounts bigint[] NOT NULL,
    hash bytea NOT NULL
);

CREATE FUNCTION ledger.canonical_v1(entry ledger.entry, made bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return
        ledger.field_v1('hansatsu entry 1'::text)
        || ledger.field_v1(entry.issuer_id::bigint) || ledger.field_v1(entry.wallet_id)
        || ledger.field_v1(entry.seq) || ledger.field_v1(entry.kind::text)
        || ledger.field_v1(entry.number) || ledger.field_v1(entry.refunded_number)
        || ledger.field_v1(entry.at) || ledger.field_v1(entry.shop_id::bigint)
        || ledger.field_v1(entry.amount) || ledger.field_v1(entry.actor)
        || ledger.field_v1(entry.content) || ledger.field_v1(entry.device_id)
        || ledger.field_v1(entry.step) || ledger.field_v1(entry.note_hash)
        || ledger.field_v1(ledger.canonical_postings_v1(
            entry.refs, entry.emoneys, entry.amounts))
        || ledger.field_v1(made);
end
$$;

CREATE FUNCTION ledger.canonical_v2(entry ledger.entry, made bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
declare
    v_postings bytea := '';
begin
    for i in 1 .. cardinality(entry.refs) loop
        v_postings := v_postings
            || int8send(entry.refs[i]) || int8send(entry.emoneys[i]) || int8send(entry.amounts[i]);
    end loop;
    -- The first field is 'hansatsu entry 1'; a time counts from 2000 as it is sent.
    return
        '\x0000001068616e736174737520656e7472792031'::bytea
        || coalesce('\x00000008'::bytea || int8send(entry.issuer_id), '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.wallet_id), '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.seq), '\xffffffff')
        || coalesce(int4send(octet_length(entry.kind::text))
            || convert_to(entry.kind::text, 'UTF8'), '\xffffffff')
        || coalesce(int4send(octet_length(entry.number))
            || convert_to(entry.number, 'UTF8'), '\xffffffff')
        || coalesce(int4send(octet_length(entry.refunded_number))
            || convert_to(entry.refunded_number, 'UTF8'), '\xffffffff')
        || coalesce('\x00000008'::bytea
            || int8send(timestamptz_send(entry.at)::bigint + 946684800000000), '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.shop_id), '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.amount), '\xffffffff')
        || coalesce(int4send(octet_length(entry.actor))
            || convert_to(entry.actor, 'UTF8'), '\xffffffff')
        || coalesce(int4send(length(entry.content)) || entry.content, '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.device_id), '\xffffffff')
        || coalesce('\x00000008'::bytea || int8send(entry.step), '\xffffffff')
        || coalesce(int4send(length(entry.note_hash)) || entry.note_hash, '\xffffffff')
        || int4send(length(v_postings)) || v_postings
        || coalesce(int4send(length(made)) || made, '\xffffffff');
end
$$;

CREATE FUNCTION ledger.claim_free_payments_v1(p_actors text[], p_keys text[], p_contents bytea[], p_wallets bigint[], OUT locked bigint[], OUT claimed bigint[], OUT busy bigint[]) RETURNS record
    LANGUAGE plpgsql
    SET lock_timeout TO '20ms'
    AS $$
declare
    v_request record;
    v_claimed bigint;
begin
    busy := '{}';
    begin
        -- One statement locks and writes, and reads nothing but what it has locked.
        with free as materialized (
            select w.wallet_id, w.seq from ledger.wallet as w
            where w.wallet_id = any (p_wallets)
            order by w.wallet_id
            for no key update skip locked
        ), claim as (
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            select r.actor, r.key, 'payment', r.content, r.wallet_id, f.seq + 1
            from unnest(p_actors, p_keys, p_contents, p_wallets)
                as r (actor, key, content, wallet_id)
            left join free as f on f.wallet_id = r.wallet_id
            order by r.actor, r.key
            returning request.wallet_id
        )
        select array(select f.wallet_id from free as f), array(select c.wallet_id from claim as c)
        into locked, claimed;
        return;
    exception when unique_violation or lock_not_available then
        claimed := '{}';
    end;
    locked := ledger.lock_free_wallets_v1(p_wallets);
    perform set_config('lock_timeout', '5ms', true);
    for v_request in
        select r.actor, r.key, r.content, r.wallet_id, w.seq + 1 as seq
        from unnest(p_actors, p_keys, p_contents, p_wallets) as r (actor, key, content, wallet_id)
        left join ledger.wallet as w on w.wallet_id = r.wallet_id
        order by r.actor, r.key
    loop
        begin
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            values (v_request.actor, v_request.key, 'payment', v_request.content,
                v_request.wallet_id, v_request.seq)
            on conflict do nothing
            returning request.wallet_id into v_claimed;
            if v_claimed is not null then
                claimed := claimed || v_claimed;
            end if;
        exception when lock_not_available then
            busy := busy || v_request.wallet_id;
        end;
    end loop;
end
$$;

CREATE FUNCTION ledger.claim_free_v1(p_actors text[], p_keys text[], p_contents bytea[], OUT claimed integer, OUT busy integer[]) RETURNS record
    LANGUAGE plpgsql
    SET lock_timeout TO '20ms'
    AS $$
declare
    v_request record;
begin
    busy := '{}';
    begin
        insert into ledger.request (actor, key, operation, content)
        select r.actor, r.key, 'payment', r.content
        from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
        order by r.actor, r.key
        on conflict do nothing;
        get diagnostics claimed = row_count;
        return;
    exception when lock_not_available then
        claimed := 0;
    end;
    perform set_config('lock_timeout', '5ms', true);
    for v_request in
        select r.actor, r.key, r.content, r.place
        from unnest(p_actors, p_keys, p_contents) with ordinality as r (actor, key, content, place)
        order by r.actor, r.key
    loop
        begin
            insert into ledger.request (actor, key, operation, content)
            values (v_request.actor, v_request.key, 'payment', v_request.content)
            on conflict do nothing;
            if found then
                claimed := claimed + 1;
            end if;
        exception when lock_not_available then
            busy := busy || v_request.place::integer;
        end;
    end loop;
end
$$;

CREATE FUNCTION ledger.claim_payments_v1(p_actors text[], p_keys text[], p_contents bytea[], p_wallets bigint[], OUT claimed bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
declare
    v_claimed bigint;
begin
    claimed := '{}';
    -- As lock_wallets_v1: a payment alone pays for each function that is called.
    perform from ledger.wallet as w where w.wallet_id = any (p_wallets)
    order by w.wallet_id for no key update;
    for i in 1 .. cardinality(p_keys) loop
        -- What stands under the key tells, never how many rows an insert says it wrote.
        insert into ledger.request (actor, key, operation, content, wallet_id, seq)
        select p_actors[i], p_keys[i], 'payment', p_contents[i], p_wallets[i], (
            select w.seq + 1 from ledger.wallet as w where w.wallet_id = p_wallets[i])
        on conflict do nothing
        returning request.wallet_id into v_claimed;
        if v_claimed is not null then
            claimed := claimed || v_claimed;
        end if;
    end loop;
end
$$;

CREATE FUNCTION ledger.claim_v1(p_actor text, p_key text, p_operation text, p_content bytea, OUT state text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content)
    values (p_actor, p_key, p_operation, p_content)
    on conflict do nothing;
    if found then
        state := 'new';
        return;
    end if;
    -- A statement of its own: only this one sees what the insert waited for.
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.operation <> p_operation or v_request.content <> p_content then
        if v_request.cancelled and v_request.operation = 'cancel' then
            state := 'cancelled';
        else
            state := 'key_conflict';
        end if;
    else
        state := 'replayed';
        wallet_id := v_request.wallet_id;
        seq := v_request.seq;
    end if;
end
$$;

CREATE FUNCTION ledger.claim_v2(p_actor text, p_key text, p_operation text, p_content bytea, OUT state text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
    v_request ledger.request;
begin
    insert into ledger.request (actor, key, operation, content)
    values (p_actor, p_key, p_operation, p_content)
    on conflict do nothing;
    -- A statement of its own: only this one sees what the insert waited for.
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.operation <> p_operation or v_request.content <> p_content then
        if v_request.cancelled and v_request.operation = 'cancel' then
            state := 'cancelled';
        else
            state := 'key_conflict';
        end if;
    elsif v_request.seq is null and not v_request.cancelled then
        state := 'new';
    else
        state := 'replayed';
        wallet_id := v_request.wallet_id;
        seq := v_request.seq;
    end if;
end
$$;

CREATE FUNCTION ledger.close_until_v1(p_issuer_id integer, p_until timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if p_until is null or ledger.now() < p_until
        or (p_until at time zone 'Asia/Tokyo')::time <> '00:00'
        or not exists (select from ledger.issuer as i where i.issuer_id = p_issuer_id)
    then
        return false;
    end if;
    update ledger.issuer as i set closed_until = p_until
    where i.issuer_id = p_issuer_id and i.closed_until < p_until;
    return true;
end
$$;

CREATE FUNCTION ledger.correct_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_amount bigint, p_lot_id bigint, p_emoney_id integer, p_expires_at timestamp with time zone, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_wallet record;
    v_lot ledger.lot;
    v_made bytea;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, 'correction', p_content);
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
                and (l.expires_at is null or l.expires_at > correct_v1.at)
        ) > v_wallet.max_holding then 'over_limit'
    end;
    if outcome is not null then
        at := null;
        perform ledger.drop_claim_v1(p_actor, p_key);
        return;
    end if;
    if p_amount < 0 then
        update ledger.lot as l set balance = l.balance + p_amount
        where l.wallet_id = p_wallet_id and l.lot_id = p_lot_id;
    else
        v_lot.lot_id := nextval('ledger.lot_id');
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot)
        values (
            p_wallet_id, v_lot.lot_id, p_issuer_id, p_emoney_id, ledger.lot_code_v1(),
            ledger.management_number_v1(v_lot.lot_id, at), p_amount, p_amount, p_expires_at, at,
            at, v_wallet.seq + 1, v_lot.lot_id);
        v_made := ledger.made_lots_v1(p_wallet_id, v_wallet.seq + 1);
    end if;
    seq := ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, 'correction', at, null, null, null, p_amount, p_actor,
        p_content, p_note, array[v_lot.lot_id, -7], array[v_lot.emoney_id, v_lot.emoney_id],
        array[p_amount, -p_amount], v_made, 0);
    perform ledger.keep_claim_v1(p_actor, p_key, p_wallet_id, seq);
    outcome := 'corrected';
end
$$;

CREATE FUNCTION ledger.correct_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_amount bigint, p_lot_id bigint, p_emoney_id integer, p_expires_at timestamp with time zone, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
                and (l.expires_at is null or l.expires_at > correct_v2.at)
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
            expires_at, issued_at, registered_at, made_seq, root_lot)
        values (
            p_wallet_id, v_lot.lot_id, p_issuer_id, p_emoney_id, ledger.lot_code_v1(),
            ledger.management_number_v1(v_lot.lot_id, at), p_amount, p_amount, p_expires_at, at,
            at, v_wallet.seq + 1, v_lot.lot_id);
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

CREATE FUNCTION ledger.correct_v3(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_amount bigint, p_lot_id bigint, p_emoney_id integer, p_expires_at timestamp with time zone, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.refusal_v1(p_wallet_id bigint, p_shop_id integer, p_at timestamp with time zone, p_over_limit boolean, p_available bigint, p_balance bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
begin
    if p_available = 0 and (p_balance > 0 or not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.valid_from <= p_at
            and (a.valid_until is null or a.valid_until > p_at)
    )) then
        return 'not_accepted';
    end if;
    if p_over_limit then
        return 'over_limit';
    end if;
    if p_available = 0 and exists (
        select from ledger.lot as l
        where l.wallet_id = p_wallet_id and l.expires_at <= p_at
            and (l.balance > 0 or l.swept_at is not null)
    ) then
        return 'expired';
    end if;
    return 'insufficient';
end
$$;

CREATE FUNCTION ledger.decide_payment_v1(p_claimed boolean, p_wallet boolean, p_shop boolean, p_held boolean, p_device boolean, p_amount bigint, p_now timestamp with time zone, p_last_at timestamp with time zone, p_at timestamp with time zone, p_step bigint, p_last_step bigint, p_first text, p_state text, p_max_payment bigint, p_max_day bigint, p_spent bigint, p_wallet_id bigint, p_shop_id integer, p_available bigint, p_balance bigint) RETURNS text
    LANGUAGE sql STABLE
    RETURN CASE WHEN (p_claimed IS NOT TRUE) THEN 'known'::text WHEN ((NOT p_wallet) OR (p_amount < 1) OR (NOT p_shop)) THEN 'unknown'::text WHEN (p_held IS NOT TRUE) THEN 'try_again'::text WHEN (NOT p_device) THEN 'unknown'::text WHEN (p_last_at > (p_now + '00:01:00'::interval)) THEN 'try_again'::text WHEN (p_at < to_timestamp((((p_step - 2) * 30))::double precision)) THEN 'unknown'::text WHEN (p_first IS NOT NULL) THEN 'duplicate_reference'::text WHEN (p_at >= to_timestamp((((p_step * 30) + 300))::double precision)) THEN 'code_expired'::text WHEN (p_step <= p_last_step) THEN 'code_used'::text WHEN (p_state <> 'open'::text) THEN 'frozen'::text WHEN ((p_amount > p_max_payment) OR ((p_amount + p_spent) > p_max_day)) THEN ledger.refusal_v1(p_wallet_id, p_shop_id, p_at, true, p_available, p_balance) WHEN (p_available < p_amount) THEN ledger.refusal_v1(p_wallet_id, p_shop_id, p_at, false, p_available, p_balance) ELSE NULL::text END;

CREATE FUNCTION ledger.device_fixed_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    raise exception 'the wallet of device % never changes', old.device_id
        using errcode = 'restrict_violation';
end
$$;

CREATE TABLE ledger.request (
    actor text NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    content bytea NOT NULL,
    wallet_id bigint,
    seq bigint,
    cancelled boolean DEFAULT false NOT NULL,
    CONSTRAINT request_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
)
WITH (fillfactor='80');

CREATE FUNCTION ledger.drop_claim_v1(p_actor text, p_key text) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 DELETE FROM ledger.request
   WHERE ((request.actor = drop_claim_v1.p_actor) AND (request.key = drop_claim_v1.p_key));
END;

CREATE FUNCTION ledger.drop_claim_v2(p_actor text, p_key text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    delete from ledger.request as r where r.actor = p_actor and r.key = p_key;
end
$$;

CREATE FUNCTION ledger.end_acceptances_v1(p_issuer_id integer, p_shop_ids integer[], p_emoney_ids integer[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_shop integer;
    v_now timestamptz;
begin
    for v_shop in select distinct s from unnest(p_shop_ids) as s order by 1 loop
        perform ledger.lock_shop_alone_v1(v_shop);
    end loop;
    v_now := ledger.now();
    update ledger.acceptance as a set valid_until = greatest(v_now, a.valid_from)
    from unnest(p_shop_ids, p_emoney_ids) as p (shop_id, emoney_id)
    where a.issuer_id = p_issuer_id and a.shop_id = p.shop_id and a.emoney_id = p.emoney_id
        and (a.valid_until is null or a.valid_until > v_now);
end
$$;

CREATE FUNCTION ledger.end_of_exemption_v1(p_issued_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    RETURN ((date_trunc('day'::text, (p_issued_at AT TIME ZONE 'Asia/Tokyo'::text)) + '6 mons'::interval) AT TIME ZONE 'Asia/Tokyo'::text);

CREATE FUNCTION ledger.expire_due_v1(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_wallets bigint[];
    v_wallet record;
    v_count integer := 0;
    v_now timestamptz := ledger.now();
begin
    select array_agg(d.wallet_id) into v_wallets
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id in (
            select l.wallet_id from ledger.lot as l
            where l.swept_at is null and l.expires_at <= v_now
            order by l.expires_at limit p_limit
        )
        order by w.wallet_id
        for no key update skip locked
    ) as d;
    for v_wallet in
        select w.wallet_id, w.issuer_id, w.last_at, i.closed_until
        from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
        where w.wallet_id = any (v_wallets) order by w.wallet_id
    loop
        perform ledger.expire_wallet_v1(
            v_wallet.issuer_id, v_wallet.wallet_id,
            ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until), 'system:expiry');
        v_count := v_count + 1;
    end loop;
    return v_count;
end
$$;

CREATE FUNCTION ledger.expire_due_v2(p_limit integer, p_boot_id text, p_awake double precision) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_wallets bigint[];
    v_wallet record;
    v_count integer := 0;
    v_now timestamptz;
begin
    if p_boot_id is not null and ledger.watch_clock_v1(p_boot_id, p_awake) is not null then
        return null;
    end if;
    v_now := ledger.now();
    select array_agg(d.wallet_id) into v_wallets
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id in (
            select l.wallet_id from ledger.lot as l
            join ledger.wallet as o on o.wallet_id = l.wallet_id
            where l.swept_at is null and l.expires_at <= v_now
                and o.last_at <= v_now + interval '1 minute'
            order by l.expires_at limit p_limit
        )
        order by w.wallet_id
        for no key update skip locked
    ) as d;
    for v_wallet in
        select w.wallet_id, w.issuer_id, w.last_at, i.closed_until
        from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
        where w.wallet_id = any (v_wallets) order by w.wallet_id
    loop
        perform ledger.expire_wallet_v1(
            v_wallet.issuer_id, v_wallet.wallet_id,
            ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until), 'system:expiry');
        v_count := v_count + 1;
    end loop;
    return v_count;
end
$$;

CREATE FUNCTION ledger.expire_wallet_v1(p_issuer_id integer, p_wallet_id bigint, p_at timestamp with time zone, p_actor text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    v_dead record;
begin
    select array_agg(l.lot_id order by l.lot_id) as refs,
        array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
        array_agg(l.balance order by l.lot_id) as amounts,
        coalesce(sum(l.balance), 0)::bigint as total
    into v_dead
    from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.expires_at <= p_at and l.balance > 0;

    update ledger.lot as l set balance = 0, swept_at = p_at
    where l.wallet_id = p_wallet_id and l.expires_at <= p_at
        and (l.swept_at is null or l.balance > 0);

    if v_dead.total > 0 then
        perform ledger.append_entry_v1(
            p_issuer_id, p_wallet_id, 'expiry', p_at, null, null, null, -v_dead.total, p_actor,
            '', null,
            v_dead.refs || array_fill(-3::bigint, array[cardinality(v_dead.refs)]),
            v_dead.emoneys || v_dead.emoneys,
            ledger.negated_v1(v_dead.amounts) || v_dead.amounts, null, 0);
    end if;
    return v_dead.total;
end
$$;

CREATE FUNCTION ledger.field_v1(value bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return coalesce(int4send(length(value)) || value, '\xffffffff'::bytea);
end
$$;

CREATE FUNCTION ledger.field_v1(value bigint) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return coalesce('\x00000008'::bytea || int8send(value), '\xffffffff'::bytea);
end
$$;

CREATE FUNCTION ledger.field_v1(value text) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return coalesce(int4send(octet_length(value)) || convert_to(value, 'UTF8'),
        '\xffffffff'::bytea);
end
$$;

CREATE FUNCTION ledger.field_v1(value timestamp with time zone) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return coalesce('\x00000008'::bytea
        || int8send((extract(epoch from value) * 1000000)::bigint), '\xffffffff'::bytea);
end
$$;

CREATE FUNCTION ledger.follow_paid_v1(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_wallets bigint[];
begin
    v_wallets := array(
        select distinct l.wallet_id
        from ledger.lot as l
        join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
        where l.paid is null and o.paid is not null
        order by l.wallet_id limit p_limit);
    perform ledger.lock_wallets_v1(v_wallets);
    update ledger.lot as l
    set paid = case when o.wallet_id <> l.wallet_id then o.paid else l.face * o.paid / o.face end
    from ledger.lot as o
    where l.wallet_id = any (v_wallets) and l.paid is null and o.paid is not null
        and o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot;
    return cardinality(v_wallets);
end
$$;

CREATE FUNCTION ledger.genesis_v1(issuer_id bigint, wallet_id bigint) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    return sha256(
        ledger.field_v1('hansatsu genesis 1'::text)
        || ledger.field_v1(issuer_id) || ledger.field_v1(wallet_id));
end
$$;

CREATE TABLE ledger.lot (
    wallet_id bigint NOT NULL,
    lot_id bigint NOT NULL,
    issuer_id integer NOT NULL,
    emoney_id integer NOT NULL,
    code text NOT NULL,
    management_number text NOT NULL,
    face bigint NOT NULL,
    balance bigint NOT NULL,
    expires_at timestamp with time zone,
    issued_at timestamp with time zone NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    made_seq bigint NOT NULL,
    root_lot bigint NOT NULL,
    origin_wallet bigint,
    origin_lot bigint,
    swept_at timestamp with time zone,
    paid bigint,
    CONSTRAINT lot_check CHECK (((balance >= 0) AND (balance <= face))),
    CONSTRAINT lot_code_check CHECK ((length(code) = 16)),
    CONSTRAINT lot_face_check CHECK ((face > 0)),
    CONSTRAINT lot_management_number_check CHECK ((length(management_number) = 16)),
    CONSTRAINT lot_paid_check CHECK (((paid >= 0) AND (paid <= face)))
)
WITH (fillfactor='60');

CREATE FUNCTION ledger.issue_of_lot_v1(p_wallet_id bigint, p_lot_id bigint, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE line AS (
          SELECT l.wallet_id,
             l.made_seq,
             l.origin_wallet,
             l.origin_lot
            FROM ledger.lot l
           WHERE ((l.wallet_id = issue_of_lot_v1.p_wallet_id) AND (l.lot_id = issue_of_lot_v1.p_lot_id))
         UNION ALL
          SELECT o.wallet_id,
             o.made_seq,
             o.origin_wallet,
             o.origin_lot
            FROM (line line_1
              JOIN ledger.lot o ON (((o.wallet_id = line_1.origin_wallet) AND (o.lot_id = line_1.origin_lot))))
         )
  SELECT line.wallet_id,
     line.made_seq
    FROM line
   WHERE (line.origin_lot IS NULL);
END;

CREATE FUNCTION ledger.issue_set_v1(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_wallets bigint[], p_lot_places integer[], p_lot_emoneys integer[], p_lot_faces bigint[], p_lot_expiries timestamp with time zone[]) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
    v_outcomes text[];
    v_times timestamptz[];
    v_entries ledger.entry[];
begin
    insert into ledger.request (actor, key, operation, content)
    select r.actor, r.key, 'issue', r.content
    from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
    order by r.actor, r.key
    on conflict do nothing;
    if (
        select count(distinct (r.actor, r.key)) < cardinality(p_keys)
            or count(distinct r.wallet_id) < cardinality(p_keys)
        from unnest(p_actors, p_keys, p_wallets) as r (actor, key, wallet_id)
    ) then
        raise exception 'a key or a wallet stands twice in a set of issues';
    end if;

    perform ledger.lock_wallets_v1(p_wallets);

    -- Decide. The clock is read in this statement, after the locks.
    with wanted as (
        select l.place, sum(l.face) as total, min(l.expires_at) as first_expiry,
            count(*) filter (where m.emoney_id is null or l.face < 1) as foreign_lots
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries)
            as l (place, emoney_id, face, expires_at)
        left join ledger.emoney as m
            on m.emoney_id = l.emoney_id and m.issuer_id = p_issuers[l.place]
        group by l.place
    ), judged as (
        select
            i.place, r.seq,
            case when w.wallet_id is not null
                then ledger.time_of_v1(w.last_at, n.closed_until) end as at,
            w.wallet_id, w.state, n.max_holding, r.cancelled, r.operation,
            r.content = i.content as same, t.total, t.first_expiry, t.foreign_lots
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets)
            with ordinality as i (actor, key, content, issuer_id, wallet_id, place)
        join ledger.request as r on r.actor = i.actor and r.key = i.key
        left join ledger.wallet as w
            on w.wallet_id = i.wallet_id and w.issuer_id = i.issuer_id
        left join ledger.issuer as n on n.issuer_id = w.issuer_id
        left join wanted as t on t.place = i.place
    ), decided as (
        select j.place, j.at,
            case
                when j.cancelled then 'cancelled'
                when j.seq is not null and (not j.same or j.operation <> 'issue')
                    then 'key_conflict'
                when j.seq is not null then 'replayed'
                when j.wallet_id is null or j.total is null or j.foreign_lots > 0 then 'unknown'
                when j.state = 'closed' then 'closed'
                when j.first_expiry <= j.at then 'expired'
                when j.total + (
                    select coalesce(sum(l.balance), 0) from ledger.lot as l
                    where l.wallet_id = j.wallet_id and l.balance > 0
                        and (l.expires_at is null or l.expires_at > j.at)
                ) > j.max_holding then 'over_limit'
                else 'issued'
            end as outcome
        from judged as j
    )
    select array_agg(d.outcome order by d.place), array_agg(d.at order by d.place)
    into v_outcomes, v_times
    from decided as d;

    delete from ledger.request as r
    using unnest(p_actors, p_keys, v_outcomes) as o (actor, key, outcome)
    where r.actor = o.actor and r.key = o.key
        and o.outcome in ('unknown', 'closed', 'expired', 'over_limit');

    with issue as materialized (
        select i.place, i.actor, i.key, i.content, i.issuer_id, i.wallet_id, i.at,
            w.seq + 1 as seq, w.head
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets, v_outcomes, v_times)
            with ordinality
            as i (actor, key, content, issuer_id, wallet_id, outcome, at, place)
        join ledger.wallet as w on w.wallet_id = i.wallet_id
        where i.outcome = 'issued'
    ), made as materialized (
        select i.place, i.wallet_id, i.seq, i.issuer_id, i.at, n.lot_id, l.emoney_id, l.face,
            l.expires_at, ledger.lot_code_v1() as code,
            ledger.management_number_v1(n.lot_id, i.at) as management_number
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries)
            with ordinality as l (place, emoney_id, face, expires_at, line)
        join issue as i on i.place = l.place
        cross join lateral (select nextval('ledger.lot_id') + 0 * l.line as lot_id) as n
    ), lots as (
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot)
        select m.wallet_id, m.lot_id, m.issuer_id, m.emoney_id, m.code, m.management_number,
            m.face, m.face, m.expires_at, m.at, m.at, m.seq, m.lot_id
        from made as m
    ), posted as (
        select m.place, sum(m.face)::bigint as amount,
            array_agg(m.lot_id order by m.lot_id)
                || array_fill(-2::bigint, array[count(*)::integer]) as refs,
            array_agg(m.emoney_id::bigint order by m.lot_id)
                || array_agg(m.emoney_id::bigint order by m.lot_id) as emoneys,
            array_agg(m.face order by m.lot_id) || array_agg(-m.face order by m.lot_id)
                as amounts,
            string_agg(ledger.canonical_lot_v1(
                m.lot_id, m.emoney_id, m.face, m.expires_at, m.at, null, null, m.code,
                m.management_number), ''::bytea order by m.lot_id) as made
        from made as m
        group by m.place
    ), entries as (
        select i.place, (
            i.wallet_id, i.seq, i.issuer_id, 'issue', null, i.at, p.amount, null, null, null,
            null, i.actor, i.content, null, p.refs, p.emoneys, p.amounts, null
        )::ledger.entry as entry, i.head, p.made
        from issue as i join posted as p on p.place = i.place
    )
    select array_agg((
            (e.entry).wallet_id, (e.entry).seq, (e.entry).issuer_id, (e.entry).kind, null,
            (e.entry).at, (e.entry).amount, null, null, null, null, (e.entry).actor,
            (e.entry).content, null, (e.entry).refs, (e.entry).emoneys, (e.entry).amounts,
            sha256(e.head || ledger.canonical_v1(e.entry, e.made))
        )::ledger.entry order by e.place)
    into v_entries
    from entries as e;

    if v_entries is not null then
        perform ledger.write_entries_v1(
            v_entries, array_fill(0::bigint, array[cardinality(v_entries)]));
        update ledger.request as r set wallet_id = i.wallet_id, seq = e.seq
        from unnest(p_actors, p_keys, p_wallets, v_outcomes) as i (actor, key, wallet_id, outcome)
        join unnest(v_entries) as e on e.wallet_id = i.wallet_id
        where i.outcome = 'issued' and r.actor = i.actor and r.key = i.key;
    end if;

    return query
    select i.place::integer, i.outcome, coalesce(r.wallet_id, i.wallet_id), r.seq,
        coalesce(e.at, i.at)
    from unnest(p_actors, p_keys, p_wallets, v_outcomes, v_times)
        with ordinality as i (actor, key, wallet_id, outcome, at, place)
    left join ledger.request as r on r.actor = i.actor and r.key = i.key
        and i.outcome in ('issued', 'replayed')
    left join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
    order by i.place;
end
$$;

CREATE FUNCTION ledger.issue_set_v3(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_wallets bigint[], p_lot_places integer[], p_lot_emoneys integer[], p_lot_faces bigint[], p_lot_expiries timestamp with time zone[]) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
    v_outcomes text[];
    v_times timestamptz[];
    v_now timestamptz;
    v_lots bigint[];
    v_entries ledger.entry[];
begin
    insert into ledger.request (actor, key, operation, content)
    select r.actor, r.key, 'issue', r.content
    from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
    order by r.actor, r.key
    on conflict do nothing;
    if (
        select count(distinct (r.actor, r.key)) < cardinality(p_keys)
            or count(distinct r.wallet_id) < cardinality(p_keys)
        from unnest(p_actors, p_keys, p_wallets) as r (actor, key, wallet_id)
    ) then
        raise exception 'a key or a wallet stands twice in a set of issues';
    end if;

    perform ledger.lock_wallets_v1(p_wallets);

    v_now := ledger.now();
    -- Decide.
    with wanted as (
        select l.place, sum(l.face) as total, min(l.expires_at) as first_expiry,
            count(*) filter (where m.emoney_id is null or l.face < 1) as foreign_lots
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries)
            as l (place, emoney_id, face, expires_at)
        left join ledger.emoney as m
            on m.emoney_id = l.emoney_id and m.issuer_id = p_issuers[l.place]
        group by l.place
    ), judged as (
        select
            i.place, r.seq,
            case when w.wallet_id is not null
                then greatest(v_now, w.last_at, n.closed_until) end as at,
            w.wallet_id, w.state, n.max_holding, r.cancelled, r.operation,
            r.content = i.content as same, t.total, t.first_expiry, t.foreign_lots
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets)
            with ordinality as i (actor, key, content, issuer_id, wallet_id, place)
        join ledger.request as r on r.actor = i.actor and r.key = i.key
        left join ledger.wallet as w
            on w.wallet_id = i.wallet_id and w.issuer_id = i.issuer_id
        left join ledger.issuer as n on n.issuer_id = w.issuer_id
        left join wanted as t on t.place = i.place
    ), decided as (
        select j.place, j.at,
            case
                when j.cancelled then 'cancelled'
                when j.seq is not null and (not j.same or j.operation <> 'issue')
                    then 'key_conflict'
                when j.seq is not null then 'replayed'
                when j.wallet_id is null or j.total is null or j.foreign_lots > 0 then 'unknown'
                when j.state = 'closed' then 'closed'
                when j.first_expiry <= j.at then 'expired'
                when j.total + (
                    select coalesce(sum(l.balance), 0) from ledger.lot as l
                    where l.wallet_id = j.wallet_id and l.balance > 0
                        and (l.expires_at is null or l.expires_at > j.at)
                ) > j.max_holding then 'over_limit'
                else 'issued'
            end as outcome
        from judged as j
    )
    select array_agg(d.outcome order by d.place), array_agg(d.at order by d.place)
    into v_outcomes, v_times
    from decided as d;

    delete from ledger.request as r
    using unnest(p_actors, p_keys, v_outcomes) as o (actor, key, outcome)
    where r.actor = o.actor and r.key = o.key
        and o.outcome in ('unknown', 'closed', 'expired', 'over_limit');

    if 'issued' = any (v_outcomes) then
        v_lots := array(
            select nextval('ledger.lot_id') from generate_series(1, cardinality(p_lot_places)));
    end if;
    with issue as materialized (
        select i.place, i.actor, i.key, i.content, i.issuer_id, i.wallet_id, i.at,
            w.seq + 1 as seq, w.head
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets, v_outcomes, v_times)
            with ordinality
            as i (actor, key, content, issuer_id, wallet_id, outcome, at, place)
        join ledger.wallet as w on w.wallet_id = i.wallet_id
        where i.outcome = 'issued'
    ), made as materialized (
        select i.place, i.wallet_id, i.seq, i.issuer_id, i.at, l.lot_id, l.emoney_id, l.face,
            l.expires_at, ledger.lot_code_v1() as code,
            ledger.management_number_v1(l.lot_id, i.at) as management_number
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries, v_lots)
            as l (place, emoney_id, face, expires_at, lot_id)
        join issue as i on i.place = l.place
    ), lots as (
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot)
        select m.wallet_id, m.lot_id, m.issuer_id, m.emoney_id, m.code, m.management_number,
            m.face, m.face, m.expires_at, m.at, m.at, m.seq, m.lot_id
        from made as m
    ), posted as (
        select m.place, sum(m.face)::bigint as amount,
            array_agg(m.lot_id order by m.lot_id)
                || array_fill(-2::bigint, array[count(*)::integer]) as refs,
            array_agg(m.emoney_id::bigint order by m.lot_id)
                || array_agg(m.emoney_id::bigint order by m.lot_id) as emoneys,
            array_agg(m.face order by m.lot_id) || array_agg(-m.face order by m.lot_id)
                as amounts,
            string_agg(ledger.canonical_lot_v1(
                m.lot_id, m.emoney_id, m.face, m.expires_at, m.at, null, null, m.code,
                m.management_number), ''::bytea order by m.lot_id) as made
        from made as m
        group by m.place
    ), entries as (
        select i.place, (
            i.wallet_id, i.seq, i.issuer_id, 'issue', null, i.at, p.amount, null, null, null,
            null, i.actor, i.content, null, p.refs, p.emoneys, p.amounts, null
        )::ledger.entry as entry, i.head, p.made
        from issue as i join posted as p on p.place = i.place
    )
    select array_agg((
            (e.entry).wallet_id, (e.entry).seq, (e.entry).issuer_id, (e.entry).kind, null,
            (e.entry).at, (e.entry).amount, null, null, null, null, (e.entry).actor,
            (e.entry).content, null, (e.entry).refs, (e.entry).emoneys, (e.entry).amounts,
            sha256(e.head || ledger.canonical_v1(e.entry, e.made))
        )::ledger.entry order by e.place)
    into v_entries
    from entries as e;

    if v_entries is not null then
        perform ledger.write_entries_v1(
            v_entries, array_fill(0::bigint, array[cardinality(v_entries)]));
        update ledger.request as r set wallet_id = i.wallet_id, seq = e.seq
        from unnest(p_actors, p_keys, p_wallets, v_outcomes) as i (actor, key, wallet_id, outcome)
        join unnest(v_entries) as e on e.wallet_id = i.wallet_id
        where i.outcome = 'issued' and r.actor = i.actor and r.key = i.key;
    end if;

    return query
    select i.place::integer, i.outcome, coalesce(r.wallet_id, i.wallet_id), r.seq,
        coalesce(e.at, i.at)
    from unnest(p_actors, p_keys, p_wallets, v_outcomes, v_times)
        with ordinality as i (actor, key, wallet_id, outcome, at, place)
    left join ledger.request as r on r.actor = i.actor and r.key = i.key
        and i.outcome in ('issued', 'replayed')
    left join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
    order by i.place;
end
$$;

CREATE FUNCTION ledger.issue_set_v4(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_wallets bigint[], p_lot_places integer[], p_lot_emoneys integer[], p_lot_faces bigint[], p_lot_expiries timestamp with time zone[], p_lot_paid bigint[]) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
    v_outcomes text[];
    v_times timestamptz[];
    v_now timestamptz;
    v_lots bigint[];
    v_entries ledger.entry[];
begin
    insert into ledger.request (actor, key, operation, content)
    select r.actor, r.key, 'issue', r.content
    from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
    order by r.actor, r.key
    on conflict do nothing;
    if (
        select count(distinct (r.actor, r.key)) < cardinality(p_keys)
            or count(distinct r.wallet_id) < cardinality(p_keys)
        from unnest(p_actors, p_keys, p_wallets) as r (actor, key, wallet_id)
    ) then
        raise exception 'a key or a wallet stands twice in a set of issues';
    end if;

    perform ledger.lock_wallets_v1(p_wallets);

    v_now := ledger.now();
    -- Decide.
    with wanted as (
        select l.place, sum(l.face) as total, min(l.expires_at) as first_expiry,
            count(*) filter (where m.emoney_id is null or l.face < 1) as foreign_lots
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries)
            as l (place, emoney_id, face, expires_at)
        left join ledger.emoney as m
            on m.emoney_id = l.emoney_id and m.issuer_id = p_issuers[l.place]
        group by l.place
    ), judged as (
        select
            i.place, r.seq,
            case when w.wallet_id is not null
                then greatest(v_now, w.last_at, n.closed_until) end as at,
            w.wallet_id, w.state, n.max_holding, r.cancelled, r.operation,
            r.content = i.content as same, t.total, t.first_expiry, t.foreign_lots
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets)
            with ordinality as i (actor, key, content, issuer_id, wallet_id, place)
        join ledger.request as r on r.actor = i.actor and r.key = i.key
        left join ledger.wallet as w
            on w.wallet_id = i.wallet_id and w.issuer_id = i.issuer_id
        left join ledger.issuer as n on n.issuer_id = w.issuer_id
        left join wanted as t on t.place = i.place
    ), decided as (
        select j.place, j.at,
            case
                when j.cancelled then 'cancelled'
                when j.seq is not null and (not j.same or j.operation <> 'issue')
                    then 'key_conflict'
                when j.seq is not null then 'replayed'
                when j.wallet_id is null or j.total is null or j.foreign_lots > 0 then 'unknown'
                when j.state = 'closed' then 'closed'
                when j.first_expiry <= j.at then 'expired'
                when j.total + (
                    select coalesce(sum(l.balance), 0) from ledger.lot as l
                    where l.wallet_id = j.wallet_id and l.balance > 0
                        and (l.expires_at is null or l.expires_at > j.at)
                ) > j.max_holding then 'over_limit'
                else 'issued'
            end as outcome
        from judged as j
    )
    select array_agg(d.outcome order by d.place), array_agg(d.at order by d.place)
    into v_outcomes, v_times
    from decided as d;

    delete from ledger.request as r
    using unnest(p_actors, p_keys, v_outcomes) as o (actor, key, outcome)
    where r.actor = o.actor and r.key = o.key
        and o.outcome in ('unknown', 'closed', 'expired', 'over_limit');

    if 'issued' = any (v_outcomes) then
        v_lots := array(
            select nextval('ledger.lot_id') from generate_series(1, cardinality(p_lot_places)));
    end if;
    with issue as materialized (
        select i.place, i.actor, i.key, i.content, i.issuer_id, i.wallet_id, i.at,
            w.seq + 1 as seq, w.head
        from unnest(p_actors, p_keys, p_contents, p_issuers, p_wallets, v_outcomes, v_times)
            with ordinality
            as i (actor, key, content, issuer_id, wallet_id, outcome, at, place)
        join ledger.wallet as w on w.wallet_id = i.wallet_id
        where i.outcome = 'issued'
    ), made as materialized (
        select i.place, i.wallet_id, i.seq, i.issuer_id, i.at, l.lot_id, l.emoney_id, l.face,
            l.expires_at, l.paid, ledger.lot_code_v1() as code,
            ledger.management_number_v1(l.lot_id, i.at) as management_number
        from unnest(p_lot_places, p_lot_emoneys, p_lot_faces, p_lot_expiries, p_lot_paid, v_lots)
            as l (place, emoney_id, face, expires_at, paid, lot_id)
        join issue as i on i.place = l.place
    ), lots as (
        insert into ledger.lot (
            wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
            expires_at, issued_at, registered_at, made_seq, root_lot, paid)
        select m.wallet_id, m.lot_id, m.issuer_id, m.emoney_id, m.code, m.management_number,
            m.face, m.face, m.expires_at, m.at, m.at, m.seq, m.lot_id, m.paid
        from made as m
    ), posted as (
        select m.place, sum(m.face)::bigint as amount,
            array_agg(m.lot_id order by m.lot_id)
                || array_fill(-2::bigint, array[count(*)::integer]) as refs,
            array_agg(m.emoney_id::bigint order by m.lot_id)
                || array_agg(m.emoney_id::bigint order by m.lot_id) as emoneys,
            array_agg(m.face order by m.lot_id) || array_agg(-m.face order by m.lot_id)
                as amounts,
            string_agg(ledger.canonical_lot_v1(
                m.lot_id, m.emoney_id, m.face, m.expires_at, m.at, null, null, m.code,
                m.management_number), ''::bytea order by m.lot_id) as made
        from made as m
        group by m.place
    ), entries as (
        select i.place, (
            i.wallet_id, i.seq, i.issuer_id, 'issue', null, i.at, p.amount, null, null, null,
            null, i.actor, i.content, null, p.refs, p.emoneys, p.amounts, null
        )::ledger.entry as entry, i.head, p.made
        from issue as i join posted as p on p.place = i.place
    )
    select array_agg((
            (e.entry).wallet_id, (e.entry).seq, (e.entry).issuer_id, (e.entry).kind, null,
            (e.entry).at, (e.entry).amount, null, null, null, null, (e.entry).actor,
            (e.entry).content, null, (e.entry).refs, (e.entry).emoneys, (e.entry).amounts,
            sha256(e.head || ledger.canonical_v1(e.entry, e.made))
        )::ledger.entry order by e.place)
    into v_entries
    from entries as e;

    if v_entries is not null then
        perform ledger.write_entries_v1(
            v_entries, array_fill(0::bigint, array[cardinality(v_entries)]));
        update ledger.request as r set wallet_id = i.wallet_id, seq = e.seq
        from unnest(p_actors, p_keys, p_wallets, v_outcomes) as i (actor, key, wallet_id, outcome)
        join unnest(v_entries) as e on e.wallet_id = i.wallet_id
        where i.outcome = 'issued' and r.actor = i.actor and r.key = i.key;
    end if;

    return query
    select i.place::integer, i.outcome, coalesce(r.wallet_id, i.wallet_id), r.seq,
        coalesce(e.at, i.at)
    from unnest(p_actors, p_keys, p_wallets, v_outcomes, v_times)
        with ordinality as i (actor, key, wallet_id, outcome, at, place)
    left join ledger.request as r on r.actor = i.actor and r.key = i.key
        and i.outcome in ('issued', 'replayed')
    left join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
    order by i.place;
end
$$;

CREATE FUNCTION ledger.keep_claim_v1(p_actor text, p_key text, p_wallet_id bigint, p_seq bigint) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 UPDATE ledger.request SET wallet_id = keep_claim_v1.p_wallet_id, seq = keep_claim_v1.p_seq
   WHERE ((request.actor = keep_claim_v1.p_actor) AND (request.key = keep_claim_v1.p_key));
END;

CREATE FUNCTION ledger.keep_claim_v2(p_actor text, p_key text, p_wallet_id bigint, p_seq bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    update ledger.request as r set wallet_id = p_wallet_id, seq = p_seq
    where r.actor = p_actor and r.key = p_key;
end
$$;

CREATE FUNCTION ledger.known_payment_v1(p_actor text, p_key text, p_content bytea, p_wallet bigint, p_amount bigint, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT refs bigint[], OUT emoneys bigint[], OUT amounts bigint[], OUT codes text[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
    v_request ledger.request;
begin
    wallet_id := p_wallet;
    amount := p_amount;
    select r.* into strict v_request
    from ledger.request as r where r.actor = p_actor and r.key = p_key;
    if v_request.cancelled then
        outcome := 'cancelled';
    elsif v_request.operation <> 'payment' or v_request.content <> p_content then
        outcome := 'key_conflict';
    else
        outcome := 'replayed';
        wallet_id := v_request.wallet_id;
        seq := v_request.seq;
        select e.number, e.at, -e.amount,
            e.refs[: cardinality(e.refs) / 2], e.emoneys[: cardinality(e.refs) / 2],
            e.amounts[cardinality(e.refs) / 2 + 1 :]
        into strict number, at, amount, refs, emoneys, amounts
        from ledger.entry as e
        where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq;
        codes := ledger.lot_codes_v1(wallet_id, refs);
    end if;
end
$$;

CREATE FUNCTION ledger.lock_free_shops_v1(p_shops integer[]) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
declare
    v_busy integer[];
begin
    select coalesce(array_agg(s.shop_id), '{}') into v_busy
    from (select distinct o.shop_id from unnest(p_shops) as o (shop_id) order by 1) as s
    where not pg_try_advisory_xact_lock_shared(72617, s.shop_id);
    return v_busy;
end
$$;

CREATE FUNCTION ledger.lock_free_wallets_v1(p_wallets bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
declare
    v_locked bigint[];
begin
    select coalesce(array_agg(f.wallet_id), '{}') into v_locked
    from (
        select w.wallet_id from ledger.wallet as w
        where w.wallet_id = any (p_wallets)
        order by w.wallet_id
        for no key update skip locked
    ) as f;
    return v_locked;
end
$$;

CREATE FUNCTION ledger.lock_moves_v1(p_wallet_id bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    v_locked bigint[];
    v_chain bigint[] := ledger.moves_of_v1(p_wallet_id);
begin
    loop
        v_locked := v_chain;
        perform ledger.lock_wallets_v1(v_locked);
        v_chain := ledger.moves_of_v1(p_wallet_id);
        exit when v_chain = v_locked;
    end loop;
    return v_chain[cardinality(v_chain)];
end
$$;

CREATE FUNCTION ledger.lock_shop_alone_v1(p_shop_id integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_advisory_xact_lock(72617, p_shop_id);
end
$$;

CREATE FUNCTION ledger.lock_shops_v1(p_shops integer[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_advisory_xact_lock_shared(72617, s.shop_id)
    from (select distinct o.shop_id from unnest(p_shops) as o (shop_id) order by 1) as s;
end
$$;

CREATE FUNCTION ledger.lock_wallets_v1(p_wallets bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform 1 from ledger.wallet as w
    where w.wallet_id = any (p_wallets)
    order by w.wallet_id
    for no key update;
end
$$;

CREATE FUNCTION ledger.lot_code_v1() RETURNS text
    LANGUAGE sql
    RETURN "left"(translate(encode(sha256(uuid_send(gen_random_uuid())), 'base64'::text), '+/='::text, 'xyz'::text), 16);

CREATE FUNCTION ledger.lot_codes_v1(p_wallet_id bigint, p_lots bigint[]) RETURNS text[]
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
declare
    v_codes text[];
begin
    select array_agg(l.code order by o.place) into v_codes
    from unnest(p_lots) with ordinality as o (lot_id, place)
    join ledger.lot as l on l.wallet_id = p_wallet_id and l.lot_id = o.lot_id;
    return v_codes;
end
$$;

CREATE FUNCTION ledger.lots_of_issue_v1(p_in_wallet bigint, p_wallet_id bigint, p_seq bigint) RETURNS SETOF ledger.lot
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT l.wallet_id,
     l.lot_id,
     l.issuer_id,
     l.emoney_id,
     l.code,
     l.management_number,
     l.face,
     l.balance,
     l.expires_at,
     l.issued_at,
     l.registered_at,
     l.made_seq,
     l.root_lot,
     l.origin_wallet,
     l.origin_lot,
     l.swept_at,
     l.paid
    FROM (ledger.lot l
      CROSS JOIN LATERAL ledger.issue_of_lot_v1(l.wallet_id, l.lot_id) i(wallet_id, seq))
   WHERE ((l.wallet_id = lots_of_issue_v1.p_in_wallet) AND (i.wallet_id = lots_of_issue_v1.p_wallet_id) AND (i.seq = lots_of_issue_v1.p_seq));
END;

CREATE FUNCTION ledger.lots_of_issue_v2(p_in_wallet bigint, p_wallet_id bigint, p_seq bigint) RETURNS SETOF ledger.lot
    LANGUAGE plpgsql STABLE
    AS $$
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

CREATE FUNCTION ledger.made_lots_v1(p_wallet_id bigint, p_seq bigint) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN (SELECT string_agg(ledger.canonical_lot_v1(l.lot_id, (l.emoney_id)::bigint, l.face, l.expires_at, l.issued_at, l.origin_wallet, l.origin_lot, l.code, l.management_number), '\x'::bytea ORDER BY l.lot_id) AS string_agg FROM ledger.lot l WHERE ((l.wallet_id = made_lots_v1.p_wallet_id) AND (l.made_seq = made_lots_v1.p_seq)));

CREATE FUNCTION ledger.management_number_v1(p_lot_id bigint, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    RETURN (('d01'::text || to_char((p_at AT TIME ZONE 'Asia/Tokyo'::text), 'YYMMDD'::text)) || lpad(((p_lot_id % (10000000)::bigint))::text, 7, '0'::text));

CREATE FUNCTION ledger.move_expiries_v1(p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_lots bigint[], p_expires_at timestamp with time zone) RETURNS bytea
    LANGUAGE plpgsql
    AS $$
declare
    v_moved bytea;
begin
    insert into ledger.expiry_move (wallet_id, seq, lot_id, issuer_id, old_expiry, new_expiry)
    select p_wallet_id, p_seq, l.lot_id, p_issuer_id, l.expires_at, p_expires_at
    from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots) and l.expires_at < p_expires_at;
    select string_agg(ledger.canonical_expiry_v1(m.lot_id, m.old_expiry, m.new_expiry),
        ''::bytea order by m.lot_id)
    into v_moved
    from ledger.expiry_move as m where m.wallet_id = p_wallet_id and m.seq = p_seq;
    update ledger.lot as l set expires_at = p_expires_at, swept_at = null
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots);
    return v_moved;
end
$$;

CREATE FUNCTION ledger.move_expiry_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_lot_id bigint, p_expires_at timestamp with time zone, p_exempt boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE TABLE ledger.wallet (
    wallet_id bigint NOT NULL,
    issuer_id integer NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    head bytea NOT NULL,
    last_at timestamp with time zone NOT NULL,
    day date DEFAULT '-infinity'::date NOT NULL,
    day_spent bigint DEFAULT 0 NOT NULL,
    moved_to bigint,
    CONSTRAINT wallet_kind_check CHECK ((kind = ANY (ARRAY['resident'::text, 'card'::text]))),
    CONSTRAINT wallet_state_check CHECK ((state = ANY (ARRAY['open'::text, 'frozen'::text, 'closed'::text])))
)
WITH (fillfactor='70');

CREATE FUNCTION ledger.moves_of_v1(p_wallet_id bigint) RETURNS bigint[]
    LANGUAGE sql
    BEGIN ATOMIC
 WITH RECURSIVE move AS (
          SELECT w.wallet_id,
             w.moved_to,
             1 AS place
            FROM ledger.wallet w
           WHERE (w.wallet_id = moves_of_v1.p_wallet_id)
         UNION ALL
          SELECT w.wallet_id,
             w.moved_to,
             (m_1.place + 1)
            FROM (move m_1
              JOIN ledger.wallet w ON ((w.wallet_id = m_1.moved_to)))
         )
  SELECT array_agg(m.wallet_id ORDER BY m.place) AS array_agg
    FROM move m;
END;

CREATE FUNCTION ledger.name_of_issue_v1(p_wallet_id bigint, p_seq bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN ((p_wallet_id || '/'::text) || p_seq);

CREATE FUNCTION ledger.negated_v1(amounts bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
    for i in 1 .. cardinality(amounts) loop
        amounts[i] := -amounts[i];
    end loop;
    return amounts;
end
$$;

CREATE UNLOGGED TABLE ledger.hang (
    actor text NOT NULL,
    key text NOT NULL,
    wallet_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE FUNCTION ledger.note_hang_v1(p_actor text, p_key text, p_wallet_id bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 DELETE FROM ledger.hang
   WHERE (hang.at < (clock_timestamp() - '01:00:00'::interval));
 INSERT INTO ledger.hang (actor, key, wallet_id, at)
   VALUES (note_hang_v1.p_actor, note_hang_v1.p_key, note_hang_v1.p_wallet_id, clock_timestamp()) ON CONFLICT(actor, key) DO UPDATE SET at = excluded.at;
END;

CREATE FUNCTION ledger.note_hash_v1(p_salt bytea, p_note text) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN sha256((p_salt || convert_to(p_note, 'UTF8'::name)));

CREATE FUNCTION ledger.note_paid_v1(p_wallets bigint[], p_lots bigint[], p_paid bigint[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform ledger.lock_wallets_v1(p_wallets);
    update ledger.lot as l set paid = p.paid
    from unnest(p_wallets, p_lots, p_paid) as p (wallet_id, lot_id, paid)
    where l.wallet_id = p.wallet_id and l.lot_id = p.lot_id and l.paid is null;
    return (select count(distinct w.wallet_id) from unnest(p_wallets) as w (wallet_id));
end
$$;

CREATE TABLE ledger.clock (
    one boolean DEFAULT true NOT NULL,
    shift interval DEFAULT '00:00:00'::interval NOT NULL,
    CONSTRAINT clock_one_check CHECK (one)
);

CREATE FUNCTION ledger.now() RETURNS timestamp with time zone
    LANGUAGE sql
    RETURN (clock_timestamp() + (SELECT c.shift FROM ledger.clock c));

CREATE TABLE ledger.device (
    device_id bigint NOT NULL,
    issuer_id integer NOT NULL,
    wallet_id bigint NOT NULL,
    last_step bigint DEFAULT '-1'::integer NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT device_device_id_check CHECK ((device_id >= 0))
)
WITH (fillfactor='70');

CREATE FUNCTION ledger.open_device_v1(p_issuer_id integer, p_wallet_id bigint, p_device_id bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO ledger.device (device_id, issuer_id, wallet_id)  SELECT open_device_v1.p_device_id AS p_device_id,
             w.issuer_id,
             w.wallet_id
            FROM ledger.wallet w
           WHERE ((w.wallet_id = open_device_v1.p_wallet_id) AND (w.issuer_id = open_device_v1.p_issuer_id));
END;

CREATE TABLE ledger.emoney (
    emoney_id integer NOT NULL,
    issuer_id integer NOT NULL
);

CREATE FUNCTION ledger.open_emoney_v1(p_issuer_id integer, p_emoney_id integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO ledger.emoney (emoney_id, issuer_id)
   VALUES (open_emoney_v1.p_emoney_id, open_emoney_v1.p_issuer_id);
END;

CREATE FUNCTION ledger.open_issuer_v1(p_issuer_id integer, p_mode text, p_payment_prefix text, p_max_payment bigint, p_max_day bigint, p_max_holding bigint, p_refund_grace_days integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if p_mode = 'demo' and exists (select from ledger.birth as b where b.kind = 'live') then
        raise exception 'a demo issuer cannot be made in a database that was born live';
    end if;
    insert into ledger.issuer (
        issuer_id, mode, payment_prefix, max_payment, max_day, max_holding, refund_grace_days)
    values (p_issuer_id, p_mode, p_payment_prefix, p_max_payment, p_max_day, p_max_holding,
        p_refund_grace_days);
end
$$;

CREATE TABLE ledger.shop (
    shop_id integer NOT NULL,
    issuer_id integer NOT NULL
);

CREATE FUNCTION ledger.open_shop_v1(p_issuer_id integer, p_shop_id integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO ledger.shop (shop_id, issuer_id)
   VALUES (open_shop_v1.p_shop_id, open_shop_v1.p_issuer_id);
END;

CREATE FUNCTION ledger.open_shops_v1(p_issuer_id integer, p_shop_ids integer[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO ledger.shop (shop_id, issuer_id)  SELECT s.shop_id,
             open_shops_v1.p_issuer_id AS p_issuer_id
            FROM unnest(open_shops_v1.p_shop_ids) s(shop_id);
END;

CREATE TABLE ledger.issuer (
    issuer_id integer NOT NULL,
    mode text NOT NULL,
    payment_prefix text NOT NULL,
    closed_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    max_payment bigint,
    max_day bigint,
    max_holding bigint,
    refund_grace_days integer DEFAULT 0 NOT NULL,
    CONSTRAINT issuer_max_day_check CHECK ((max_day > 0)),
    CONSTRAINT issuer_max_holding_check CHECK ((max_holding > 0)),
    CONSTRAINT issuer_max_payment_check CHECK ((max_payment > 0)),
    CONSTRAINT issuer_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'sandbox'::text, 'demo'::text]))),
    CONSTRAINT issuer_payment_prefix_check CHECK ((length(payment_prefix) = 13)),
    CONSTRAINT issuer_refund_grace_days_check CHECK ((refund_grace_days >= 0))
);

ALTER TABLE ledger.wallet ALTER COLUMN wallet_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.wallet_wallet_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE FUNCTION ledger.open_wallets_v1(p_issuer_id integer, p_kind text, p_count integer) RETURNS SETOF bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 WITH made AS MATERIALIZED (
          SELECT (nextval('ledger.wallet_wallet_id_seq'::regclass) + (0 * g.g)) AS wallet_id
            FROM generate_series(1, open_wallets_v1.p_count) g(g)
         )
  INSERT INTO ledger.wallet (wallet_id, issuer_id, kind, head, last_at) OVERRIDING SYSTEM VALUE  SELECT m.wallet_id,
             i.issuer_id,
             open_wallets_v1.p_kind AS p_kind,
             ledger.genesis_v1((i.issuer_id)::bigint, m.wallet_id) AS genesis_v1,
             ledger.now() AS now
            FROM (made m
              JOIN ledger.issuer i ON ((i.issuer_id = open_wallets_v1.p_issuer_id)))
   RETURNING wallet.wallet_id;
END;

CREATE FUNCTION ledger.open_wallets_v2(p_issuer_id integer, p_kind text, p_count integer) RETURNS SETOF bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_now timestamptz := ledger.now();
    v_wallets bigint[] := array(
        select nextval('ledger.wallet_wallet_id_seq') from generate_series(1, p_count));
begin
    return query
    insert into ledger.wallet (wallet_id, issuer_id, kind, head, last_at)
    overriding system value
    select m.wallet_id, i.issuer_id, p_kind, ledger.genesis_v1(i.issuer_id, m.wallet_id), v_now
    from unnest(v_wallets) as m (wallet_id)
    join ledger.issuer as i on i.issuer_id = p_issuer_id
    returning wallet.wallet_id;
end
$$;

CREATE FUNCTION ledger.pay_alone_v1(p_actor text, p_key text, p_content bytea, p_issuer integer, p_shop integer, p_wallet bigint, p_amount bigint, p_device bigint, p_step bigint, p_note text, p_once boolean, p_free boolean, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT refs bigint[], OUT emoneys bigint[], OUT amounts bigint[], OUT codes text[], OUT balance bigint, OUT available bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
declare
    v_wallet ledger.wallet;
    v_claimed boolean;
    v_held boolean := true;
    v_key_busy boolean := false;
    v_shop boolean;
    v_now timestamptz;
    v_today date;
    v_spent bigint;
    v_prefix text;
    v_max_payment bigint;
    v_max_day bigint;
    v_last_step bigint;
    v_balances bigint[];
    v_takes bigint[];
    v_lot bigint;
    v_take bigint;
    v_salt bytea;
    v_entry ledger.entry;
begin
    wallet_id := p_wallet;
    amount := p_amount;
    if p_free then
        perform set_config('lock_timeout', '20ms', true);
        select w.* into v_wallet from ledger.wallet as w
        where w.wallet_id = p_wallet and w.issuer_id = p_issuer for no key update skip locked;
        if v_wallet.wallet_id is null then
            select w.* into v_wallet from ledger.wallet as w
            where w.wallet_id = p_wallet and w.issuer_id = p_issuer;
            v_held := v_wallet.wallet_id is null;
        end if;
        begin
            insert into ledger.request (actor, key, operation, content, wallet_id, seq)
            values (p_actor, p_key, 'payment', p_content, p_wallet, v_wallet.seq + 1)
            on conflict do nothing
            returning true into v_claimed;
        exception when lock_not_available then
            v_key_busy := true;
        end;
    else
        select w.* into v_wallet from ledger.wallet as w
        where w.wallet_id = p_wallet and w.issuer_id = p_issuer for no key update;
        -- Under the wallet's lock (claim_payments_v1), with the seq that the payment will have.
        insert into ledger.request (actor, key, operation, content, wallet_id, seq)
        values (p_actor, p_key, 'payment', p_content, p_wallet, v_wallet.seq + 1)
        on conflict do nothing
        returning true into v_claimed;
    end if;
    -- Sharing is what a shop mostly grants: ask before beginning to wait.
    if not pg_try_advisory_xact_lock_shared(72617, p_shop) then
        if p_free then
            v_held := false;
        else
            perform ledger.lock_shops_v1(array[p_shop]);
        end if;
    end if;
    v_now := ledger.now();

    -- All is locked; what is read now is what counts.
    select t.at, t.today, n.payment_prefix, n.max_payment, n.max_day, d.last_step,
        p.lots, p.emoneys, p.balances, p.codes, p.balance, p.available
    into at, v_today, v_prefix, v_max_payment, v_max_day, v_last_step,
        refs, emoneys, v_balances, codes, balance, available
    from ledger.issuer as n
    left join ledger.device as d
        on d.device_id = p_device and d.wallet_id = p_wallet and d.revoked_at is null
    cross join lateral (
        -- The rule of time_of_v1, by one reading of the clock.
        select greatest(v_now, v_wallet.last_at, n.closed_until) as at,
            (greatest(v_now, v_wallet.last_at, n.closed_until)
                at time zone 'Asia/Tokyo')::date as today
    ) as t
    cross join lateral ledger.purse_v1(p_wallet, p_shop, t.at) as p
    where n.issuer_id = p_issuer;
    v_spent := case when v_wallet.day = v_today then v_wallet.day_spent else 0 end;
    v_shop := refs is not null;
    if not v_shop then
        select exists (
            select from ledger.shop as s where s.shop_id = p_shop and s.issuer_id = p_issuer
        ) into v_shop;
    end if;
    if p_once and p_note is not null and v_wallet.last_at > at - interval '1 hour' then
        select s.number into number
        from ledger.same_payment_v2(p_wallet, p_shop, p_amount, p_note, at) as s;
    end if;
    outcome := ledger.decide_payment_v1(
        v_claimed, v_wallet.wallet_id is not null, v_shop, v_held,
        p_device is null or v_last_step is not null, p_amount, v_now, v_wallet.last_at, at,
        p_step, v_last_step, number, v_wallet.state, v_max_payment, v_max_day, v_spent,
        p_wallet, p_shop, available, balance);

    if outcome is not null then
        refs := null; emoneys := null; codes := null;
        if outcome not in ('over_limit', 'not_accepted', 'expired', 'insufficient') then
            balance := null; available := null;
        end if;
        if outcome = 'known' and v_key_busy then
            -- The key is another transaction's, so it is not given back here.
            outcome := 'try_again';
        elsif outcome = 'known' then
            select k.outcome, k.wallet_id, k.seq, k.number, k.at, k.amount, k.refs, k.emoneys,
                k.amounts, k.codes
            into outcome, wallet_id, seq, number, at, amount, refs, emoneys, amounts, codes
            from ledger.known_payment_v1(p_actor, p_key, p_content, p_wallet, p_amount) as k;
        else
            delete from ledger.request as r where r.actor = p_actor and r.key = p_key;
        end if;
        return;
    end if;

    v_takes := ledger.take_v1(v_balances, p_amount);
    outcome := 'paid';
    seq := v_wallet.seq + 1;
    number := v_prefix || to_char(v_today, 'YYYYMMDD')
        || lpad(nextval('ledger.payment_number')::text, 12, '0');
    refs := refs[: cardinality(v_takes) / 2];
    emoneys := emoneys[: cardinality(refs)];
    codes := codes[: cardinality(refs)];
    amounts := v_takes[cardinality(refs) + 1 :];
    balance := balance - p_amount;
    available := available - p_amount;
    v_entry := (p_wallet, seq, p_issuer, 'payment', p_shop, at, -p_amount, p_device, p_step,
        number, null, p_actor, p_content, null,
        refs || array_fill(-1::bigint, array[cardinality(refs)]), emoneys || emoneys, v_takes, null);
    if p_note is not null then
        v_salt := uuid_send(gen_random_uuid());
        v_entry.note_hash := ledger.note_hash_v1(v_salt, p_note);
        insert into ledger.note (wallet_id, seq, issuer_id, salt, text)
        values (p_wallet, v_entry.seq, p_issuer, v_salt, p_note);
    end if;
    v_entry.hash := sha256(v_wallet.head || ledger.canonical_v2(v_entry, null));

    for i in 1 .. cardinality(refs) loop
        v_lot := refs[i];
        v_take := v_takes[i];
        update ledger.lot as l set balance = l.balance + v_take
        where l.wallet_id = p_wallet and l.lot_id = v_lot;
    end loop;
    insert into ledger.entry select v_entry.*;
    insert into ledger.outbox (wallet_id, seq) values (p_wallet, v_entry.seq);
    update ledger.wallet as w
    set seq = v_entry.seq, head = v_entry.hash, last_at = v_entry.at, day = v_today,
        day_spent = v_spent + p_amount
    where w.wallet_id = p_wallet;
    if p_step is not null then
        update ledger.device as d set last_step = p_step where d.device_id = p_device;
    end if;
end
$$;

CREATE FUNCTION ledger.pay_set_v1(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[], p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[]) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamp with time zone, amount bigint, refs bigint[], emoneys bigint[], amounts bigint[], balance bigint, available bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
declare
    v_size integer := cardinality(p_keys);
    v_claimed integer;
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
    insert into ledger.request (actor, key, operation, content)
    select r.actor, r.key, 'payment', r.content
    from unnest(p_actors, p_keys, p_contents) as r (actor, key, content)
    order by r.actor, r.key
    on conflict do nothing;
    get diagnostics v_claimed = row_count;
    if v_claimed < v_size and (
        select count(distinct (r.actor, r.key)) from unnest(p_actors, p_keys) as r (actor, key)
    ) < v_size then
        raise exception 'a key stands twice in a set of payments';
    end if;

    perform ledger.lock_wallets_v1(p_wallets);
    perform ledger.lock_shops_v1(p_shops);

    for i in 1 .. v_size loop
        place := i;
        outcome := null;
        wallet_id := p_wallets[i];
        seq := null; number := null; at := null; amount := p_amounts[i];
        refs := null; emoneys := null; amounts := null; balance := null; available := null;

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

        if not found or amount < 1
            or (p_devices[i] is not null and (
                v_wallet.last_step is null or v_wallet.revoked_at is not null))
        then
            outcome := 'unknown';
        else
            at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
            v_day := (at at time zone 'Asia/Tokyo')::date;
            -- A pay code lives from its 30 s step's start for 300 s, and is spent once. It may
            -- be two steps ahead, for payments in a row; a later one is nobody's.
            if p_steps[i] is not null and at < to_timestamp((p_steps[i] - 2) * 30) then
                outcome := 'unknown';
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

CREATE FUNCTION ledger.pay_set_v2(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[], p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[], p_once boolean[], p_free boolean) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamp with time zone, amount bigint, refs bigint[], emoneys bigint[], amounts bigint[], balance bigint, available bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION ledger.pay_set_v3(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[], p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[], p_once boolean[], p_free boolean) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamp with time zone, amount bigint, refs bigint[], emoneys bigint[], amounts bigint[], codes text[], balance bigint, available bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
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
    v_request ledger.request;
    v_refused integer[] := '{}';
begin
    if p_free then
        select c.locked, c.claimed, c.busy into v_locked, v_claimed, v_busy
        from ledger.claim_free_payments_v1(p_actors, p_keys, p_contents, p_wallets) as c;
        v_busy_shops := ledger.lock_free_shops_v1(p_shops);
    else
        v_claimed := ledger.claim_payments_v1(p_actors, p_keys, p_contents, p_wallets);
        -- Sharing is what a shop mostly grants: a payment alone asks before it begins to wait.
        if v_size > 1 or not pg_try_advisory_xact_lock_shared(72617, p_shops[1]) then
            perform ledger.lock_shops_v1(p_shops);
        end if;
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
                        case
                            when q.wallet_id = any (v_claimed) is not true then 'known'
                            when w.wallet_id is null or q.amount < 1
                                or p.lots is null and not exists (
                                    select from ledger.shop as s
                                    where s.shop_id = q.shop_id and s.issuer_id = q.issuer_id)
                                then 'unknown'
                            when q.wallet_id = any (v_locked) is not true
                                or q.shop_id = any (v_busy_shops)
                                then 'try_again'
                            when q.device_id is not null
                                and (d.last_step is null or d.revoked_at is not null)
                                then 'unknown'
                            when w.last_at > v_now + interval '1 minute' then 'try_again'
                            -- A pay code lives from its 30 s step's start for 300 s, and is
                            -- spent once. It may be two steps ahead, for payments in a row; a
                            -- later one is nobody's.
                            when t.at < to_timestamp((q.step - 2) * 30) then 'unknown'
                            when f.number is not null then 'duplicate_reference'
                            when t.at >= to_timestamp(q.step * 30 + 300) then 'code_expired'
                            when q.step <= d.last_step then 'code_used'
                            when w.state <> 'open' then 'frozen'
                            when q.amount > n.max_payment or q.amount
                                + case when w.day = t.today then w.day_spent else 0 end > n.max_day
                                then ledger.refusal_v1(
                                    q.wallet_id, q.shop_id, t.at, true, p.available, p.balance)
                            when p.available < q.amount
                                then ledger.refusal_v1(
                                    q.wallet_id, q.shop_id, t.at, false, p.available, p.balance)
                        end as outcome
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
                    cross join lateral (
                        select case
                            when q.once and q.note is not null
                                and w.last_at > t.at - interval '1 hour'
                            then ledger.same_payment_v1(
                                q.wallet_id, q.shop_id, q.amount, q.note, t.at)
                        end as number
                        offset 0
                    ) as f
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
                select r.* into strict v_request
                from ledger.request as r where r.actor = v_entry.actor and r.key = p_keys[place];
                if v_request.cancelled then
                    outcome := 'cancelled';
                elsif v_request.operation <> 'payment' or v_request.content <> v_entry.content
                then
                    outcome := 'key_conflict';
                else
                    outcome := 'replayed';
                    wallet_id := v_request.wallet_id;
                    seq := v_request.seq;
                    select e.number, e.at, -e.amount,
                        e.refs[: cardinality(e.refs) / 2], e.emoneys[: cardinality(e.refs) / 2],
                        e.amounts[cardinality(e.refs) / 2 + 1 :]
                    into strict number, at, amount, refs, emoneys, amounts
                    from ledger.entry as e
                    where e.wallet_id = v_request.wallet_id and e.seq = v_request.seq;
                    codes := ledger.lot_codes_v1(wallet_id, refs);
                end if;
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
        perform ledger.write_payments_v1(v_entries, v_notes);
    end if;
    if v_refused <> '{}' then
        delete from ledger.request as r
        using unnest(v_refused) as o (place)
        where r.actor = p_actors[o.place] and r.key = p_keys[o.place];
    end if;
end
$$;

CREATE FUNCTION ledger.pay_set_v4(p_actors text[], p_keys text[], p_contents bytea[], p_issuers integer[], p_shops integer[], p_wallets bigint[], p_amounts bigint[], p_devices bigint[], p_steps bigint[], p_notes text[], p_once boolean[], p_free boolean) RETURNS TABLE(place integer, outcome text, wallet_id bigint, seq bigint, number text, at timestamp with time zone, amount bigint, refs bigint[], emoneys bigint[], amounts bigint[], codes text[], balance bigint, available bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE TABLE ledger.acceptance (
    issuer_id integer NOT NULL,
    shop_id integer NOT NULL,
    emoney_id integer NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    CONSTRAINT acceptance_check CHECK ((valid_until >= valid_from))
);

CREATE FUNCTION ledger.purse_v1(p_wallet_id bigint, p_shop_id integer, p_at timestamp with time zone) RETURNS TABLE(lots bigint[], emoneys bigint[], balances bigint[], codes text[], available bigint, balance bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT array_agg(l.lot_id) FILTER (WHERE l.accepted) AS array_agg,
     array_agg((l.emoney_id)::bigint) FILTER (WHERE l.accepted) AS array_agg,
     array_agg(l.balance) FILTER (WHERE l.accepted) AS array_agg,
     array_agg(l.code) FILTER (WHERE l.accepted) AS array_agg,
     (COALESCE(sum(l.balance) FILTER (WHERE l.accepted), (0)::numeric))::bigint AS "coalesce",
     (COALESCE(sum(l.balance), (0)::numeric))::bigint AS "coalesce"
    FROM ( SELECT o.lot_id,
             o.emoney_id,
             o.balance,
             o.code,
             COALESCE((o.emoney_id = ANY (t.emoneys)), false) AS accepted
            FROM (( SELECT array_agg(a.emoney_id) AS emoneys
                    FROM ledger.acceptance a
                   WHERE ((a.shop_id = purse_v1.p_shop_id) AND (a.valid_from <= purse_v1.p_at) AND ((a.valid_until IS NULL) OR (a.valid_until > purse_v1.p_at)))) t
              JOIN ledger.lot o ON (((o.wallet_id = purse_v1.p_wallet_id) AND (o.balance > 0) AND ((o.expires_at IS NULL) OR (o.expires_at > purse_v1.p_at)))))
           ORDER BY o.expires_at, o.balance, o.lot_id) l;
END;

CREATE FUNCTION ledger.refund_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text, p_amount bigint, p_shop_id integer, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT left_over bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_payment ledger.entry;
    v_wallets bigint[];
    v_chain bigint[];
    v_wallet record;
    v_line record;
    v_rest bigint;
    v_stamp timestamp;
    v_last text;
    v_refs bigint[] := '{}';
    v_emoneys bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_made_seq bigint;
    v_lot bigint;
    v_dead bigint := 0;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, 'refund', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.number, e.at, e.amount into strict number, at, amount
            from ledger.entry as e
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        end if;
        return;
    end if;

    select e.* into v_payment from ledger.entry as e
    where e.number = p_number and e.issuer_id = p_issuer_id and e.kind = 'payment'
        and (p_shop_id is null or e.shop_id = p_shop_id);
    if not found or p_amount < 1 then
        perform ledger.drop_claim_v1(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    -- Lock the payment's wallet and where it moved; look again, for it may move meanwhile.
    v_chain := ledger.moves_of_v1(v_payment.wallet_id);
    loop
        v_wallets := v_chain;
        perform ledger.lock_wallets_v1(v_wallets);
        v_chain := ledger.moves_of_v1(v_payment.wallet_id);
        exit when v_chain = v_wallets;
    end loop;
    wallet_id := v_chain[cardinality(v_chain)];

    select w.state, w.last_at, w.day, w.seq, i.closed_until, i.refund_grace_days into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = refund_v1.wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    select coalesce(sum(r.left_over), 0) into left_over
    from ledger.refundable_v1(v_payment.wallet_id, v_payment.seq, p_number) as r;
    amount := coalesce(p_amount, left_over);
    outcome := case
        when v_wallet.state = 'closed' then 'closed'
        when left_over = 0 then 'already_refunded'
        when amount > left_over then 'refund_exceeds_payment'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v1(p_actor, p_key);
        return;
    end if;

    v_rest := amount;
    v_made_seq := v_wallet.seq + 1;
    for v_line in
        select r.left_over, l.lot_id, l.emoney_id, l.expires_at, l.issued_at
        from ledger.refundable_v1(v_payment.wallet_id, v_payment.seq, p_number) as r
        join lateral (
            select o.* from ledger.lot as o
            where o.wallet_id = refund_v1.wallet_id and o.root_lot = r.root_lot
        ) as l on true
        where r.left_over > 0
        order by r.place desc
    loop
        exit when v_rest = 0;
        v_line.left_over := least(v_line.left_over, v_rest);
        v_rest := v_rest - v_line.left_over;
        if v_line.expires_at <= at and v_wallet.refund_grace_days > 0 then
            v_lot := nextval('ledger.lot_id');
            insert into ledger.lot (
                wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
                expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet,
                origin_lot
            ) values (
                refund_v1.wallet_id, v_lot, p_issuer_id, v_line.emoney_id, ledger.lot_code_v1(),
                ledger.management_number_v1(v_lot, at), v_line.left_over, v_line.left_over,
                at + make_interval(days => v_wallet.refund_grace_days), v_line.issued_at, at,
                v_made_seq, v_lot, refund_v1.wallet_id, v_line.lot_id
            );
        else
            v_lot := v_line.lot_id;
            if v_line.expires_at <= at then
                v_dead := v_dead + v_line.left_over;
            end if;
            update ledger.lot as l set balance = l.balance + v_line.left_over
            where l.wallet_id = refund_v1.wallet_id and l.lot_id = v_lot;
        end if;
        v_refs := v_refs || v_lot;
        v_emoneys := v_emoneys || v_line.emoney_id::bigint;
        v_amounts := v_amounts || v_line.left_over;
    end loop;
    if v_rest <> 0 then
        raise exception 'refund of %: % yen have no lot to go to', p_number, v_rest;
    end if;

    -- 17 digits of Japan time to the millisecond, later than the payment's refund before.
    select max(e.number) into v_last from ledger.entry as e
    where e.number > p_number || '-' and e.number < p_number || '.';
    v_stamp := date_trunc('milliseconds', at at time zone 'Asia/Tokyo');
    number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    if number <= v_last then
        v_stamp := to_timestamp(right(v_last, 17), 'YYYYMMDDHH24MISSMS')::timestamp
            + interval '1 millisecond';
        number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    end if;

    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'refund', at, number, p_number, v_payment.shop_id, amount,
        p_actor, p_content, p_note,
        v_refs || array_fill(-1::bigint, array[cardinality(v_refs)]), v_emoneys || v_emoneys,
        v_amounts || ledger.negated_v1(v_amounts),
        ledger.made_lots_v1(wallet_id, v_made_seq),
        -- A wrong amount that is taken back the same day does not use up the day's limit.
        case when (v_payment.at at time zone 'Asia/Tokyo')::date = v_wallet.day
            and (at at time zone 'Asia/Tokyo')::date = v_wallet.day then -amount else 0 end);
    perform ledger.keep_claim_v1(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    expired := v_dead;
    left_over := left_over - amount;
    outcome := 'refunded';
end
$$;

CREATE FUNCTION ledger.refund_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text, p_amount bigint, p_shop_id integer, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint, OUT left_over bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_back record;
begin
    select r.outcome, r.wallet_id, r.seq, r.number, r.at, r.amount, r.expired, r.left_over
    into outcome, wallet_id, seq, number, at, amount, expired, left_over
    from ledger.refund_v1(
        p_actor, p_key, p_content, p_issuer_id, p_number, p_amount, p_shop_id, p_note) as r;
    if outcome <> 'refunded' then
        return;
    end if;
    reversed := 0;
    for v_back in
        select i.wallet_id, i.seq, sum(p.amount)::bigint as total,
            sum(p.amount - l.balance)::bigint as died,
            array_agg(l.lot_id order by l.lot_id) as lots,
            array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
            array_agg(l.balance order by l.lot_id) as left_over,
            array_agg(p.amount order by l.lot_id) as amounts
        from ledger.posting as p
        join ledger.lot as l on l.wallet_id = p.wallet_id and l.lot_id = p.lot_id
        cross join lateral ledger.issue_of_lot_v1(l.wallet_id, l.lot_id) as i
        join ledger.reversal as r on r.wallet_id = i.wallet_id and r.seq = i.seq
        where p.wallet_id = refund_v2.wallet_id and p.seq = refund_v2.seq
        group by i.wallet_id, i.seq order by i.wallet_id, i.seq
    loop
        perform ledger.take_back_v1(
            p_issuer_id, wallet_id, at, p_actor,
            ledger.name_of_issue_v1(v_back.wallet_id, v_back.seq),
            v_back.lots, v_back.emoneys, v_back.left_over, v_back.amounts);
        reversed := reversed + v_back.total;
        expired := expired - v_back.died;
    end loop;
end
$$;

CREATE FUNCTION ledger.refund_v3(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text, p_amount bigint, p_shop_id integer, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint, OUT left_over bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_payment ledger.entry;
    v_wallets bigint[];
    v_chain bigint[];
    v_wallet record;
    v_line record;
    v_places bigint[];
    v_roots bigint[];
    v_left bigint[];
    v_rest bigint;
    v_stamp timestamp;
    v_last text;
    v_refs bigint[] := '{}';
    v_emoneys bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_made_seq bigint;
    v_lot bigint;
    v_dead bigint := 0;
    v_issue record;
    v_issue_wallets bigint[] := '{}';
    v_issue_seqs bigint[] := '{}';
    v_back record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'refund', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.number, e.at, e.amount into strict number, at, amount
            from ledger.entry as e
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        end if;
        return;
    end if;

    select e.* into v_payment from ledger.entry as e
    where e.number = p_number and e.issuer_id = p_issuer_id and e.kind = 'payment'
        and (p_shop_id is null or e.shop_id = p_shop_id);
    if not found or p_amount < 1 then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    -- Lock the payment's wallet and where it moved; look again, for it may move meanwhile.
    v_chain := ledger.moves_of_v1(v_payment.wallet_id);
    loop
        v_wallets := v_chain;
        perform ledger.lock_wallets_v1(v_wallets);
        v_chain := ledger.moves_of_v1(v_payment.wallet_id);
        exit when v_chain = v_wallets;
    end loop;
    wallet_id := v_chain[cardinality(v_chain)];

    select w.state, w.last_at, w.day, w.seq, i.closed_until, i.refund_grace_days into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = refund_v3.wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    select array_agg(r.place), array_agg(r.root_lot), array_agg(r.left_over),
        coalesce(sum(r.left_over), 0)
    into v_places, v_roots, v_left, left_over
    from ledger.refundable_v1(v_payment.wallet_id, v_payment.seq, p_number) as r;
    amount := coalesce(p_amount, left_over);
    outcome := case
        when v_wallet.state = 'closed' then 'closed'
        when left_over = 0 then 'already_refunded'
        when amount > left_over then 'refund_exceeds_payment'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;

    v_rest := amount;
    v_made_seq := v_wallet.seq + 1;
    for v_line in
        select r.left_over, l.lot_id, l.emoney_id, l.expires_at, l.issued_at
        from unnest(v_places, v_roots, v_left) as r (place, root_lot, left_over)
        join ledger.lot as l on l.wallet_id = refund_v3.wallet_id and l.root_lot = r.root_lot
        where r.left_over > 0
        order by r.place desc
    loop
        exit when v_rest = 0;
        v_line.left_over := least(v_line.left_over, v_rest);
        v_rest := v_rest - v_line.left_over;
        if v_line.expires_at <= at and v_wallet.refund_grace_days > 0 then
            v_lot := nextval('ledger.lot_id');
            insert into ledger.lot (
                wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
                expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet,
                origin_lot
            ) values (
                refund_v3.wallet_id, v_lot, p_issuer_id, v_line.emoney_id, ledger.lot_code_v1(),
                ledger.management_number_v1(v_lot, at), v_line.left_over, v_line.left_over,
                at + make_interval(days => v_wallet.refund_grace_days), v_line.issued_at, at,
                v_made_seq, v_lot, refund_v3.wallet_id, v_line.lot_id
            );
        else
            v_lot := v_line.lot_id;
            if v_line.expires_at <= at then
                v_dead := v_dead + v_line.left_over;
            end if;
            update ledger.lot as l set balance = l.balance + v_line.left_over
            where l.wallet_id = refund_v3.wallet_id and l.lot_id = v_lot;
        end if;
        v_refs := v_refs || v_lot;
        v_emoneys := v_emoneys || v_line.emoney_id::bigint;
        v_amounts := v_amounts || v_line.left_over;
    end loop;
    if v_rest <> 0 then
        raise exception 'refund of %: % yen have no lot to go to', p_number, v_rest;
    end if;

    -- 17 digits of Japan time to the millisecond, later than the payment's refund before.
    select max(e.number) into v_last from ledger.entry as e
    where e.number > p_number || '-' and e.number < p_number || '.';
    v_stamp := date_trunc('milliseconds', at at time zone 'Asia/Tokyo');
    number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    if number <= v_last then
        v_stamp := to_timestamp(right(v_last, 17), 'YYYYMMDDHH24MISSMS')::timestamp
            + interval '1 millisecond';
        number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    end if;

    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'refund', at, number, p_number, v_payment.shop_id, amount,
        p_actor, p_content, p_note,
        v_refs || array_fill(-1::bigint, array[cardinality(v_refs)]), v_emoneys || v_emoneys,
        v_amounts || ledger.negated_v1(v_amounts),
        ledger.made_lots_v1(wallet_id, v_made_seq),
        -- A wrong amount that is taken back the same day does not use up the day's limit.
        case when (v_payment.at at time zone 'Asia/Tokyo')::date = v_wallet.day
            and (at at time zone 'Asia/Tokyo')::date = v_wallet.day then -amount else 0 end);
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    expired := v_dead;
    left_over := left_over - amount;
    outcome := 'refunded';

    -- What came back to a lot whose issue has been reversed meanwhile is taken away again.
    reversed := 0;
    foreach v_lot in array v_refs loop
        v_issue := ledger.issue_of_lot_v1(wallet_id, v_lot);
        v_issue_wallets := v_issue_wallets || v_issue.wallet_id;
        v_issue_seqs := v_issue_seqs || v_issue.seq;
    end loop;
    for v_back in
        select g.issue_wallet, g.issue_seq, sum(g.amount)::bigint as total,
            sum(g.amount - l.balance)::bigint as died,
            array_agg(l.lot_id order by l.lot_id) as lots,
            array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
            array_agg(l.balance order by l.lot_id) as left_over,
            array_agg(g.amount order by l.lot_id) as amounts
        from unnest(v_refs, v_amounts, v_issue_wallets, v_issue_seqs)
            as g (lot_id, amount, issue_wallet, issue_seq)
        join ledger.lot as l on l.wallet_id = refund_v3.wallet_id and l.lot_id = g.lot_id
        join ledger.reversal as r on r.wallet_id = g.issue_wallet and r.seq = g.issue_seq
        group by g.issue_wallet, g.issue_seq order by g.issue_wallet, g.issue_seq
    loop
        perform ledger.take_back_v1(
            p_issuer_id, wallet_id, at, p_actor,
            ledger.name_of_issue_v1(v_back.issue_wallet, v_back.issue_seq),
            v_back.lots, v_back.emoneys, v_back.left_over, v_back.amounts);
        reversed := reversed + v_back.total;
        expired := expired - v_back.died;
    end loop;
end
$$;

CREATE FUNCTION ledger.refund_v4(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_number text, p_amount bigint, p_shop_id integer, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT number text, OUT at timestamp with time zone, OUT amount bigint, OUT expired bigint, OUT reversed bigint, OUT left_over bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_payment ledger.entry;
    v_wallets bigint[];
    v_chain bigint[];
    v_wallet record;
    v_line record;
    v_places bigint[];
    v_roots bigint[];
    v_left bigint[];
    v_rest bigint;
    v_stamp timestamp;
    v_last text;
    v_refs bigint[] := '{}';
    v_emoneys bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_made_seq bigint;
    v_lot bigint;
    v_dead bigint := 0;
    v_issue record;
    v_issue_wallets bigint[] := '{}';
    v_issue_seqs bigint[] := '{}';
    v_back record;
begin
    v_claim := ledger.claim_v2(p_actor, p_key, 'refund', p_content);
    if v_claim.state <> 'new' then
        outcome := v_claim.state; wallet_id := v_claim.wallet_id; seq := v_claim.seq;
        if outcome = 'replayed' then
            select e.number, e.at, e.amount into strict number, at, amount
            from ledger.entry as e
            where e.wallet_id = v_claim.wallet_id and e.seq = v_claim.seq;
        end if;
        return;
    end if;

    select e.* into v_payment from ledger.entry as e
    where e.number = p_number and e.issuer_id = p_issuer_id and e.kind = 'payment'
        and (p_shop_id is null or e.shop_id = p_shop_id);
    if not found or p_amount < 1 then
        perform ledger.drop_claim_v2(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    -- Lock the payment's wallet and where it moved; look again, for it may move meanwhile.
    v_chain := ledger.moves_of_v1(v_payment.wallet_id);
    loop
        v_wallets := v_chain;
        perform ledger.lock_wallets_v1(v_wallets);
        v_chain := ledger.moves_of_v1(v_payment.wallet_id);
        exit when v_chain = v_wallets;
    end loop;
    wallet_id := v_chain[cardinality(v_chain)];

    select w.state, w.last_at, w.day, w.seq, i.closed_until, i.refund_grace_days into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = refund_v4.wallet_id;
    at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);

    select array_agg(r.place), array_agg(r.root_lot), array_agg(r.left_over),
        coalesce(sum(r.left_over), 0)
    into v_places, v_roots, v_left, left_over
    from ledger.refundable_v1(v_payment.wallet_id, v_payment.seq, p_number) as r;
    amount := coalesce(p_amount, left_over);
    outcome := case
        when v_wallet.state = 'closed' then 'closed'
        when left_over = 0 then 'already_refunded'
        when amount > left_over then 'refund_exceeds_payment'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v2(p_actor, p_key);
        return;
    end if;

    v_rest := amount;
    v_made_seq := v_wallet.seq + 1;
    for v_line in
        select r.left_over, l.lot_id, l.emoney_id, l.expires_at, l.issued_at, l.face, l.paid
        from unnest(v_places, v_roots, v_left) as r (place, root_lot, left_over)
        join ledger.lot as l on l.wallet_id = refund_v4.wallet_id and l.root_lot = r.root_lot
        where r.left_over > 0
        order by r.place desc
    loop
        exit when v_rest = 0;
        v_line.left_over := least(v_line.left_over, v_rest);
        v_rest := v_rest - v_line.left_over;
        if v_line.expires_at <= at and v_wallet.refund_grace_days > 0 then
            v_lot := nextval('ledger.lot_id');
            insert into ledger.lot (
                wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
                expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet,
                origin_lot, paid
            ) values (
                refund_v4.wallet_id, v_lot, p_issuer_id, v_line.emoney_id, ledger.lot_code_v1(),
                ledger.management_number_v1(v_lot, at), v_line.left_over, v_line.left_over,
                at + make_interval(days => v_wallet.refund_grace_days), v_line.issued_at, at,
                v_made_seq, v_lot, refund_v4.wallet_id, v_line.lot_id,
                v_line.left_over * v_line.paid / v_line.face
            );
        else
            v_lot := v_line.lot_id;
            if v_line.expires_at <= at then
                v_dead := v_dead + v_line.left_over;
            end if;
            update ledger.lot as l set balance = l.balance + v_line.left_over
            where l.wallet_id = refund_v4.wallet_id and l.lot_id = v_lot;
        end if;
        v_refs := v_refs || v_lot;
        v_emoneys := v_emoneys || v_line.emoney_id::bigint;
        v_amounts := v_amounts || v_line.left_over;
    end loop;
    if v_rest <> 0 then
        raise exception 'refund of %: % yen have no lot to go to', p_number, v_rest;
    end if;

    -- 17 digits of Japan time to the millisecond, later than the payment's refund before.
    select max(e.number) into v_last from ledger.entry as e
    where e.number > p_number || '-' and e.number < p_number || '.';
    v_stamp := date_trunc('milliseconds', at at time zone 'Asia/Tokyo');
    number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    if number <= v_last then
        v_stamp := to_timestamp(right(v_last, 17), 'YYYYMMDDHH24MISSMS')::timestamp
            + interval '1 millisecond';
        number := p_number || '-' || to_char(v_stamp, 'YYYYMMDDHH24MISSMS');
    end if;

    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'refund', at, number, p_number, v_payment.shop_id, amount,
        p_actor, p_content, p_note,
        v_refs || array_fill(-1::bigint, array[cardinality(v_refs)]), v_emoneys || v_emoneys,
        v_amounts || ledger.negated_v1(v_amounts),
        ledger.made_lots_v1(wallet_id, v_made_seq),
        -- A wrong amount that is taken back the same day does not use up the day's limit.
        case when (v_payment.at at time zone 'Asia/Tokyo')::date = v_wallet.day
            and (at at time zone 'Asia/Tokyo')::date = v_wallet.day then -amount else 0 end);
    perform ledger.keep_claim_v2(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    expired := v_dead;
    left_over := left_over - amount;
    outcome := 'refunded';

    -- What came back to a lot whose issue has been reversed meanwhile is taken away again.
    reversed := 0;
    foreach v_lot in array v_refs loop
        v_issue := ledger.issue_of_lot_v1(wallet_id, v_lot);
        v_issue_wallets := v_issue_wallets || v_issue.wallet_id;
        v_issue_seqs := v_issue_seqs || v_issue.seq;
    end loop;
    for v_back in
        select g.issue_wallet, g.issue_seq, sum(g.amount)::bigint as total,
            sum(g.amount - l.balance)::bigint as died,
            array_agg(l.lot_id order by l.lot_id) as lots,
            array_agg(l.emoney_id::bigint order by l.lot_id) as emoneys,
            array_agg(l.balance order by l.lot_id) as left_over,
            array_agg(g.amount order by l.lot_id) as amounts
        from unnest(v_refs, v_amounts, v_issue_wallets, v_issue_seqs)
            as g (lot_id, amount, issue_wallet, issue_seq)
        join ledger.lot as l on l.wallet_id = refund_v4.wallet_id and l.lot_id = g.lot_id
        join ledger.reversal as r on r.wallet_id = g.issue_wallet and r.seq = g.issue_seq
        group by g.issue_wallet, g.issue_seq order by g.issue_wallet, g.issue_seq
    loop
        perform ledger.take_back_v1(
            p_issuer_id, wallet_id, at, p_actor,
            ledger.name_of_issue_v1(v_back.issue_wallet, v_back.issue_seq),
            v_back.lots, v_back.emoneys, v_back.left_over, v_back.amounts);
        reversed := reversed + v_back.total;
        expired := expired - v_back.died;
    end loop;
end
$$;

CREATE VIEW ledger.posting AS
 SELECT e.issuer_id,
    e.wallet_id,
    e.seq,
    e.kind,
    e.at,
    e.shop_id,
    e.number,
    p.line,
    p.emoney_id,
    p.amount,
        CASE
            WHEN (p.ref > 0) THEN p.ref
            ELSE NULL::bigint
        END AS lot_id,
        CASE
            WHEN (p.ref < 0) THEN p.ref
            ELSE NULL::bigint
        END AS account_id
   FROM (ledger.entry e
     CROSS JOIN LATERAL UNNEST(e.refs, e.emoneys, e.amounts) WITH ORDINALITY p(ref, emoney_id, amount, line));

CREATE FUNCTION ledger.refundable_v1(p_wallet_id bigint, p_seq bigint, p_number text) RETURNS TABLE(place bigint, root_lot bigint, left_over bigint)
    LANGUAGE sql
    BEGIN ATOMIC
 WITH used AS (
          SELECT p.line AS place,
             l.root_lot,
             (- p.amount) AS amount
            FROM (ledger.posting p
              JOIN ledger.lot l ON (((l.wallet_id = p.wallet_id) AND (l.lot_id = p.lot_id))))
           WHERE ((p.wallet_id = refundable_v1.p_wallet_id) AND (p.seq = refundable_v1.p_seq))
         ), returned AS (
          SELECT COALESCE(o.root_lot, l.root_lot) AS root_lot,
             (sum(p.amount))::bigint AS amount
            FROM ((ledger.posting p
              JOIN ledger.lot l ON (((l.wallet_id = p.wallet_id) AND (l.lot_id = p.lot_id))))
              LEFT JOIN ledger.lot o ON (((l.made_seq = p.seq) AND (o.wallet_id = l.origin_wallet) AND (o.lot_id = l.origin_lot))))
           WHERE ((p.number > (refundable_v1.p_number || '-'::text)) AND (p.number < (refundable_v1.p_number || '.'::text)))
           GROUP BY COALESCE(o.root_lot, l.root_lot)
         )
  SELECT u.place,
     u.root_lot,
     (u.amount - COALESCE(r.amount, (0)::bigint))
    FROM (used u
      LEFT JOIN returned r ON ((r.root_lot = u.root_lot)))
   ORDER BY u.place;
END;

CREATE FUNCTION ledger.refunded_v1(p_number text) RETURNS bigint
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT (COALESCE(sum(e.amount), (0)::numeric))::bigint AS "coalesce"
    FROM ledger.entry e
   WHERE ((e.number > (refunded_v1.p_number || '-'::text)) AND (e.number < (refunded_v1.p_number || '.'::text)) AND (e.kind = 'refund'::ledger.entry_kind));
END;

CREATE FUNCTION ledger.refuse_ahead_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'wallet % is ahead of the clock: its next entry would be of %',
        new.wallet_id, new.at using errcode = 'object_not_in_prerequisite_state';
end
$$;

CREATE FUNCTION ledger.reinstate_issue_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT given bigint, OUT expired bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_wallet record;
    v_lines record;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, 'reinstatement', p_content);
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
        perform ledger.drop_claim_v1(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    wallet_id := ledger.lock_moves_v1(p_wallet_id);
    select w.state, w.last_at, i.closed_until into strict v_wallet
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = reinstate_issue_v1.wallet_id;
    outcome := case
        when not exists (
            select from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq
        ) then 'not_reversed'
        when v_wallet.state = 'closed' then 'closed'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v1(p_actor, p_key);
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
            on l.wallet_id = reinstate_issue_v1.wallet_id and l.root_lot = b.root
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
    where l.wallet_id = reinstate_issue_v1.wallet_id and l.lot_id = t.lot_id;
    select coalesce(sum(t.amount), 0) into expired
    from unnest(v_lines.refs, v_lines.amounts) as t (lot_id, amount)
    join ledger.lot as l
        on l.wallet_id = reinstate_issue_v1.wallet_id and l.lot_id = t.lot_id
    where l.expires_at <= reinstate_issue_v1.at;
    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'issue', at, null,
        ledger.name_of_issue_v1(p_wallet_id, p_seq), null, given, p_actor, p_content, p_note,
        v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
    delete from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq;
    perform ledger.keep_claim_v1(p_actor, p_key, wallet_id, seq);
    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);
    outcome := 'reinstated';
end
$$;

CREATE FUNCTION ledger.reinstate_issue_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT given bigint, OUT expired bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.reverse_issue_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_only_unspent boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT taken bigint, OUT lost bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_issue ledger.entry;
    v_last_at timestamptz;
    v_closed_until timestamptz;
    v_living bigint;
    v_lines record;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, 'issue_reversal', p_content);
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
        perform ledger.drop_claim_v1(p_actor, p_key);
        outcome := 'unknown';
        return;
    end if;

    wallet_id := ledger.lock_moves_v1(p_wallet_id);
    select w.last_at, i.closed_until into strict v_last_at, v_closed_until
    from ledger.wallet as w join ledger.issuer as i on i.issuer_id = w.issuer_id
    where w.wallet_id = reverse_issue_v1.wallet_id;
    at := ledger.time_of_v1(v_last_at, v_closed_until);

    select coalesce(sum(l.balance), 0) into v_living
    from ledger.lots_of_issue_v1(wallet_id, p_wallet_id, p_seq) as l
    where l.expires_at is null or l.expires_at > reverse_issue_v1.at;
    outcome := case
        when exists (
            select from ledger.reversal as r where r.wallet_id = p_wallet_id and r.seq = p_seq
        ) then 'already_reversed'
        when p_only_unspent and v_living < v_issue.amount then 'spent'
    end;
    if outcome is not null then
        perform ledger.drop_claim_v1(p_actor, p_key);
        return;
    end if;

    perform ledger.expire_wallet_v1(p_issuer_id, wallet_id, at, p_actor);

    with left_over as (
        select l.lot_id, l.emoney_id::bigint as emoney_id, l.balance
        from ledger.lots_of_issue_v1(wallet_id, p_wallet_id, p_seq) as l
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
    where l.wallet_id = reverse_issue_v1.wallet_id and l.lot_id = any (v_lines.refs);
    seq := ledger.append_entry_v1(
        p_issuer_id, wallet_id, 'issue_reversal', at, null,
        ledger.name_of_issue_v1(p_wallet_id, p_seq), null, -taken, p_actor, p_content, p_note,
        v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
    insert into ledger.reversal (wallet_id, seq, issuer_id, by_wallet_id, by_seq)
    values (p_wallet_id, p_seq, p_issuer_id, wallet_id, seq);
    perform ledger.keep_claim_v1(p_actor, p_key, wallet_id, seq);
    outcome := 'reversed';
end
$$;

CREATE FUNCTION ledger.reverse_issue_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_only_unspent boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT taken bigint, OUT lost bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.revoke_device_v1(p_issuer_id integer, p_device_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform ledger.lock_wallets_v1(array(
        select d.wallet_id from ledger.device as d
        where d.device_id = p_device_id and d.issuer_id = p_issuer_id));
    update ledger.device set revoked_at = coalesce(revoked_at, ledger.now())
    where device_id = p_device_id and issuer_id = p_issuer_id;
end
$$;

CREATE FUNCTION ledger.revoke_device_v2(p_issuer_id integer, p_device_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_now timestamptz;
begin
    perform ledger.lock_wallets_v1(array(
        select d.wallet_id from ledger.device as d
        where d.device_id = p_device_id and d.issuer_id = p_issuer_id));
    v_now := ledger.now();
    update ledger.device as d set revoked_at = coalesce(d.revoked_at, v_now)
    where d.device_id = p_device_id and d.issuer_id = p_issuer_id;
end
$$;

CREATE FUNCTION ledger.same_payment_v1(p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_note text, p_at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
    v_entry record;
begin
    for v_entry in
        select e.seq, e.at, e.kind, e.shop_id, e.amount, e.number from ledger.entry as e
        where e.wallet_id = p_wallet_id order by e.seq desc
    loop
        exit when v_entry.at <= p_at - interval '1 hour';
        if v_entry.kind = 'payment' and v_entry.shop_id = p_shop_id
            and v_entry.amount = -p_amount
            and exists (
                select from ledger.note as n
                where n.wallet_id = p_wallet_id and n.seq = v_entry.seq and n.text = p_note)
            and ledger.refunded_v1(v_entry.number) < p_amount
        then
            return v_entry.number;
        end if;
    end loop;
    return null;
end
$$;

CREATE TABLE ledger.note (
    wallet_id bigint NOT NULL,
    seq bigint NOT NULL,
    issuer_id integer NOT NULL,
    salt bytea NOT NULL,
    text text NOT NULL
);

CREATE FUNCTION ledger.same_payment_v2(p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_note text, p_at timestamp with time zone) RETURNS TABLE(number text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT r.number
    FROM ( SELECT e.seq,
             e.kind,
             e.shop_id,
             e.amount,
             e.number,
             count(*) FILTER (WHERE (e.at <= (same_payment_v2.p_at - '01:00:00'::interval))) OVER (ORDER BY e.seq DESC ROWS UNBOUNDED PRECEDING) AS before
            FROM ledger.entry e
           WHERE (e.wallet_id = same_payment_v2.p_wallet_id)) r
   WHERE ((r.before < 1) AND (r.kind = 'payment'::ledger.entry_kind) AND (r.shop_id = same_payment_v2.p_shop_id) AND (r.amount = (- same_payment_v2.p_amount)) AND (EXISTS ( SELECT
            FROM ledger.note n
           WHERE ((n.wallet_id = same_payment_v2.p_wallet_id) AND (n.seq = r.seq) AND (n.text = same_payment_v2.p_note)))) AND (ledger.refunded_v1(r.number) < same_payment_v2.p_amount))
   ORDER BY r.seq DESC
  LIMIT 1;
END;

CREATE FUNCTION ledger.set_acceptances_v1(p_issuer_id integer, p_shop_ids integer[], p_emoney_ids integer[], p_from timestamp with time zone, p_until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_shop integer;
    v_now timestamptz;
    v_from timestamptz;
begin
    for v_shop in select distinct s from unnest(p_shop_ids) as s order by 1 loop
        perform ledger.lock_shop_alone_v1(v_shop);
    end loop;
    v_now := ledger.now();
    v_from := greatest(p_from, v_now);
    if p_until <= v_from then
        raise exception 'an acceptance ends after it begins';
    end if;
    update ledger.acceptance as a
    set valid_until = case
        when a.valid_from > v_now then a.valid_from
        when v_from = v_now then p_until
        else least(a.valid_until, v_from) end
    from unnest(p_shop_ids, p_emoney_ids) as p (shop_id, emoney_id)
    where a.issuer_id = p_issuer_id and a.shop_id = p.shop_id and a.emoney_id = p.emoney_id
        and (a.valid_until is null or a.valid_until > v_now);
    insert into ledger.acceptance as a (issuer_id, shop_id, emoney_id, valid_from, valid_until)
    select p_issuer_id, p.shop_id, p.emoney_id, v_from, p_until
    from unnest(p_shop_ids, p_emoney_ids) as p (shop_id, emoney_id)
    where v_from > v_now or not exists (
        select from ledger.acceptance as o
        where o.shop_id = p.shop_id and o.emoney_id = p.emoney_id
            and o.valid_from <= v_now and (o.valid_until is null or o.valid_until > v_now))
    on conflict (shop_id, emoney_id, valid_from) do update set valid_until = excluded.valid_until;
end
$$;

CREATE FUNCTION ledger.set_clock_v1(shown timestamp with time zone) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 UPDATE ledger.clock SET shift = COALESCE((set_clock_v1.shown - clock_timestamp()), '00:00:00'::interval);
END;

CREATE FUNCTION ledger.set_limits_v1(p_issuer_id integer, p_max_payment bigint, p_max_day bigint, p_max_holding bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 UPDATE ledger.issuer SET max_payment = set_limits_v1.p_max_payment, max_day = set_limits_v1.p_max_day, max_holding = set_limits_v1.p_max_holding
   WHERE (issuer.issuer_id = set_limits_v1.p_issuer_id);
END;

CREATE FUNCTION ledger.set_refund_grace_v1(p_issuer_id integer, p_days integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 UPDATE ledger.issuer SET refund_grace_days = set_refund_grace_v1.p_days
   WHERE (issuer.issuer_id = set_refund_grace_v1.p_issuer_id);
END;

CREATE FUNCTION ledger.set_state_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_kind ledger.entry_kind, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_wallet record;
    v_at timestamptz;
    v_from text := case p_kind when 'unfreeze' then 'frozen' else 'open' end;
    v_to text := case p_kind when 'freeze' then 'frozen' when 'unfreeze' then 'open'
        when 'close' then 'closed' end;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, p_kind::text, p_content);
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
        perform ledger.drop_claim_v1(p_actor, p_key);
        return;
    end if;
    v_at := ledger.time_of_v1(v_wallet.last_at, v_wallet.closed_until);
    seq := ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, p_kind, v_at, null, null, null, 0, p_actor, p_content,
        p_note, '{}', '{}', '{}', null, 0);
    update ledger.wallet as w set state = v_to where w.wallet_id = p_wallet_id;
    perform ledger.keep_claim_v1(p_actor, p_key, p_wallet_id, seq);
end
$$;

CREATE FUNCTION ledger.set_state_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_kind ledger.entry_kind, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.spend_plan_v1(p_wallet_id bigint, p_shop_id integer, p_amount bigint, p_at timestamp with time zone) RETURNS TABLE(place bigint, lot_id bigint, emoney_id integer, balance bigint, accepted boolean, take bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT row_number() OVER spend_order AS row_number,
     l.lot_id,
     l.emoney_id,
     l.balance,
     l.accepted,
     (
         CASE
             WHEN l.accepted THEN GREATEST((0)::numeric, LEAST((l.balance)::numeric, (((spend_plan_v1.p_amount + l.balance))::numeric - sum(l.balance) FILTER (WHERE l.accepted) OVER spend_order)))
             ELSE (0)::numeric
         END)::bigint AS int8
    FROM ( SELECT o.lot_id,
             o.emoney_id,
             o.balance,
             o.expires_at,
             (EXISTS ( SELECT
                    FROM ledger.acceptance a
                   WHERE ((a.shop_id = spend_plan_v1.p_shop_id) AND (a.emoney_id = o.emoney_id) AND (a.valid_from <= spend_plan_v1.p_at) AND ((a.valid_until IS NULL) OR (a.valid_until > spend_plan_v1.p_at))))) AS accepted
            FROM ledger.lot o
           WHERE ((o.wallet_id = spend_plan_v1.p_wallet_id) AND (o.balance > 0) AND ((o.expires_at IS NULL) OR (o.expires_at > spend_plan_v1.p_at)))) l
   WINDOW spend_order AS (ORDER BY l.expires_at, l.balance, l.lot_id ROWS UNBOUNDED PRECEDING)
   ORDER BY (row_number() OVER spend_order);
END;

CREATE FUNCTION ledger.start_acceptance_v1(p_issuer_id integer, p_emoney_id integer, p_shop_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform 1 from ledger.shop as s where s.shop_id = p_shop_id for no key update;
    insert into ledger.acceptance (issuer_id, shop_id, emoney_id, valid_from)
    select p_issuer_id, p_shop_id, p_emoney_id, ledger.now()
    where not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.emoney_id = p_emoney_id and a.valid_until is null);
end
$$;

CREATE FUNCTION ledger.start_acceptance_v2(p_issuer_id integer, p_emoney_id integer, p_shop_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_now timestamptz;
begin
    perform 1 from ledger.shop as s where s.shop_id = p_shop_id for no key update;
    v_now := ledger.now();
    insert into ledger.acceptance (issuer_id, shop_id, emoney_id, valid_from)
    select p_issuer_id, p_shop_id, p_emoney_id, v_now
    where not exists (
        select from ledger.acceptance as a
        where a.shop_id = p_shop_id and a.emoney_id = p_emoney_id and a.valid_until is null);
end
$$;

CREATE FUNCTION ledger.stop_acceptance_v1(p_issuer_id integer, p_emoney_id integer, p_shop_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform ledger.lock_shop_alone_v1(p_shop_id);
    update ledger.acceptance set valid_until = greatest(ledger.now(), valid_from)
    where issuer_id = p_issuer_id and shop_id = p_shop_id and emoney_id = p_emoney_id
        and valid_until is null;
end
$$;

CREATE FUNCTION ledger.take_back_v1(p_issuer_id integer, p_wallet_id bigint, p_at timestamp with time zone, p_actor text, p_issue text, p_lots bigint[], p_emoneys bigint[], p_balances bigint[], p_amounts bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    v_lines record;
begin
    with given as (
        select g.lot_id, g.emoney_id, g.balance, g.amount
        from unnest(p_lots, p_emoneys, p_balances, p_amounts)
            as g (lot_id, emoney_id, balance, amount)
    ), line as (
        select 1 as part, g.lot_id as ref, g.emoney_id, -g.balance as amount from given as g
        union all
        select 2, -3, g.emoney_id, sum(g.balance - g.amount)::bigint
        from given as g group by g.emoney_id
        union all
        select 3, -6, g.emoney_id, sum(g.amount)::bigint from given as g group by g.emoney_id
    )
    select array_agg(l.ref order by l.part, l.ref, l.emoney_id) as refs,
        array_agg(l.emoney_id order by l.part, l.ref, l.emoney_id) as emoneys,
        array_agg(l.amount order by l.part, l.ref, l.emoney_id) as amounts,
        coalesce(sum(l.amount) filter (where l.part = 1), 0)::bigint as moved
    into v_lines
    from line as l where l.amount <> 0;

    update ledger.lot as l set balance = 0
    where l.wallet_id = p_wallet_id and l.lot_id = any (p_lots);
    perform ledger.append_entry_v1(
        p_issuer_id, p_wallet_id, 'issue_reversal', p_at, null, p_issue, null, v_lines.moved,
        p_actor, '', null, v_lines.refs, v_lines.emoneys, v_lines.amounts, null, 0);
end
$$;

CREATE FUNCTION ledger.take_home_v1(p_home integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    v_sequence record;
    v_state record;
begin
    if p_home not between 0 and 99 then
        raise exception 'a home is a number from 0 to 99, not %', p_home
            using errcode = 'invalid_parameter_value';
    end if;
    for v_sequence in
        select s.name, p_home * s.size + 1 as first, (p_home + 1) * s.size - 1 as last
        from (values
            ('ledger.wallet_wallet_id_seq', 1000000000000),
            ('ledger.lot_id', 1000000000000),
            ('ledger.payment_number', 10000000000)
        ) as s (name, size)
    loop
        -- Changes nothing, and keeps others from drawing until we are done.
        execute format('alter sequence %s cache 1', v_sequence.name);
        select q.seqstart, q.seqmax into strict v_state
        from pg_catalog.pg_sequence as q where q.seqrelid = v_sequence.name::regclass;
        continue when v_state.seqstart = v_sequence.first and v_state.seqmax = v_sequence.last;
        if pg_catalog.pg_sequence_last_value(v_sequence.name::regclass) is not null then
            raise exception 'this database draws its numbers already: % cannot begin at %',
                v_sequence.name, v_sequence.first
                using errcode = 'object_not_in_prerequisite_state';
        end if;
        execute format(
            'alter sequence %s minvalue %s maxvalue %s start %2$s restart',
            v_sequence.name, v_sequence.first, v_sequence.last);
    end loop;
end
$_$;

CREATE TABLE ledger.outbox (
    wallet_id bigint CONSTRAINT outbox_wallet_id_not_null1 NOT NULL,
    seq bigint CONSTRAINT outbox_seq_not_null1 NOT NULL,
    relayed_at timestamp with time zone
)
WITH (vacuum_truncate=off);

CREATE FUNCTION ledger.take_outbox_v1(p_limit integer) RETURNS TABLE(issuer_id integer, wallet_id bigint, seq bigint, kind text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    BEGIN ATOMIC
 WITH taken AS (
          SELECT o.ctid AS place,
             o.wallet_id,
             o.seq
            FROM ledger.outbox o
           WHERE (o.relayed_at IS NULL)
          LIMIT take_outbox_v1.p_limit
          FOR UPDATE OF o SKIP LOCKED
         ), marked AS (
          UPDATE ledger.outbox o SET relayed_at = clock_timestamp()
            FROM taken t
           WHERE (o.ctid = t.place)
           RETURNING o.wallet_id,
             o.seq
         )
  SELECT e.issuer_id,
     e.wallet_id,
     e.seq,
     (e.kind)::text AS kind
    FROM (marked m
      JOIN ledger.entry e ON (((e.wallet_id = m.wallet_id) AND (e.seq = m.seq))))
   ORDER BY e.at, e.wallet_id, e.seq;
END;

CREATE FUNCTION ledger.take_outbox_v2(p_limit integer) RETURNS TABLE(issuer_id integer, wallet_id bigint, seq bigint, kind text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
declare
    v_now timestamptz := ledger.now();
    v_wallets bigint[];
    v_seqs bigint[];
begin
    with waiting as (
        select o.wallet_id, o.seq
        from ledger.outbox as o
        where o.relayed_at is null
        limit p_limit
        for update skip locked
    ), taken as (
        delete from ledger.outbox as o
        using waiting as w where o.wallet_id = w.wallet_id and o.seq = w.seq
        returning o.wallet_id, o.seq
    ), kept as (
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, v_now from taken as t
    )
    select array_agg(t.wallet_id), array_agg(t.seq) into v_wallets, v_seqs from taken as t;

    if coalesce(cardinality(v_wallets), 0) < p_limit then
        with marked as (
            select o.wallet_id, o.seq
            from ledger.outbox as o
            where o.relayed_at is not null
            limit 10000
            for update skip locked
        ), taken as (
            delete from ledger.outbox as o
            using marked as m where o.wallet_id = m.wallet_id and o.seq = m.seq
            returning o.wallet_id, o.seq, o.relayed_at
        )
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, t.relayed_at from taken as t;
    end if;

    return query
    select e.issuer_id, e.wallet_id, e.seq, e.kind::text
    from unnest(v_wallets, v_seqs) as t (wallet_id, seq)
    join ledger.entry as e on e.wallet_id = t.wallet_id and e.seq = t.seq
    order by e.at, e.wallet_id, e.seq;
end
$$;

CREATE FUNCTION ledger.take_outbox_v3(p_limit integer) RETURNS TABLE(issuer_id integer, wallet_id bigint, seq bigint, kind text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS $$
declare
    v_now timestamptz := ledger.now();
    v_wallets bigint[];
    v_seqs bigint[];
begin
    with taken as (
        delete from ledger.outbox as o
        where o.ctid = any (array(
            select w.ctid
            from ledger.outbox as w
            where w.relayed_at is null
            limit p_limit
            for update skip locked
        ))
        returning o.wallet_id, o.seq
    ), kept as (
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, v_now from taken as t
    )
    select array_agg(t.wallet_id), array_agg(t.seq) into v_wallets, v_seqs from taken as t;

    if coalesce(cardinality(v_wallets), 0) < p_limit then
        with taken as (
            delete from ledger.outbox as o
            where o.ctid = any (array(
                select m.ctid
                from ledger.outbox as m
                where m.relayed_at is not null
                limit 10000
                for update skip locked
            ))
            returning o.wallet_id, o.seq, o.relayed_at
        )
        insert into ledger.relayed (wallet_id, seq, relayed_at)
        select t.wallet_id, t.seq, t.relayed_at from taken as t;
    end if;

    return query
    select e.issuer_id, e.wallet_id, e.seq, e.kind::text
    from unnest(v_wallets, v_seqs) as t (wallet_id, seq)
    join ledger.entry as e on e.wallet_id = t.wallet_id and e.seq = t.seq
    order by e.at, e.wallet_id, e.seq;
end
$$;

CREATE FUNCTION ledger.take_v1(p_balances bigint[], p_amount bigint) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
declare
    v_balance bigint;
    v_given bigint[] := '{}';
    v_got bigint[] := '{}';
begin
    foreach v_balance in array p_balances loop
        if v_balance >= p_amount then
            return (v_given || -p_amount) || (v_got || p_amount);
        end if;
        v_given := v_given || -v_balance;
        v_got := v_got || v_balance;
        p_amount := p_amount - v_balance;
    end loop;
    return v_given || v_got;
end
$$;

CREATE FUNCTION ledger.time_of_v1(p_last_at timestamp with time zone, p_closed_until timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql
    RETURN GREATEST(ledger.now(), p_last_at, p_closed_until);

CREATE FUNCTION ledger.transfer_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_from bigint, p_to bigint, p_even_frozen boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT amount bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_claim record;
    v_from record;
    v_to record;
    v_issuer ledger.issuer;
    v_holding bigint;
    v_moved record;
begin
    v_claim := ledger.claim_v1(p_actor, p_key, 'transfer', p_content);
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
        perform ledger.drop_claim_v1(p_actor, p_key);
        return;
    end if;
    perform ledger.expire_wallet_v1(p_issuer_id, p_from, at, p_actor);

    insert into ledger.lot (
        wallet_id, lot_id, issuer_id, emoney_id, code, management_number, face, balance,
        expires_at, issued_at, registered_at, made_seq, root_lot, origin_wallet, origin_lot,
        swept_at)
    select p_to, n.lot_id, l.issuer_id, l.emoney_id, ledger.lot_code_v1(),
        ledger.management_number_v1(n.lot_id, at), l.face, l.balance, l.expires_at, l.issued_at,
        at, v_to.seq + 1, l.root_lot, l.wallet_id, l.lot_id, l.swept_at
    from (
        select o.* from ledger.lot as o where o.wallet_id = p_from order by o.lot_id
    ) as l
    cross join lateral (select nextval('ledger.lot_id') + 0 * l.lot_id as lot_id) as n;

    select
        coalesce(array_agg(o.lot_id order by o.lot_id), '{}') as old_refs,
        coalesce(array_agg(l.lot_id order by o.lot_id), '{}') as new_refs,
        coalesce(array_agg(l.emoney_id::bigint order by o.lot_id), '{}') as emoneys,
        coalesce(array_agg(l.balance order by o.lot_id), '{}') as amounts,
        coalesce(sum(l.balance), 0)::bigint as total
    into v_moved
    from ledger.lot as l
    join ledger.lot as o on o.wallet_id = l.origin_wallet and o.lot_id = l.origin_lot
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
    perform ledger.keep_claim_v1(p_actor, p_key, p_to, seq);
    outcome := 'transferred';
end
$$;

CREATE FUNCTION ledger.transfer_v2(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_from bigint, p_to bigint, p_even_frozen boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT amount bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
        swept_at)
    select p_to, n.new_id, l.issuer_id, l.emoney_id, ledger.lot_code_v1(),
        ledger.management_number_v1(n.new_id, at), l.face, l.balance, l.expires_at, l.issued_at,
        at, v_to.seq + 1, l.root_lot, l.wallet_id, l.lot_id, l.swept_at
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

CREATE FUNCTION ledger.transfer_v3(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_from bigint, p_to bigint, p_even_frozen boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT amount bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.unexpire_v1(p_actor text, p_key text, p_content bytea, p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_expires_at timestamp with time zone, p_exempt boolean, p_note text, OUT outcome text, OUT wallet_id bigint, OUT seq bigint, OUT at timestamp with time zone, OUT amount bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION ledger.watch_clock_v1(p_boot_id text, p_awake double precision) RETURNS interval
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_seen ledger.clock_seen;
    v_now timestamptz;
    v_passed double precision;
    v_ahead interval;
begin
    perform pg_advisory_xact_lock(72618);
    v_now := clock_timestamp();
    select s.* into v_seen from ledger.clock_seen as s where s.boot_id = p_boot_id;
    if found then
        v_passed := p_awake - v_seen.awake;
        v_ahead := v_now - (v_seen.shown + make_interval(secs => v_passed));
        if v_ahead > interval '1 minute' + make_interval(secs => greatest(0, v_passed) / 10000)
        then
            insert into ledger.clock_jump (boot_id, found_at, ahead)
            select p_boot_id, v_now, v_ahead
            where not exists (
                select from ledger.clock_jump as j
                where j.boot_id = p_boot_id and j.ended_at is null);
            return v_ahead;
        end if;
    end if;
    insert into ledger.clock_seen (boot_id, awake, shown) values (p_boot_id, p_awake, v_now)
    on conflict (boot_id) do update set awake = excluded.awake, shown = excluded.shown;
    update ledger.clock_jump as j set ended_at = v_now
    where j.boot_id = p_boot_id and j.ended_at is null;
    -- A jump that another boot found: the clock was set back since, or somebody must look.
    update ledger.clock_jump as j set ended_at = v_now
    where j.ended_at is null and v_now < j.found_at;
    return (select max(j.ahead) from ledger.clock_jump as j where j.ended_at is null);
end
$$;

CREATE FUNCTION ledger.write_entries_v1(p_entries ledger.entry[], p_spent bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION ledger.write_note_v1(p_issuer_id integer, p_wallet_id bigint, p_seq bigint, p_note text) RETURNS bytea
    LANGUAGE plpgsql
    AS $$
declare
    v_salt bytea := uuid_send(gen_random_uuid());
begin
    insert into ledger.note (wallet_id, seq, issuer_id, salt, text)
    values (p_wallet_id, p_seq, p_issuer_id, v_salt, p_note);
    return ledger.note_hash_v1(v_salt, p_note);
end
$$;

CREATE FUNCTION ledger.write_payments_v1(p_entries ledger.entry[], p_notes ledger.note[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    v_entry ledger.entry;
    v_lot bigint;
    v_amount bigint;
begin
    if cardinality(p_entries) = 1 then
        v_entry := p_entries[1];
        for i in 1 .. cardinality(v_entry.refs) / 2 loop
            v_lot := v_entry.refs[i];
            v_amount := v_entry.amounts[i];
            update ledger.lot as l set balance = l.balance + v_amount
            where l.wallet_id = v_entry.wallet_id and l.lot_id = v_lot;
        end loop;
        insert into ledger.entry select v_entry.*;
        insert into ledger.outbox (wallet_id, seq) values (v_entry.wallet_id, v_entry.seq);
        update ledger.wallet as w
        set seq = v_entry.seq, head = v_entry.hash, last_at = v_entry.at,
            day = (v_entry.at at time zone 'Asia/Tokyo')::date,
            day_spent = -v_entry.amount + case
                when w.day = (v_entry.at at time zone 'Asia/Tokyo')::date then w.day_spent else 0 end
        where w.wallet_id = v_entry.wallet_id;
        if v_entry.step is not null then
            update ledger.device as d set last_step = v_entry.step
            where d.device_id = v_entry.device_id;
        end if;
    else
        with entry as materialized (
            select e.*, (e.at at time zone 'Asia/Tokyo')::date as day from unnest(p_entries) as e
        ), lots as (
            update ledger.lot as l set balance = l.balance + t.amount
            from entry as e, unnest(e.refs, e.amounts) as t (ref, amount)
            where t.ref > 0 and l.wallet_id = e.wallet_id and l.lot_id = t.ref
        ), devices as (
            update ledger.device as d set last_step = e.step
            from entry as e where e.step is not null and d.device_id = e.device_id
        ), outbox as (
            insert into ledger.outbox (wallet_id, seq) select e.wallet_id, e.seq from entry as e
        ), wallets as (
            update ledger.wallet as w
            set seq = e.seq, head = e.hash, last_at = e.at, day = e.day,
                day_spent = -e.amount + case when w.day = e.day then w.day_spent else 0 end
            from entry as e where w.wallet_id = e.wallet_id
        )
        insert into ledger.entry select e.* from unnest(p_entries) as e;
    end if;
    if cardinality(p_notes) > 0 then
        insert into ledger.note select n.* from unnest(p_notes) as n;
    end if;
end
$$;

CREATE FUNCTION ledger.write_payments_v2(p_entries ledger.entry[], p_notes ledger.note[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    with entry as materialized (
        select e.*, (e.at at time zone 'Asia/Tokyo')::date as day from unnest(p_entries) as e
    ), lots as (
        update ledger.lot as l set balance = l.balance + t.amount
        from entry as e, unnest(e.refs, e.amounts) as t (ref, amount)
        where t.ref > 0 and l.wallet_id = e.wallet_id and l.lot_id = t.ref
    ), devices as (
        update ledger.device as d set last_step = e.step
        from entry as e where e.step is not null and d.device_id = e.device_id
    ), outbox as (
        insert into ledger.outbox (wallet_id, seq) select e.wallet_id, e.seq from entry as e
    ), wallets as (
        update ledger.wallet as w
        set seq = e.seq, head = e.hash, last_at = e.at, day = e.day,
            day_spent = -e.amount + case when w.day = e.day then w.day_spent else 0 end
        from entry as e where w.wallet_id = e.wallet_id
    )
    insert into ledger.entry select e.* from unnest(p_entries) as e;
    if cardinality(p_notes) > 0 then
        insert into ledger.note select n.* from unnest(p_notes) as n;
    end if;
end
$$;

CREATE TABLE ledger.account (
    account_id bigint NOT NULL,
    name text NOT NULL,
    CONSTRAINT account_account_id_check CHECK ((account_id < 0))
);

CREATE TABLE ledger.birth (
    one boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    CONSTRAINT birth_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'demo'::text, 'simulation'::text, 'test'::text]))),
    CONSTRAINT birth_one_check CHECK (one)
);

CREATE TABLE ledger.clock_jump (
    jump_id bigint NOT NULL,
    boot_id text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    ahead interval NOT NULL,
    ended_at timestamp with time zone,
    reason text
);

ALTER TABLE ledger.clock_jump ALTER COLUMN jump_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.clock_jump_jump_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.clock_seen (
    boot_id text NOT NULL,
    awake double precision NOT NULL,
    shown timestamp with time zone NOT NULL
);

CREATE TABLE ledger.expiry_move (
    wallet_id bigint NOT NULL,
    seq bigint NOT NULL,
    lot_id bigint NOT NULL,
    issuer_id integer NOT NULL,
    old_expiry timestamp with time zone NOT NULL,
    new_expiry timestamp with time zone NOT NULL,
    CONSTRAINT expiry_move_check CHECK ((new_expiry > old_expiry))
);

CREATE SEQUENCE ledger.lot_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE SEQUENCE ledger.payment_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    MAXVALUE 999999999999
    CACHE 1;

CREATE TABLE ledger.relayed (
    wallet_id bigint CONSTRAINT outbox_wallet_id_not_null NOT NULL,
    seq bigint CONSTRAINT outbox_seq_not_null NOT NULL,
    relayed_at timestamp with time zone NOT NULL
);

CREATE TABLE ledger.reversal (
    wallet_id bigint NOT NULL,
    seq bigint NOT NULL,
    issuer_id integer NOT NULL,
    by_wallet_id bigint NOT NULL,
    by_seq bigint NOT NULL
);

ALTER TABLE ONLY ledger.acceptance
    ADD CONSTRAINT acceptance_pkey PRIMARY KEY (shop_id, emoney_id, valid_from);

ALTER TABLE ONLY ledger.account
    ADD CONSTRAINT account_name_key UNIQUE (name);

ALTER TABLE ONLY ledger.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY ledger.birth
    ADD CONSTRAINT birth_pkey PRIMARY KEY (one);

ALTER TABLE ONLY ledger.clock_jump
    ADD CONSTRAINT clock_jump_pkey PRIMARY KEY (jump_id);

ALTER TABLE ONLY ledger.clock
    ADD CONSTRAINT clock_pkey PRIMARY KEY (one);

ALTER TABLE ONLY ledger.clock_seen
    ADD CONSTRAINT clock_seen_pkey PRIMARY KEY (boot_id);

ALTER TABLE ONLY ledger.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY ledger.emoney
    ADD CONSTRAINT emoney_issuer_id_emoney_id_key UNIQUE (issuer_id, emoney_id);

ALTER TABLE ONLY ledger.emoney
    ADD CONSTRAINT emoney_pkey PRIMARY KEY (emoney_id);

ALTER TABLE ONLY ledger.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (wallet_id, seq);

ALTER TABLE ONLY ledger.expiry_move
    ADD CONSTRAINT expiry_move_pkey PRIMARY KEY (wallet_id, lot_id, seq);

ALTER TABLE ONLY ledger.hang
    ADD CONSTRAINT hang_pkey PRIMARY KEY (actor, key);

ALTER TABLE ONLY ledger.issuer
    ADD CONSTRAINT issuer_pkey PRIMARY KEY (issuer_id);

ALTER TABLE ONLY ledger.lot
    ADD CONSTRAINT lot_pkey PRIMARY KEY (wallet_id, lot_id);

ALTER TABLE ONLY ledger.note
    ADD CONSTRAINT note_pkey PRIMARY KEY (wallet_id, seq);

ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (wallet_id, seq);

ALTER TABLE ONLY ledger.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (actor, key);

ALTER TABLE ONLY ledger.reversal
    ADD CONSTRAINT reversal_pkey PRIMARY KEY (wallet_id, seq);

ALTER TABLE ONLY ledger.shop
    ADD CONSTRAINT shop_issuer_id_shop_id_key UNIQUE (issuer_id, shop_id);

ALTER TABLE ONLY ledger.shop
    ADD CONSTRAINT shop_pkey PRIMARY KEY (shop_id);

ALTER TABLE ONLY ledger.wallet
    ADD CONSTRAINT wallet_pkey PRIMARY KEY (wallet_id);

CREATE INDEX entry_at ON ledger.entry USING brin (at) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX entry_number ON ledger.entry USING btree (number) WHERE (number IS NOT NULL);

CREATE INDEX entry_shop ON ledger.entry USING btree (shop_id, at) WHERE (shop_id IS NOT NULL);

CREATE INDEX lot_due ON ledger.lot USING btree (expires_at, wallet_id) WHERE ((swept_at IS NULL) AND (expires_at IS NOT NULL));

CREATE INDEX lot_management_number ON ledger.lot USING brin (management_number) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX lot_shown ON ledger.lot USING btree (lower(("left"(code, 4) || substr(code, 9, 4))));

CREATE TRIGGER device_fixed BEFORE UPDATE OF device_id, issuer_id, wallet_id ON ledger.device FOR EACH ROW WHEN (((old.device_id <> new.device_id) OR (old.issuer_id <> new.issuer_id) OR (old.wallet_id <> new.wallet_id))) EXECUTE FUNCTION ledger.device_fixed_v1();

CREATE TRIGGER entry_not_ahead BEFORE INSERT ON ledger.entry FOR EACH ROW WHEN ((new.at > (ledger.now() + '00:01:00'::interval))) EXECUTE FUNCTION ledger.refuse_ahead_v1();

ALTER TABLE ONLY ledger.acceptance
    ADD CONSTRAINT acceptance_issuer_id_emoney_id_fkey FOREIGN KEY (issuer_id, emoney_id) REFERENCES ledger.emoney(issuer_id, emoney_id);

ALTER TABLE ONLY ledger.acceptance
    ADD CONSTRAINT acceptance_issuer_id_shop_id_fkey FOREIGN KEY (issuer_id, shop_id) REFERENCES ledger.shop(issuer_id, shop_id);

ALTER TABLE ONLY ledger.emoney
    ADD CONSTRAINT emoney_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES ledger.issuer(issuer_id);

ALTER TABLE ONLY ledger.shop
    ADD CONSTRAINT shop_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES ledger.issuer(issuer_id);
