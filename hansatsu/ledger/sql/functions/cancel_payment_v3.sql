-- UNDO A PAYMENT, version 3: version 2 on refund_v4. The key is claimed, and
-- only then made a tombstone, so that a claim of our own is told from a tombstone of before.
--
-- A payment whose outcome its maker (a terminal) does not know is undone in one transaction, whatever
-- has happened: a tombstone when it was not made, else all that is left of it goes back, under the
-- maker's own name, and its request is marked as cancelled. The request keeps its `seq`, so a late
-- retry of the payment is 'cancelled' and another cancellation is answered as the first was.
-- Nothing else may mark a request that has a `seq`: sql/checks/14_cancelled_given_back.sql.
--
-- Outcomes: cancelled (nothing had happened and nothing will) · refunded (`number` was made, and
-- `refund_number` is its last refund; `amount` yen went back now, null when they had before)
-- · other_terminal (the maker does not know the key, but one of `p_others` made `number` at this
-- shop under it) · too_late (`number` was made before `p_since`) · closed (its wallet was closed
-- and moved nowhere: an operator's task) · other (the key is of something else than a payment at
-- this shop). Only the first two change anything. Waits for an attempt that is under way; a wait
-- that ends by `lock_timeout` is an error and settles nothing.
create function ledger.cancel_payment_v3(
    p_actor text, p_key text, p_issuer_id integer, p_shop_id integer, p_since timestamptz,
    p_others text[], p_note text,
    out outcome text, out number text, out refund_number text, out at timestamptz,
    out amount bigint, out expired bigint, out reversed bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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
