-- What a stopped shop took has ended, and nothing is planned for it.
select format('shop %s (%s) is stopped and takes emoney %s', s.id, s.code, a.emoney_id)
from shops_shop as s
join ledger.acceptance as a on a.shop_id = s.id
where not s.open and (a.valid_until is null
    or (a.valid_until > ledger.now() and a.valid_until > a.valid_from))
