-- The ledger's tables. Nothing but the functions of this schema writes to them: the
-- application's role may read them and execute the functions (see grants.sql).
--
-- No foreign key stands on the payment path (entry, lot, request, outbox): a check locks the
-- shared parent row. The invariants in sql/checks/ prove what those keys would have promised.

create schema ledger;

-- Why this database exists. Written once; only a database that was not born 'live' has a
-- clock that can be shifted (now_shiftable.sql).
create table ledger.birth (
    one boolean primary key default true check (one),
    kind text not null check (kind in ('live', 'demo', 'simulation', 'test'))
);

create table ledger.issuer (
    issuer_id integer primary key,
    mode text not null check (mode in ('live', 'sandbox', 'demo')),
    payment_prefix text not null check (length(payment_prefix) = 13),
    closed_until timestamptz not null default '-infinity',
    max_payment bigint check (max_payment > 0),
    max_day bigint check (max_day > 0),
    max_holding bigint check (max_holding > 0),
    refund_grace_days integer not null default 0 check (refund_grace_days >= 0)
);

create table ledger.emoney (
    emoney_id integer primary key,
    issuer_id integer not null references ledger.issuer,
    unique (issuer_id, emoney_id)
);

create table ledger.shop (
    shop_id integer primary key,
    issuer_id integer not null references ledger.issuer,
    unique (issuer_id, shop_id)
);

-- Which shop takes which emoney, and when. Rows are ended, never deleted: an old payment can
-- be judged by what was true at its time.
create table ledger.acceptance (
    issuer_id integer not null,
    shop_id integer not null,
    emoney_id integer not null,
    valid_from timestamptz not null,
    valid_until timestamptz check (valid_until >= valid_from),
    primary key (shop_id, emoney_id, valid_from),
    foreign key (issuer_id, shop_id) references ledger.shop (issuer_id, shop_id),
    foreign key (issuer_id, emoney_id) references ledger.emoney (issuer_id, emoney_id)
);

-- What holds lots. `seq` and `head` are the last entry's number and hash; `day` and
-- `day_spent` count the yen spent on that day in Japan, for the daily limit.
create table ledger.wallet (
    wallet_id bigint generated always as identity primary key,
    issuer_id integer not null,
    kind text not null check (kind in ('resident', 'card')),
    state text not null default 'open' check (state in ('open', 'frozen', 'closed')),
    seq bigint not null default 0,
    head bytea not null,
    last_at timestamptz not null,
    day date not null default '-infinity',
    day_spent bigint not null default 0,
    moved_to bigint
) with (fillfactor = 70);

-- A device that makes pay codes: its id is the issuer's and the device's seven digits.
-- `last_step` is the newest TOTP step that was spent.
create table ledger.device (
    device_id bigint primary key check (device_id >= 0),
    issuer_id integer not null,
    wallet_id bigint not null,
    last_step bigint not null default -1,
    revoked_at timestamptz
) with (fillfactor = 70);

create sequence ledger.lot_id as bigint;
create sequence ledger.payment_number as bigint maxvalue 999999999999;

-- Value of one emoney in one wallet. `root_lot` is the first lot of its line of
-- successors by transfer; `origin_*` the lot that this one took over; `swept_at` when its rest expired.
create table ledger.lot (
    wallet_id bigint not null,
    lot_id bigint not null,
    issuer_id integer not null,
    emoney_id integer not null,
    code text not null check (length(code) = 16),
    management_number text not null check (length(management_number) = 16),
    face bigint not null check (face > 0),
    balance bigint not null check (balance >= 0 and balance <= face),
    expires_at timestamptz,
    issued_at timestamptz not null,
    registered_at timestamptz not null,
    made_seq bigint not null,
    root_lot bigint not null,
    origin_wallet bigint,
    origin_lot bigint,
    swept_at timestamptz,
    primary key (wallet_id, lot_id)
) with (fillfactor = 60);

-- `balance` is in no index, so that a payment's update stays on its page (HOT).
create index lot_due on ledger.lot (expires_at, wallet_id)
    where swept_at is null and expires_at is not null;

create type ledger.entry_kind as enum (
    'issue', 'issue_reversal', 'payment', 'refund', 'transfer_out', 'transfer_in',
    'expiry', 'payback', 'correction', 'freeze', 'unfreeze', 'close'
);

-- One immutable row for one event of one wallet. The three posting arrays are parallel:
-- `refs` is a lot when positive, a counter-account when negative (see the view posting).
create table ledger.entry (
    wallet_id bigint not null,
    seq bigint not null,
    issuer_id integer not null,
    kind ledger.entry_kind not null,
    shop_id integer,
    at timestamptz not null,
    amount bigint not null,
    device_id bigint,
    step bigint,
    number text,
    refunded_number text,
    actor text not null,
    content bytea not null,
    note_hash bytea,
    refs bigint[] not null,
    emoneys bigint[] not null,
    amounts bigint[] not null,
    hash bytea not null,
    primary key (wallet_id, seq)
);

create index entry_shop on ledger.entry (shop_id, at) where shop_id is not null;
create index entry_number on ledger.entry (number) where number is not null;

-- Free text of an entry (a till's reference, a refund's reason), apart from the chain so that
-- it can be erased: the entry's `note_hash` is sha256(salt || text).
create table ledger.note (
    wallet_id bigint not null,
    seq bigint not null,
    issuer_id integer not null,
    salt bytea not null,
    text text not null,
    primary key (wallet_id, seq)
);

-- Idempotency. A row with `seq` is a success and answers every retry; `cancelled` is a
-- tombstone that a late first attempt meets. Refusals leave no row.
create table ledger.request (
    actor text not null,
    key text not null check (length(key) between 1 and 255),
    operation text not null,
    content bytea not null,
    wallet_id bigint,
    seq bigint,
    cancelled boolean not null default false,
    primary key (actor, key)
) with (fillfactor = 80);

-- Entries that owe a message. Written in the entry's transaction, marked by the relay.
create table ledger.outbox (
    wallet_id bigint not null,
    seq bigint not null,
    relayed_at timestamptz
);

create unique index outbox_waiting on ledger.outbox (wallet_id, seq) where relayed_at is null;
create index outbox_relayed on ledger.outbox (wallet_id, seq) where relayed_at is not null;

-- The name of each counter-account; `refs` holds the negative number.
create table ledger.account (
    account_id bigint primary key check (account_id < 0),
    name text not null unique
);

insert into ledger.account (account_id, name) values
    (-1, 'shop'), (-2, 'issued'), (-3, 'expired'), (-4, 'transit'),
    (-5, 'paid_back'), (-6, 'loss'), (-7, 'correction');

-- The postings of every entry, a line each, for reports and checks.
create view ledger.posting as
select
    e.issuer_id, e.wallet_id, e.seq, e.kind, e.at, e.shop_id, e.number,
    p.line, p.emoney_id, p.amount,
    case when p.ref > 0 then p.ref end as lot_id,
    case when p.ref < 0 then p.ref end as account_id
from ledger.entry as e
cross join lateral unnest(e.refs, e.emoneys, e.amounts)
    with ordinality as p (ref, emoney_id, amount, line);
