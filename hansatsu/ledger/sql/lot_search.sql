-- How the office finds a lot (ADR 0091): by the 8 characters of its コード(ID) that its holder sees, read
-- out in whatever case, and by its 管理番号, which rises as lots are made.
create index lot_shown on ledger.lot (lower(left(code, 4) || substr(code, 9, 4)));
create index lot_management_number on ledger.lot using brin (management_number)
    with (pages_per_range = 32, autosummarize = on);
