-- A device pays for its own wallet; its step pays once, and never after a later one.
select format('device %s: step %s was spent %s times', e.device_id, e.step, count(*))
from ledger.entry as e
where e.wallet_id between :first and :last and e.step is not null
group by e.wallet_id, e.device_id, e.step having count(*) > 1
union all
select format('device %s: last step is %s, but step %s was spent', d.device_id, d.last_step, s.step)
from (
    select e.wallet_id, e.device_id, max(e.step) as step
    from ledger.entry as e
    where e.wallet_id between :first and :last and e.step is not null
    group by e.wallet_id, e.device_id
) as s
join ledger.device as d on d.device_id = s.device_id and d.wallet_id = s.wallet_id
where s.step > d.last_step
union all
-- So a step is spent twice in no two wallets either.
select format('entry %s/%s: device %s is not its wallet''s', e.wallet_id, e.seq, e.device_id)
from ledger.entry as e
left join ledger.device as d on d.device_id = e.device_id and d.wallet_id = e.wallet_id
where e.wallet_id between :first and :last and e.device_id is not null and d.device_id is null
