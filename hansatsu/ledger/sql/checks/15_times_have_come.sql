-- No entry is of a time that has not come: a clock was wrong when it was written, or is wrong now.
-- (A minute is given to clocks that are put right a little; the clock is read once.)
select format('entry %s/%s: it is of %s, which has not come', e.wallet_id, e.seq, e.at)
from ledger.entry as e where e.at > (select ledger.now() + interval '1 minute')
