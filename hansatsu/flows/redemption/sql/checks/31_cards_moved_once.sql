-- A card is a card's wallet of its issuer. What a taken card held has come into a wallet once, and
-- a card whose value was moved holds nothing; nobody else's card has been taken.
with moved as (
    select e.actor, count(*) as moves, min(e.issuer_id) as issuer_id
    from ledger.entry as e
    where e.actor like 'card:%' and e.kind = 'transfer_in' group by e.actor
)
select format('card %s (%s): its value came into a wallet %s times, and should have %s times',
    coalesce(c.id::text, m.actor), coalesce(c.state, 'unknown'), coalesce(m.moves, 0),
    case when c.state = 'taken' then 1 else 0 end)
from cards_card as c
full join moved as m on m.actor = 'card:' || c.id
where coalesce(m.moves, 0) <> case when c.state = 'taken' then 1 else 0 end
    or (m.actor is not null and m.issuer_id is distinct from c.issuer_id)
union all
select format('card %s (%s): its value was moved, and it still holds %s yen', c.id, c.state,
    sum(l.balance))
from cards_card as c
join ledger.lot as l on l.wallet_id = c.wallet_id
where c.state <> 'issued'
group by c.id, c.state having sum(l.balance) > 0
union all
select format('card %s: it is no card''s wallet of its issuer', c.id)
from cards_card as c
left join ledger.wallet as w on w.wallet_id = c.wallet_id
where w.wallet_id is null or w.issuer_id <> c.issuer_id or w.kind <> 'card'
