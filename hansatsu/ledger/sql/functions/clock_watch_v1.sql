-- How far the server's clock has jumped ahead; null when it has not. `p_boot_id` and `p_awake`
-- (seconds) are of the machine that asks: what it has counted since it was last asked of the same
-- boot is held against what the clock says has passed, give or take a minute and a ten-thousandth.
-- A jump stays one, also when the machine is started anew, until the clock is right again or
-- somebody accepts it. A clock that was set back is believed: nothing expires too early by it, and
-- the next jump is measured from there.
create function ledger.watch_clock_v1(p_boot_id text, p_awake double precision)
returns interval
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_seen ledger.clock_seen;
    v_now timestamptz;
    v_passed double precision;
    v_ahead interval;
begin
    perform pg_advisory_xact_lock(72618);
    v_now := clock_timestamp();
    select s.* into v_seen from ledger.clock_seen as s where s.boot_id = p_boot_id;
    if found then
        v_passed := p_awake - v_seen.awake;
        v_ahead := v_now - (v_seen.shown + make_interval(secs => v_passed));
        if v_ahead > interval '1 minute' + make_interval(secs => greatest(0, v_passed) / 10000)
        then
            insert into ledger.clock_jump (boot_id, found_at, ahead)
            select p_boot_id, v_now, v_ahead
            where not exists (
                select from ledger.clock_jump as j
                where j.boot_id = p_boot_id and j.ended_at is null);
            return v_ahead;
        end if;
    end if;
    insert into ledger.clock_seen (boot_id, awake, shown) values (p_boot_id, p_awake, v_now)
    on conflict (boot_id) do update set awake = excluded.awake, shown = excluded.shown;
    update ledger.clock_jump as j set ended_at = v_now
    where j.boot_id = p_boot_id and j.ended_at is null;
    -- A jump that another boot found: the clock was set back since, or somebody must look.
    update ledger.clock_jump as j set ended_at = v_now
    where j.ended_at is null and v_now < j.found_at;
    return (select max(j.ahead) from ledger.clock_jump as j where j.ended_at is null);
end
$$;

-- Believe the clock as it is, from now on, because somebody has looked. Returns how many jumps
-- that ends.
create function ledger.accept_clock_v1(p_reason text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count integer;
begin
    perform pg_advisory_xact_lock(72618);
    update ledger.clock_jump as j set ended_at = clock_timestamp(), reason = p_reason
    where j.ended_at is null;
    get diagnostics v_count = row_count;
    delete from ledger.clock_seen;
    return v_count;
end
$$;

-- Nothing is written at a time that has not come: an entry is never before its wallet's last one
-- (time_of_v1), so a wallet that a wrong clock has touched would carry every later entry there,
-- where value is dead that still lives.
create function ledger.refuse_ahead_v1() returns trigger
language plpgsql as $$
begin
    raise exception 'wallet % is ahead of the clock: its next entry would be of %',
        new.wallet_id, new.at using errcode = 'object_not_in_prerequisite_state';
end
$$;

create trigger entry_not_ahead before insert on ledger.entry
for each row when (new.at > ledger.now() + interval '1 minute')
execute function ledger.refuse_ahead_v1();
