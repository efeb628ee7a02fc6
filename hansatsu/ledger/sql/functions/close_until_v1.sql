-- A CUT: an issuer's books are closed until a midnight in Japan that has come. What is written from
-- then on is of that midnight or later (time_of_v1), so that what lies before can be summed up once
-- those who had begun before are done (ADR 0275). True when the books are closed until then, now or
-- already; false, and nothing is changed, when the moment has not come, is no midnight, or the issuer
-- is unknown. Books never open again: a cut that lies before the last one leaves it.
create function ledger.close_until_v1(p_issuer_id integer, p_until timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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
