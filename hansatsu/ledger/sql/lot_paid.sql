-- Of a lot's face, the yen that its holder paid for; the rest was given (プレミアム, grants, gifts). Null
-- is not known yet: made by a version that did not say, until note_paid_v1 does (ADR 0276). What a lot
-- holds has its share of it: floor(balance × paid ÷ face).
alter table ledger.lot
    add column paid bigint,
    add constraint lot_paid_check check (paid between 0 and face) not valid;
