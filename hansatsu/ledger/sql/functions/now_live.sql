-- The ledger's clock in a live database: the server's, and nothing can shift it.
create function ledger.now() returns timestamptz
language sql volatile
return clock_timestamp();
