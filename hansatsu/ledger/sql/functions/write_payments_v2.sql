-- HOW A SET OF PAYMENTS IS WRITTEN: its entries, one a wallet, decided under the wallets' locks, whole
-- with seq and hash. Lots give what they owe, the wallets' chains, clocks and daily sums go forward,
-- codes are spent, and each entry owes a message.
--
-- Over version 1: a payment alone is not among them (pay_alone_v1).
create function ledger.write_payments_v2(p_entries ledger.entry[], p_notes ledger.note[]) returns void
language plpgsql volatile as $$
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
