-- A lot's 16 characters, shown to its holder as コード(ID). Random, and never authority.
create function ledger.lot_code_v1() returns text
language sql volatile
return left(translate(
    encode(sha256(uuid_send(gen_random_uuid())), 'base64'), '+/=', 'xyz'), 16);

-- 管理番号: d01, the day of making in Japan as YYMMDD, 7 digits of the lot's id.
create function ledger.management_number_v1(p_lot_id bigint, p_at timestamptz) returns text
language sql stable
return 'd01' || to_char(p_at at time zone 'Asia/Tokyo', 'YYMMDD')
    || lpad((p_lot_id % 10000000)::text, 7, '0');

-- The lots that an entry made, as the chain covers them.
create function ledger.made_lots_v1(p_wallet_id bigint, p_seq bigint) returns bytea
language sql stable
return (
    select string_agg(ledger.canonical_lot_v1(
        l.lot_id, l.emoney_id, l.face, l.expires_at, l.issued_at, l.origin_wallet,
        l.origin_lot, l.code, l.management_number), ''::bytea order by l.lot_id)
    from ledger.lot as l
    where l.wallet_id = p_wallet_id and l.made_seq = p_seq
);
