-- lots_of_issue_v1 as it was (reverse_issue_v1.sql): a body that was read once returns the columns that
-- a lot had then.
create or replace function ledger.lots_of_issue_v1(
    p_in_wallet bigint, p_wallet_id bigint, p_seq bigint
) returns setof ledger.lot
language sql stable
begin atomic
    select l.*
    from ledger.lot as l
    cross join lateral ledger.issue_of_lot_v1(l.wallet_id, l.lot_id) as i
    where l.wallet_id = p_in_wallet and i.wallet_id = p_wallet_id and i.seq = p_seq;
end;
