-- The issues that are taken back at this moment (chargeback, cancelled order), and the entry
-- that took each back. The entries themselves say so in the chain: what is booked about the
-- issue of entry W/S bears `refunded_number` W/S. sql/checks/11_reversals.sql compares the two.
create table ledger.reversal (
    wallet_id bigint not null,
    seq bigint not null,
    issuer_id integer not null,
    by_wallet_id bigint not null,
    by_seq bigint not null,
    primary key (wallet_id, seq)
);
