"""Rows that a large town's console lists, written as fast as the database takes them.

They are there to be listed: nobody logs in with them, and no value hangs on them.
"""

import psycopg

AT_ONCE = 200_000
"""Rows a statement writes."""
ROWS_A_SHOP = 50
"""Rows of every other list for each shop: no town has a million shops."""

RESIDENTS = """
    insert into identity_resident (issuer_id, login_id, password, family_name, given_name,
        family_kana, given_kana, nickname, email, gender, occupation, postal_code, prefecture, city,
        street, building, phone, news_mail, language, wallet_id, created_at)
    select %(issuer)s, 'row' || n, '!', '小' || n %% 1000, '花' || n %% 777, 'オ' || n %% 1000,
        'ハ' || n %% 777, '', 'row' || n || '@bench.example.jp', '', '', '', '', '', '', '', '',
        false, 'ja', 1000000000000 + n, ledger.now() - n * interval '30 seconds'
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
CODES = """
    insert into programs_purchasecode (issuer_id, sale_id, digest, last_four, units, units_used,
        valid_from, state, made_at, batch, note)
    select %(issuer)s, (select min(id) from programs_sale), 'row' || n,
        upper(right(md5(n::text), 4)), 1, case when n %% 3 = 0 then 0 else 1 end, ledger.now(),
        case when n %% 3 = 0 then 'free' else 'used' end, ledger.now(), n %% 7, ''
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
ORDERS = """
    insert into charging_order (issuer_id, number, resident_id, product_id, purchase_code_id, units,
        price, state, method, pay_by, held_at)
    select %(issuer)s, (100000000000 + n)::text, r.id, (select min(id) from programs_product), c.id,
        1, 5000, case when n %% 500 = 0 then 'failed' else 'cancelled' end,
        case when n %% 4 = 0 then 'konbini' else 'card' end, ledger.now(),
        ledger.now() - n * interval '30 seconds'
    from generate_series(%(first)s::bigint, %(last)s) as n
    join identity_resident as r on r.issuer_id = %(issuer)s and r.login_id = 'row' || n
    join programs_purchasecode as c on c.issuer_id = %(issuer)s and c.digest = 'row' || n
"""
GIFTS = """
    insert into gifts_giftcode (issuer_id, batch_id, digest, last_four, state, void_reason)
    select %(issuer)s, (select min(id) from gifts_giftbatch), 'row' || n,
        upper(right(md5(n::text), 4)), 'ready', ''
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
CARDS = """
    insert into cards_card (issuer_id, wallet_id, digest, last_four, made_at, state, batch)
    select %(issuer)s, 2000000000000 + n, 'row' || n, upper(right(md5(n::text), 4)), ledger.now(),
        'issued', n %% 7
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
SHOPS = """
    insert into shops_shop (issuer_id, code, name, name_kana, name_en, area_id, category_id,
        address, phone, open)
    select %(issuer)s, 'R' || n, '店' || n, 'ミセ', '', (select min(id) from shops_area),
        (select min(id) from shops_category), '中央町' || n, '', n %% 50 > 0
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
MAILS = """
    insert into notifications_mail (issuer_id, resident_id, kind, about, "to", subject, text, html,
        language,
        has_secret, state, created_at, sent_at, attempts, last_error)
    select %(issuer)s, r.id, 'payment', '', r.email, 'お支払いが完了しました',
        repeat('文', 100), repeat('<p>文</p>', 100), 'ja', false,
        case when n %% 5000 = 0 then 'bounced' else 'sent' end,
        ledger.now() - n * interval '30 seconds', ledger.now(), 1, ''
    from generate_series(%(first)s::bigint, %(last)s) as n
    join identity_resident as r on r.issuer_id = %(issuer)s and r.login_id = 'row' || n
"""
RECORD = """
    insert into issuers_auditentry (issuer_id, at, act, actor, actor_name, place, subject, things,
        reason, before, after, address, browser)
    select %(issuer)s, ledger.now() - (%(rows)s - n) * interval '30 seconds',
        (array['refund', 'login', 'freeze', 'shop_changed'])[1 + n %% 4], 'staff:' || n %% 50,
        '担当' || n %% 50, 'shop:' || n %% 300, 'row:' || n, '{}', '理由' || n, '{}', '{}', '', ''
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
ENDPOINT = """
    insert into webhooks_endpoint (issuer_id, shop_id, made_by, made_key, made_content, url, events,
        contact, secret, former_secret, created_at, failures, disabled_because)
    select %(issuer)s, (select min(id) from shops_shop), 'bench', '', '', 'https://bench.example.jp',
        '{}', '', '', '', ledger.now(), 0, ''
"""
MESSAGES = """
    insert into webhooks_message (issuer_id, shop_id, webhook_id, event, object_id, entry, at, body)
    select %(issuer)s, (select min(id) from shops_shop), 'row' || n, 'payment.paid', 'row' || n, '',
        ledger.now(), '{}'
    from generate_series(%(first)s::bigint, %(last)s) as n
"""
DELIVERIES = """
    insert into webhooks_delivery (endpoint_id, message_id, state, by_hand, created_at, due_at,
        give_up_at, tries, delivered_at)
    select (select min(id) from webhooks_endpoint), m.id, 'delivered', false, ledger.now(),
        ledger.now(), ledger.now(), 1, ledger.now()
    from generate_series(%(first)s::bigint, %(last)s) as n
    join webhooks_message as m on m.webhook_id = 'row' || n
"""


def write_rows(superuser_url: str, issuer_id: int, rows: int) -> None:
    """So many residents, purchase codes, orders, gift codes, cards, mails, acts in the record and
    deliveries of a webhook, and a shop for every ``ROWS_A_SHOP`` of them, of an issuer that has a
    shop, a product and a batch."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        # what a row refers to is joined in above, or is nobody's to look at
        connection.execute("set session_replication_role = replica")
        connection.execute(ENDPOINT, {"issuer": issuer_id})
        long = [RESIDENTS, CODES, ORDERS, GIFTS, CARDS, MAILS, RECORD, MESSAGES, DELIVERIES]
        for statement, count in [*((each, rows) for each in long), (SHOPS, rows // ROWS_A_SHOP)]:
            for first in range(1, count + 1, AT_ONCE):
                last = min(count, first + AT_ONCE - 1)
                values = {"issuer": issuer_id, "first": first, "last": last, "rows": rows}
                connection.execute(statement, values)
