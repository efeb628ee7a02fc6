-- What entries of the kinds move_expiry and unexpire did to the expiries of lots: a row each lot. The
-- chain covers them (canonical_expiry_v1); sql/checks/19_expiries_moved.sql holds the lots against them.
alter type ledger.entry_kind add value if not exists 'move_expiry';
alter type ledger.entry_kind add value if not exists 'unexpire';

create table ledger.expiry_move (
    wallet_id bigint not null,
    seq bigint not null,
    lot_id bigint not null,
    issuer_id integer not null,
    old_expiry timestamptz not null,
    new_expiry timestamptz not null check (new_expiry > old_expiry),
    primary key (wallet_id, lot_id, seq)
);
