-- What is known of the server's clock (clock_timestamp(), never the shift of a demo): for each boot
-- of a machine that sweeps, what that machine counted since its boot (`awake`, seconds of
-- CLOCK_BOOTTIME) and what the clock showed then. Jumps that were found, and how each ended:
-- `reason` is who accepted it and why, null when the clock was put right again.
create table ledger.clock_seen (
    boot_id text primary key,
    awake double precision not null,
    shown timestamptz not null
);

create table ledger.clock_jump (
    jump_id bigint generated always as identity primary key,
    boot_id text not null,
    found_at timestamptz not null,
    ahead interval not null,
    ended_at timestamptz,
    reason text
);

-- Payments that waited in vain for what another transaction holds, and when they last did: for
-- /readyz. No part of the books, so it need not outlive a crash.
create unlogged table ledger.hang (
    actor text not null,
    key text not null,
    wallet_id bigint not null,
    at timestamptz not null,
    primary key (actor, key)
);
