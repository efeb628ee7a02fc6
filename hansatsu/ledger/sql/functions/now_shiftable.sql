-- The ledger's clock in a database born as demo, simulation or test: the server's, shifted.
-- Only the role hansatsu_clock may change the shift (grants.sql); a live database has neither.
create table ledger.clock (
    one boolean primary key default true check (one),
    shift interval not null default '0'
);

insert into ledger.clock default values;

create function ledger.now() returns timestamptz
language sql volatile
return clock_timestamp() + (select c.shift from ledger.clock as c);

-- Shift the clock so that it shows `shown` now and runs on from there; null sets it right.
create function ledger.set_clock_v1(shown timestamptz) returns void
language sql volatile
begin atomic
    update ledger.clock
    set shift = coalesce(shown - clock_timestamp(), '0'::interval);
end;
