-- Many shops at once, what they take and from when until when, and an issuer's rule of refunds.

create function ledger.open_shops_v1(p_issuer_id integer, p_shop_ids integer[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into ledger.shop (shop_id, issuer_id)
    select s.shop_id, p_issuer_id from unnest(p_shop_ids) as s (shop_id);
end;

-- Pairs of shop and emoney, by their places in the two arrays. From `p_from` (now when null or
-- past) until `p_until` (open when null) each pair is accepted. What runs before that goes on until
-- then; what was planned for later is dropped. Waits for payments at these shops that are under way.
create function ledger.set_acceptances_v1(
    p_issuer_id integer, p_shop_ids integer[], p_emoney_ids integer[], p_from timestamptz,
    p_until timestamptz
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

-- As stop_acceptance_v1, for many pairs; what was planned for later is dropped as well.
create function ledger.end_acceptances_v1(
    p_issuer_id integer, p_shop_ids integer[], p_emoney_ids integer[]
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

create function ledger.set_refund_grace_v1(p_issuer_id integer, p_days integer) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    update ledger.issuer set refund_grace_days = p_days where issuer_id = p_issuer_id;
end;
