-- What the application's role may do with the ledger: read it, and execute its entrances.
-- Run by `hansatsu migrate` after every migration; %(app)s is the role's quoted name.
grant usage on schema ledger to %(app)s;
grant select on all tables in schema ledger to %(app)s;
revoke execute on all functions in schema ledger from public;
grant execute on all functions in schema ledger to %(app)s;
