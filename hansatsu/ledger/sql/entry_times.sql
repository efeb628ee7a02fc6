-- Finds the pages of an issuer's newest entries (ADR 0083). Entries are only added, so their times rise
-- with their pages: a payment pays next to nothing for it.
create index entry_at on ledger.entry using brin (at)
    with (pages_per_range = 32, autosummarize = on);
