-- Have a new database draw its numbers as home `p_home` (0 to 99) of many, so that no two homes ever give
-- out the same wallet, lot or 決済ID, wherever an issuer is moved later (docs/scaling.md): wallets and lots
-- from p_home * 10^12 + 1, the 12 digits of 決済ID from p_home * 10^10 + 1, each up to where the next home
-- begins. 管理番号 shows seven digits of the lot's number, and is looked for within an issuer. A database
-- that was never asked draws from 1, which is home 0. The owner's alone, and only while nothing was drawn;
-- again with the same number changes nothing.
create function ledger.take_home_v1(p_home integer) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
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
$$;
