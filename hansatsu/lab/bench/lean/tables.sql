-- THE YARDSTICK's tables: what a payment of this shape cannot do without, and no more. Nothing
-- here is the ledger's, and nothing here changes when the ledger does (see the test that pins it).
create schema lean;

-- `seq` and `head` are the last entry's number and hash; `day_spent` counts the yen of `day`.
create table lean.wallet (
    id bigint primary key,
    seq bigint not null default 0,
    head bytea not null default '',
    frozen boolean not null default false,
    day date not null default '-infinity',
    day_spent bigint not null default 0
) with (fillfactor = 60);

create table lean.lot (
    wallet bigint not null,
    id bigint not null,
    emoney integer not null,
    expiry timestamptz not null,
    balance bigint not null check (balance >= 0),
    face bigint not null,
    primary key (wallet, id)
) with (fillfactor = 60);

create table lean.shop_takes (
    shop integer not null,
    emoney integer not null,
    primary key (shop, emoney)
);

create sequence lean.number;

create table lean.entry (
    wallet bigint not null,
    seq bigint not null,
    at timestamptz not null,
    kind text not null,
    shop integer not null,
    amount bigint not null,
    key uuid not null,
    number bigint not null,
    lots bigint[] not null,
    amounts bigint[] not null,
    hash bytea not null,
    primary key (wallet, seq),
    unique (wallet, key)
);

create index entry_shop on lean.entry (shop, at);

create table lean.outbox (
    id bigint generated always as identity primary key,
    wallet bigint not null,
    seq bigint not null
);
