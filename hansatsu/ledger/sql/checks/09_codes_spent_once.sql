-- A device's step pays once, and never after a later one.
select format('device %s: step %s was spent %s times', e.device_id, e.step, count(*))
from ledger.entry as e where e.step is not null
group by e.device_id, e.step having count(*) > 1
union all
select format('device %s: last step is %s, but step %s was spent', d.device_id, d.last_step,
    max(e.step))
from ledger.device as d join ledger.entry as e on e.device_id = d.device_id
group by d.device_id, d.last_step having max(e.step) > d.last_step
