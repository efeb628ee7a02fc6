-- A run sends what its rows say. What a shop is owed is paid by exactly one row of a run that the
-- bank has paid, or by none; what is on its way stands in one open row. So do residents' refunds,
-- but for those that were paid before there were runs.
select format('issuer %s: payout run %s tells %s transfers of %s yen, its rows are %s of %s yen',
    u.issuer_id, u.number, u.count, u.total, s.rows, s.yen)
from settlement_payoutrun as u
cross join lateral (
    select count(*) as rows, coalesce(sum(r.net_yen), 0) as yen
    from settlement_payoutrow as r where r.run_id = u.id) as s
where u.count <> s.rows or u.total <> s.yen
union all
select format('issuer %s: payable %s (%s) of %s yen is paid by %s rows, on its way in %s',
    p.issuer_id, p.id, p.state, p.yen, s.paid, s.on_its_way)
from settlement_payable as p
cross join lateral (
    select count(*) filter (where r.outcome = 'paid' and u.state = 'paid') as paid,
        count(*) filter (where r.outcome <> 'paid' and r.released_at is null) as on_its_way
    from settlement_payoutrow as r join settlement_payoutrun as u on u.id = r.run_id
    where r.payable_id = p.id) as s
where (s.paid, s.on_its_way) <> (
    case p.state when 'paid' then 1 else 0 end, case p.state when 'in_run' then 1 else 0 end)
union all
select format('issuer %s: refund %s (%s) of %s yen is paid or failed by %s rows, on its way in %s',
    t.issuer_id, t.id, t.state, t.yen, s.done, s.on_its_way)
from charging_transfer as t
cross join lateral (
    select count(*) filter (where r.outcome <> '' and r.released_at is null) as done,
        count(*) filter (where r.outcome <> 'paid' and r.released_at is null) as on_its_way,
        count(*) as rows
    from settlement_payoutrow as r where r.transfer_id = t.id) as s
where (t.state = 'waiting' and s.done + s.on_its_way > 0)
    or (t.state = 'in_run' and s.on_its_way <> 1)
    or (t.state = 'paid' and s.rows > 0 and s.done <> 1)
union all
select format('issuer %s: row %s of payout run %s pays %s yen, not the %s yen that are owed',
    r.issuer_id, r.place, r.run_id, r.yen, p.yen)
from settlement_payoutrow as r join settlement_payable as p on p.id = r.payable_id
where r.yen <> p.yen
union all
select format('issuer %s: row %s of payout run %s (%s) stands as "%s"',
    u.issuer_id, r.place, u.number, u.state, r.outcome)
from settlement_payoutrow as r join settlement_payoutrun as u on u.id = r.run_id
where (u.state = 'paid') <> (r.outcome <> '') or (u.state = 'dropped' and r.released_at is null)
union all
select format('issuer %s: payout run %s (%s) was fetched %s times',
    u.issuer_id, u.number, u.state, s.fetches)
from settlement_payoutrun as u
cross join lateral (
    select count(*) as fetches from settlement_runfetch as f where f.run_id = u.id) as s
where (u.state in ('handed_over', 'paid')) <> (s.fetches > 0);
