"""The kinds of record that timelines are made of.

Each starts from the issuer and the one thing that is asked about, over an index: the cost of a
page does not grow with the issuer.
"""

from hansatsu.flows.support.timelines.branch import BIG, Branch


def _steps(**moments: str) -> str:
    """A row for each moment of one thing, by its name; those that have not come have no time."""
    values = ", ".join(f"('{name}', {moment})" for name, moment in moments.items())
    return f"cross join lateral (values {values}) as step (name, at)"


_ENTRY = {
    "at": "e.at",
    "kind": "e.kind",
    "actor": "e.actor",
    "detail": """jsonb_build_object(
        'number', e.number, 'refunded_number', e.refunded_number, 'shop_id', e.shop_id,
        'shop', h.name, 'wallet_id', e.wallet_id, 'seq', e.seq, 'note', n.text, 'lost', (
            select -sum(a.amount) from unnest(e.refs, e.amounts) as a (ref, amount)
            where a.ref = -6))""",
}
_AMOUNT = "nullif(e.amount, 0)"
_BESIDE = """left join ledger.note as n on n.wallet_id = e.wallet_id and n.seq = e.seq
    left join shops_shop as h on h.id = e.shop_id and h.issuer_id = e.issuer_id"""
_ENTRY_ROWS = f"ledger.entry as e {_BESIDE}"
_OF_PAYMENT = """e.issuer_id = %(issuer)s and (e.number = %(number)s
        or (e.number > %(number)s || '-' and e.number < %(number)s || '.'))"""
"""A payment and its refunds, whose numbers begin with its own."""

ENTRIES_OF_WALLET = Branch(
    "entry",
    f"{_ENTRY_ROWS} where e.wallet_id = %(wallet)s and e.issuer_id = %(issuer)s",
    key=BIG.format("e.seq"),
    amount=_AMOUNT,
    **_ENTRY,
    below="(%(seq)s::bigint is null or e.seq < %(seq)s)",
    order="e.seq desc",
)
"""Their order is that of ``seq``, which the primary key has; ``at`` never goes back in it."""

ENTRIES_OF_SHOP = Branch(
    "entry",
    f"{_ENTRY_ROWS} where e.shop_id = %(shop)s and e.issuer_id = %(issuer)s",
    key="e.number",
    amount="-e.amount",
    **_ENTRY,
)
"""Signed as for the shop."""

ENTRIES_OF_PAYMENT = Branch(
    "entry",
    f"{_ENTRY_ROWS} where {_OF_PAYMENT}",
    key="e.number",
    amount=_AMOUNT,
    **_ENTRY,
)

ENTRIES_OF_ORDER = Branch(
    "entry",
    f"""charging_order as o
    join lateral (
        select i.* from ledger.entry as i
        where i.wallet_id = o.wallet_id and i.seq = o.seq
        union all
        select i.* from ledger.entry as i
        where i.wallet_id = o.wallet_id and i.seq > o.seq
            and i.refunded_number = ledger.name_of_issue_v1(o.wallet_id, o.seq)
    ) as e on e.issuer_id = o.issuer_id
    {_BESIDE}
    where o.id = %(order)s and o.issuer_id = %(issuer)s""",  # noqa: S608 - all parts are constants
    key=BIG.format("e.seq"),
    amount=_AMOUNT,
    **_ENTRY,
)
"""The issue of its value, and what took it back or gave it again."""

_MAIL = {
    "at": "m.created_at",
    "key": BIG.format("m.id"),
    "kind": "m.kind",
    "detail": """jsonb_build_object('id', m.id, 'subject', m.subject, 'state', m.state,
        'sent_at', m.sent_at, 'error', m.last_error, 'again', m.again_of_id is not null,
        'resendable', not m.has_secret and m.state in ('sent', 'bounced'))""",
}

MAILS_OF_RESIDENT = Branch(
    "mail",
    "notifications_mail as m where m.resident_id = %(resident)s and m.issuer_id = %(issuer)s",
    **_MAIL,
)

MAILS_OF_PAYMENT = Branch(
    "mail",
    f"""notifications_mail as m where m.issuer_id = %(issuer)s and m.id in (
        select sent.id from ledger.entry as e
        join notifications_mail as f on f.wallet_id = e.wallet_id and f.seq = e.seq
        cross join lateral (
            select f.id union all
            select a.id from notifications_mail as a where a.again_of_id = f.id
        ) as sent
        where {_OF_PAYMENT}
    )""",  # noqa: S608 - all parts are constants
    **_MAIL,
)
"""Those about its entries, and those sent again."""

MAILS_OF_ORDER = Branch(
    "mail",
    """notifications_mail as m where m.issuer_id = %(issuer)s
        and m.about = 'order:' || %(number)s""",
    **_MAIL,
)

EVENTS_OF_RESIDENT = Branch(
    "event",
    "identity_event as v where v.resident_id = %(resident)s and v.issuer_id = %(issuer)s",
    at="v.at",
    key=BIG.format("v.id"),
    kind="v.kind",
    detail="jsonb_build_object('address', v.address)",
)

_AUDIT = {
    "at": "u.at",
    "key": BIG.format("u.id"),
    "kind": "u.act",
    "actor": "u.actor",
    "detail": """jsonb_build_object('id', u.id, 'name', u.actor_name, 'place', u.place,
        'reason', u.reason, 'before', u.before, 'after', u.after)""",
}

AUDIT_OF_SUBJECT = Branch(
    "audit",
    "issuers_auditentry as u where u.issuer_id = %(issuer)s and u.subject = %(subject)s",
    **_AUDIT,
)

AUDIT_OF_ORDER = Branch(
    "audit",
    """issuers_auditentry as u where u.issuer_id = %(issuer)s
        and u.subject in ('order:' || %(number)s, 'order:' || %(order)s::text)""",
    **_AUDIT,
)
"""By the number or the id. They are few: two names at once cost the index its order."""

AUDIT_OF_SHOP = Branch(
    "audit",
    """issuers_auditentry as u where u.issuer_id = %(issuer)s
        and u.place = 'shop:' || %(shop)s::text""",
    **_AUDIT,
)
"""What its own staff did."""

AUDIT_ABOUT_SHOP = Branch(
    "office",
    """issuers_auditentry as u where u.issuer_id = %(issuer)s
        and u.subject = 'shop:' || %(shop)s::text and u.place <> 'shop:' || %(shop)s::text""",
    **_AUDIT,
)
"""What the issuer's people did with it."""

_STEPS = _steps(
    held="o.held_at",
    confirmed="o.confirmed_at",
    paid="o.paid_at",
    charged="o.charged_at",
    ended="case when o.state not in ('charged', 'reversed') then o.ended_at end",
)
_ORDER = {
    "at": "step.at",
    "key": BIG.format("o.id") + " || step.name",
    "kind": "step.name",
    "amount": "o.price",
    "detail": """jsonb_build_object('number', o.number, 'product', p.name, 'units', o.units,
        'state', o.state, 'method', o.method)""",
}

ORDERS_OF_RESIDENT = Branch(
    "order",
    f"""charging_order as o join programs_product as p on p.id = o.product_id {_STEPS}
    where o.resident_id = %(resident)s and o.issuer_id = %(issuer)s and step.at is not null""",
    **_ORDER,
)

STEPS_OF_ORDER = Branch(
    "order",
    f"""charging_order as o join programs_product as p on p.id = o.product_id {_STEPS}
    where o.id = %(order)s and o.issuer_id = %(issuer)s and step.at is not null""",
    **_ORDER,
)

CHECKOUTS_OF_ORDER = Branch(
    "checkout",
    "charging_checkout as c where c.order_id = %(order)s and c.issuer_id = %(issuer)s",
    at="c.made_at",
    key=BIG.format("c.id"),
    kind="c.method",
    detail="""jsonb_build_object('provider', c.provider, 'state', c.state,
        'until', c.expires_at)""",
)

TOLD_OF_ORDER = Branch(
    "told",
    "charging_receivedevent as r where r.order_id = %(order)s and r.issuer_id = %(issuer)s",
    at="r.received_at",
    key=BIG.format("r.id"),
    kind="r.kind",
    amount="nullif(r.amount, 0)",
    detail="""jsonb_build_object('provider', r.provider, 'outcome', r.outcome,
        'source', r.source, 'event', r.event_id)""",
)
"""What the provider has told us."""

MONEY_OF_ORDER = Branch(
    "money",
    "charging_providerpayment as y where y.order_id = %(order)s and y.issuer_id = %(issuer)s",
    at="y.received_at",
    key=BIG.format("y.id"),
    kind="y.role",
    amount="y.amount",
    detail="""jsonb_build_object('provider', y.provider, 'method', y.method,
        'refunded', y.refunded, 'disputed', y.disputed)""",
)

TASKS_OF_ORDER = Branch(
    "task",
    f"""charging_task as k {_steps(made="k.made_at", done="k.done_at")}
    where k.order_id = %(order)s and k.issuer_id = %(issuer)s and step.at is not null""",
    at="step.at",
    key=BIG.format("k.id") + " || step.name",
    kind="k.kind",
    amount="k.yen",
    detail="jsonb_build_object('step', step.name, 'state', k.state)",
)

TRANSFERS_OF_ORDER = Branch(
    "transfer",
    f"""charging_task as k join charging_transfer as f on f.task_id = k.id
    {_steps(made="f.made_at", paid="f.paid_at")}
    where k.order_id = %(order)s and k.issuer_id = %(issuer)s and step.at is not null""",
    at="step.at",
    key=BIG.format("f.id") + " || step.name",
    kind="step.name",
    amount="f.yen",
)

DEVICES_OF_RESIDENT = Branch(
    "device",
    f"""identity_device as d {_steps(opened="d.created_at", revoked="d.revoked_at")}
    where d.resident_id = %(resident)s and d.issuer_id = %(issuer)s and step.at is not null""",
    at="step.at",
    key=BIG.format("d.id") + " || step.name",
    kind="step.name",
    detail="jsonb_build_object('label', d.label)",
)

CODES_OF_RESIDENT = Branch(
    "code",
    """(
        select 'card' as kind, c.id, c.taken_at as at, c.last_four from cards_card as c
        where c.taken_by_id = %(resident)s and c.issuer_id = %(issuer)s
        union all
        select 'gift', g.id, g.taken_at, g.last_four from gifts_giftcode as g
        where g.taken_by_id = %(resident)s and g.issuer_id = %(issuer)s
        union all
        select 'purchase', p.id, p.made_at, p.last_four from programs_purchasecode as p
        where p.resident_id = %(resident)s and p.issuer_id = %(issuer)s
    ) as x where true""",
    at="x.at",
    key="x.kind || " + BIG.format("x.id"),
    kind="x.kind",
    detail="jsonb_build_object('id', x.id, 'last_four', x.last_four)",
)
"""Cards and gift codes that were taken, purchase codes that are the resident's own."""

CARD_MADE = Branch(
    "code",
    """(
        select 'made' as kind, c.id, c.made_at as at, c.last_four, null::bigint as resident
        from cards_card as c where c.id = %(card)s and c.issuer_id = %(issuer)s
        union all
        select 'taken', c.id, c.taken_at, c.last_four, c.taken_by_id
        from cards_card as c
        where c.id = %(card)s and c.issuer_id = %(issuer)s and c.taken_at is not null
        union all
        select 'replaced', n.id, n.made_at, n.last_four, null from cards_card as c
        join cards_card as n on n.id = c.replaced_by_id
        where c.id = %(card)s and c.issuer_id = %(issuer)s
    ) as x where true""",
    at="x.at",
    key="x.kind",
    kind="x.kind",
    detail="""jsonb_build_object('id', x.id, 'last_four', x.last_four,
        'resident', x.resident)""",
)

EQUIPMENT_OF_SHOP = Branch(
    "equipment",
    f"""(
        select 'terminal' as what, t.id, step.name as step, step.at, t.name as label
        from shops_terminal as t
        {_steps(made="t.created_at", ended="t.revoked_at")}
        where t.shop_id = %(shop)s and t.issuer_id = %(issuer)s and step.at is not null
        union all
        select 'key', k.id, step.name, step.at, k.prefix
        from shops_apikey as k join shops_terminal as t on t.id = k.terminal_id
        {_steps(made="k.created_at", ended="k.revoked_at")}
        where t.shop_id = %(shop)s and k.issuer_id = %(issuer)s and step.at is not null
        union all
        select 'webhook', w.id, step.name, step.at, w.url
        from webhooks_endpoint as w
        {_steps(made="w.created_at", ended="w.removed_at", disabled="w.disabled_at")}
        where w.shop_id = %(shop)s and w.issuer_id = %(issuer)s and step.at is not null
    ) as x where true""",  # noqa: S608 - all parts are constants
    at="x.at",
    key="x.what || " + BIG.format("x.id") + " || x.step",
    kind="x.what",
    detail="jsonb_build_object('step', x.step, 'label', x.label)",
)
"""Terminals, keys of tills, and where its servers are told."""

ACCEPTANCE_OF_SHOP = Branch(
    "acceptance",
    f"""ledger.acceptance as a join programs_emoney as m on m.id = a.emoney_id
    {_steps(started="a.valid_from", stopped="a.valid_until")}
    where a.shop_id = %(shop)s and a.issuer_id = %(issuer)s
        and step.at <= ledger.now()""",
    at="step.at",
    key=BIG.format("a.emoney_id") + " || step.name",
    kind="step.name",
    detail="jsonb_build_object('emoney', m.name)",
)

_CORRECTION = {
    "at": "step.at",
    "key": BIG.format("c.id") + " || step.name",
    "kind": "step.name",
    "actor": "'staff:' || step.staff",
    "amount": "c.amount",
    "detail": "jsonb_build_object('id', c.id, 'reason', step.reason)",
}
_CORRECTION_STEPS = """support_correction as c
    cross join lateral (values ('proposed', c.proposed_at, c.proposed_by_id, c.reason),
        (c.state, c.decided_at, c.decided_by_id, c.decided_reason)
    ) as step (name, at, staff, reason)
    where c.issuer_id = %(issuer)s and step.at is not null"""

CORRECTIONS_OF_RESIDENT = Branch(
    "correction", f"{_CORRECTION_STEPS} and c.resident_id = %(resident)s", **_CORRECTION
)

CORRECTIONS_OF_CARD = Branch(
    "correction", f"{_CORRECTION_STEPS} and c.card_id = %(card)s", **_CORRECTION
)

_MOVE_STEPS = """support_expirymove as c
    cross join lateral (values ('proposed', c.proposed_at, c.proposed_by_id, c.reason),
        (c.state, c.decided_at, c.decided_by_id, c.decided_reason)
    ) as step (name, at, staff, reason)
    where c.issuer_id = %(issuer)s and step.at is not null"""

EXPIRY_MOVES_OF_RESIDENT = Branch(
    "expiry_move", f"{_MOVE_STEPS} and c.resident_id = %(resident)s", **_CORRECTION
)

EXPIRY_MOVES_OF_CARD = Branch(
    "expiry_move", f"{_MOVE_STEPS} and c.card_id = %(card)s", **_CORRECTION
)

_ALARM = {
    "at": "l.at",
    "key": BIG.format("l.id"),
    "kind": "l.kind",
    "detail": "jsonb_build_object('text', l.text)",
}

ALARMS_OF_ORDER = Branch(
    "alarm",
    """issuers_alarm as l where l.issuer_id = %(issuer)s
        and l.subject = 'order:' || %(number)s""",
    **_ALARM,
)

ALARMS_OF_SHOP = Branch(
    "alarm",
    """issuers_alarm as l where l.issuer_id = %(issuer)s and l.subject in (
        select 'terminal:' || t.id from shops_terminal as t where t.shop_id = %(shop)s
        union all
        select 'webhook_endpoint:' || w.id from webhooks_endpoint as w
        where w.shop_id = %(shop)s)""",
    **_ALARM,
)

WEBHOOKS_OF_PAYMENT = Branch(
    "webhook",
    f"""ledger.entry as e
    join webhooks_message as w on w.entry = e.number and w.entry <> ''
    join webhooks_delivery as d on d.message_id = w.id
    where w.issuer_id = %(issuer)s and {_OF_PAYMENT}""",
    at="coalesce(d.delivered_at, d.created_at)",
    key=BIG.format("d.id"),
    kind="w.event",
    detail="jsonb_build_object('state', d.state, 'tries', d.tries)",
)
"""What the shop's server was told of it."""
