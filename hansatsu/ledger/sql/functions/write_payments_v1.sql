-- HOW PAYMENTS ARE WRITTEN: the entries of a set, one a wallet, decided under the wallets' locks,
-- whole with seq and hash. Lots give what they owe, the wallets' chains, clocks and daily sums go
-- forward, codes are spent, and each entry owes a message.
--
-- A payment alone is written by statements of its own: to start what a set needs takes as long as
-- the payment.
create function ledger.write_payments_v1(p_entries ledger.entry[], p_notes ledger.note[]) returns void
language plpgsql volatile as $$
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
