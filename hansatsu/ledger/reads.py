"""What the ledger tells: always of one issuer, at the ledger's clock, changing nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, LiteralString

from psycopg import Connection
from psycopg.rows import args_row, class_row, dict_row, scalar_row

from hansatsu.database.arrays import integers
from hansatsu.ledger.values import (
    Acceptance,
    EmoneyBalance,
    Entry,
    EntryHead,
    EntryLine,
    IssuerRules,
    Limits,
    Lot,
    PlannedUse,
    Preview,
    RequestState,
    ShopDay,
    ShopEntry,
    ShopPart,
    ShopRow,
    ShopSum,
    Standing,
)

ENTRIES: LiteralString = """
    select e.issuer_id, e.wallet_id, e.seq, e.kind::text, e.at, e.number, e.shop_id, e.amount,
        case when e.kind = 'refund' then e.refunded_number end,
        array_agg(p.lot_id order by p.line) filter (where l.lot_id is not null),
        array_agg(p.emoney_id order by p.line) filter (where l.lot_id is not null),
        array_agg(p.amount order by p.line) filter (where l.lot_id is not null),
        array_agg(l.code order by p.line) filter (where l.lot_id is not null),
        array_agg(l.management_number order by p.line) filter (where l.lot_id is not null),
        array_agg(l.expires_at order by p.line) filter (where l.lot_id is not null)
    from entry as e
    left join lateral unnest(e.refs, e.emoneys, e.amounts)
        with ordinality as p (lot_id, emoney_id, amount, line) on p.lot_id > 0
    left join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = p.lot_id
    group by e.issuer_id, e.wallet_id, e.seq, e.kind, e.at, e.number, e.shop_id, e.amount,
        e.refunded_number
"""

SHOP_ENTRIES: LiteralString = """
    select e.number, e.kind::text, e.at, -e.amount as amount, p.device_id as device,
        w.kind as wallet_kind
    from entry as e
    join ledger.entry as p on p.number = coalesce(e.refunded_number, e.number)
        and p.issuer_id = e.issuer_id
    join ledger.wallet as w on w.wallet_id = p.wallet_id
    order by e.at desc, e.number desc
"""


def now(connection: Connection[Any]) -> datetime:
    """The ledger's clock."""
    with connection.cursor(row_factory=args_row(same)) as cursor:
        return cursor.execute("select ledger.now()").fetchall()[0]


def same(value: datetime) -> datetime:
    """A row of one time is that time."""
    return value


def balances(connection: Connection[Any], issuer_id: int, wallet_id: int) -> list[EmoneyBalance]:
    """Living value of a wallet by emoney; an emoney of which nothing is left is not named."""
    with connection.cursor(row_factory=class_row(EmoneyBalance)) as cursor:
        return cursor.execute(
            """
            select l.emoney_id, sum(l.balance)::bigint as amount
            from ledger.lot as l, (select ledger.now() as at) as clock
            where l.wallet_id = %s and l.issuer_id = %s and l.balance > 0
                and (l.expires_at is null or l.expires_at > clock.at)
            group by l.emoney_id order by l.emoney_id
            """,
            [wallet_id, issuer_id],
        ).fetchall()


def living_values(connection: Connection[Any], wallet_ids: Collection[int]) -> dict[int, int]:
    """The living value of wallets in yen, of whichever issuer; a wallet without any is left
    out."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            """
            select l.wallet_id, sum(l.balance)::bigint
            from ledger.lot as l, (select ledger.now() as at) as clock
            where l.wallet_id = any (%s::bigint[]) and l.balance > 0
                and (l.expires_at is null or l.expires_at > clock.at)
            group by l.wallet_id
            """,
            [integers(wallet_ids)],
        ).fetchall()
    return dict(rows)


def lots(connection: Connection[Any], issuer_id: int, wallet_id: int) -> list[Lot]:
    """Living lots with a balance, the one that is spent first on top."""
    with connection.cursor(row_factory=class_row(Lot)) as cursor:
        return cursor.execute(
            """
            select l.lot_id, l.emoney_id, l.code, l.management_number, l.face, l.balance,
                l.expires_at, l.registered_at
            from ledger.lot as l, (select ledger.now() as at) as clock
            where l.wallet_id = %s and l.issuer_id = %s and l.balance > 0
                and (l.expires_at is null or l.expires_at > clock.at)
            order by l.expires_at nulls last, l.balance, l.lot_id
            """,
            [wallet_id, issuer_id],
        ).fetchall()


def last_expiries(
    connection: Connection[Any], issuer_id: int, wallet_id: int
) -> dict[int, datetime]:
    """The latest expiry of a wallet's lots by emoney, spent ones too, where it is still to come;
    emoneys of which the wallet has none that expires are left out."""
    rows = connection.execute(
        """
        select l.emoney_id, max(l.expires_at) from ledger.lot as l
        where l.wallet_id = %s and l.issuer_id = %s
        group by l.emoney_id having max(l.expires_at) > ledger.now()
        """,
        [wallet_id, issuer_id],
    )
    return dict(rows.fetchall())


def preview(
    connection: Connection[Any], *, issuer_id: int, wallet_id: int, shop_id: int, amount: int
) -> Preview:
    """What a payment would take from which lot, by the very rule that payments follow."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            """
            select p.available, p.balance, u.lot_id, u.emoney_id, -u.given as take, u.before,
                l.expires_at, l.management_number
            from (select ledger.now() as at) as clock
            join ledger.wallet as w on w.wallet_id = %s and w.issuer_id = %s
            cross join lateral ledger.purse_v1(w.wallet_id, %s, clock.at) as p
            left join lateral unnest(
                p.lots, p.emoneys, p.balances, ledger.take_v1(p.balances, %s)
            ) with ordinality as u (lot_id, emoney_id, before, given, place) on u.given < 0
            left join ledger.lot as l on l.wallet_id = w.wallet_id and l.lot_id = u.lot_id
            order by u.place
            """,
            [wallet_id, issuer_id, shop_id, amount],
        ).fetchall()
    return Preview(
        amount=amount,
        available=rows[0]["available"] if rows else 0,
        balance=rows[0]["balance"] if rows else 0,
        uses=tuple(
            PlannedUse(
                row["lot_id"],
                row["emoney_id"],
                row["take"],
                row["before"],
                row["expires_at"],
                row["management_number"],
            )
            for row in rows
            if row["take"]
        ),
    )


def history(
    connection: Connection[Any],
    issuer_id: int,
    wallet_id: int,
    *,
    kinds: Sequence[str] | None = None,
    before_seq: int | None = None,
    limit: int = 20,
) -> list[Entry]:
    """A wallet's entries, newest first, from before `before_seq` on."""
    return _entries(
        connection,
        """
        select * from ledger.entry as e
        where e.wallet_id = %s and e.issuer_id = %s
            and (%s::bigint is null or e.seq < %s)
            and (%s::text[] is null or e.kind::text = any (%s))
        order by e.seq desc limit %s
        """,
        [
            wallet_id,
            issuer_id,
            before_seq,
            before_seq,
            list(kinds) if kinds else None,
            list(kinds) if kinds else None,
            limit,
        ],
        " order by e.seq desc",
    )


def entry(connection: Connection[Any], issuer_id: int, wallet_id: int, seq: int) -> Entry | None:
    """One entry of a wallet."""
    found = _entries(
        connection,
        "select * from ledger.entry as e"
        " where e.wallet_id = %s and e.seq = %s and e.issuer_id = %s",
        [wallet_id, seq, issuer_id],
    )
    return found[0] if found else None


def entries_at(connection: Connection[Any], places: Sequence[tuple[int, int]]) -> list[Entry]:
    """Entries of many wallets and issuers, by wallet and seq of each, in no order."""
    return _entries(
        connection,
        "select e.* from unnest(%s::bigint[], %s::bigint[]) as o (wallet_id, seq)"
        " join ledger.entry as e on e.wallet_id = o.wallet_id and e.seq = o.seq",
        [integers(wallet for wallet, _ in places), integers(seq for _, seq in places)],
    )


def payment_by_number(connection: Connection[Any], issuer_id: int, number: str) -> Entry | None:
    """The payment or refund that bears a 決済ID."""
    found = _entries(
        connection,
        "select * from ledger.entry as e where e.number = %s and e.issuer_id = %s",
        [number, issuer_id],
    )
    return found[0] if found else None


def note(connection: Connection[Any], issuer_id: int, wallet_id: int, seq: int) -> str | None:
    """The free text of an entry; None when it has none, or it was erased."""
    with connection.cursor(row_factory=args_row(str)) as cursor:
        return cursor.execute(
            "select text from ledger.note where wallet_id = %s and seq = %s and issuer_id = %s",
            [wallet_id, seq, issuer_id],
        ).fetchone()


def notes(
    connection: Connection[Any], issuer_id: int, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    """The free texts of entries, by wallet and seq. What has none, or had it erased, is left
    out."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            """
            select n.wallet_id, n.seq, n.text
            from unnest(%s::bigint[], %s::bigint[]) as o (wallet_id, seq)
            join ledger.note as n on n.wallet_id = o.wallet_id and n.seq = o.seq
            where n.issuer_id = %s
            """,
            [
                integers(wallet for wallet, _ in places),
                integers(seq for _, seq in places),
                issuer_id,
            ],
        ).fetchall()
    return {(wallet_id, seq): text for wallet_id, seq, text in rows}


def entry_heads(connection: Connection[Any], places: Sequence[tuple[int, int]]) -> list[EntryHead]:
    """What entries are about, without their lots: of many wallets and issuers, in one statement.

    Args:
        connection: to the ledger.
        places: wallet and seq of each.
    """
    with connection.cursor(row_factory=class_row(EntryHead)) as cursor:
        return cursor.execute(
            """
            select e.issuer_id, e.wallet_id, e.seq, e.kind::text, e.at, e.shop_id, e.number,
                e.refunded_number
            from unnest(%s::bigint[], %s::bigint[]) as o (wallet_id, seq)
            join ledger.entry as e on e.wallet_id = o.wallet_id and e.seq = o.seq
            order by e.at, e.number
            """,
            [integers(wallet for wallet, _ in places), integers(seq for _, seq in places)],
        ).fetchall()


def takes(connection: Connection[Any], issuer_id: int) -> dict[int, list[int]]:
    """Which emoneys each shop takes at this moment: shop id to emoney ids."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            """
            select a.shop_id, array_agg(a.emoney_id order by a.emoney_id)
            from ledger.acceptance as a, (select ledger.now() as at) as clock
            where a.issuer_id = %s and a.valid_from <= clock.at
                and (a.valid_until is null or a.valid_until > clock.at)
            group by a.shop_id
            """,
            [issuer_id],
        ).fetchall()
    return dict(rows)


def acceptances(
    connection: Connection[Any],
    issuer_id: int,
    *,
    shop_id: int | None = None,
    emoney_id: int | None = None,
) -> list[Acceptance]:
    """What shops take, took and will take, by shop, emoney and time; narrowed when asked."""
    with connection.cursor(row_factory=class_row(Acceptance)) as cursor:
        return cursor.execute(
            """
            select a.shop_id, a.emoney_id, a.valid_from as start, a.valid_until as end
            from ledger.acceptance as a
            where a.issuer_id = %(issuer)s
                and (%(shop)s::integer is null or a.shop_id = %(shop)s)
                and (%(emoney)s::integer is null or a.emoney_id = %(emoney)s)
                and a.valid_until is distinct from a.valid_from
            order by a.shop_id, a.emoney_id, a.valid_from
            """,
            {"issuer": issuer_id, "shop": shop_id, "emoney": emoney_id},
        ).fetchall()


def held_by(connection: Connection[Any], issuer_id: int, wallet_ids: Sequence[int]) -> int:
    """Yen of all live value in these wallets together."""
    with connection.cursor(row_factory=args_row(int)) as cursor:
        found = cursor.execute(
            """
            select coalesce(sum(l.balance), 0)::bigint
            from ledger.lot as l, (select ledger.now() as at) as clock
            where l.wallet_id = any(%s::bigint[]) and l.issuer_id = %s
                and (l.expires_at is null or l.expires_at > clock.at)
            """,
            [list(wallet_ids), issuer_id],
        ).fetchone()
    return found or 0


def last_entry_of(
    connection: Connection[Any], issuer_id: int, shop_id: int, actor: str, *, since: datetime
) -> datetime | None:
    """When the actor last wrote a payment or refund at the shop, not looking before ``since``."""
    with connection.cursor() as cursor:
        row = cursor.execute(
            """
            select e.at from ledger.entry as e
            where e.shop_id = %s and e.issuer_id = %s and e.at >= %s
                and split_part(e.actor, ':', 1) || ':' || split_part(e.actor, ':', 2) = %s
            order by e.at desc limit 1
            """,
            [shop_id, issuer_id, since, actor],
        ).fetchone()
    return None if row is None else row[0]


def shops_with_entries(
    connection: Connection[Any], issuer_id: int, shop_ids: Sequence[int]
) -> set[int]:
    """Which of the shops have ever taken a payment."""
    with connection.cursor(row_factory=args_row(int)) as cursor:
        return set(
            cursor.execute(
                """
                select s.shop_id from unnest(%s::integer[]) as s (shop_id)
                where exists (
                    select from ledger.entry as e
                    where e.shop_id = s.shop_id and e.issuer_id = %s)
                """,
                [list(shop_ids), issuer_id],
            ).fetchall()
        )


def issuer_rules(connection: Connection[Any], issuer_id: int) -> IssuerRules:
    """The limits and the rule of refunds that hold now.

    Raises:
        LookupError: when there is no such issuer.
    """
    with connection.cursor() as cursor:
        row = cursor.execute(
            """
            select max_payment, max_day, max_holding, refund_grace_days from ledger.issuer
            where issuer_id = %s
            """,
            [issuer_id],
        ).fetchone()
    if row is None:
        raise LookupError(f"the ledger knows no issuer {issuer_id}")
    return IssuerRules(Limits(*row[:3]), row[3])


def spent_today(connection: Connection[Any], issuer_id: int, wallet_id: int) -> int:
    """Yen of a wallet that count for the limit of this day in Japan."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        spent: int | None = cursor.execute(
            """
            select w.day_spent from ledger.wallet as w
            where w.wallet_id = %s and w.issuer_id = %s
                and w.day = (ledger.now() at time zone 'Asia/Tokyo')::date
            """,
            [wallet_id, issuer_id],
        ).fetchone()
    return spent or 0


def find_request(connection: Connection[Any], actor: str, key: str) -> RequestState | None:
    """What is known of an idempotency key; None when nothing has been committed under it."""
    with connection.cursor(row_factory=class_row(RequestState)) as cursor:
        return cursor.execute(
            """
            select case when cancelled then 'cancelled' else 'done' end as state, wallet_id, seq
            from ledger.request where actor = %s and key = %s
            """,
            [actor, key],
        ).fetchone()


def wallet_state(connection: Connection[Any], issuer_id: int, wallet_id: int) -> str | None:
    """'open', 'frozen' or 'closed'; None when the issuer has no such wallet."""
    with connection.cursor(row_factory=args_row(str)) as cursor:
        return cursor.execute(
            "select state from ledger.wallet where wallet_id = %s and issuer_id = %s",
            [wallet_id, issuer_id],
        ).fetchone()


def wallet_states(
    connection: Connection[Any], issuer_id: int, wallets: Sequence[int]
) -> dict[int, str]:
    """As ``wallet_state``, of many: those that the issuer has, by their ids."""
    rows = connection.execute(
        "select wallet_id, state from ledger.wallet where wallet_id = any (%s) and issuer_id = %s",
        [integers(wallets), issuer_id],
    )
    return dict(rows.fetchall())


def last_step(connection: Connection[Any], issuer_id: int, device_id: int) -> int | None:
    """The newest step that a device's codes have spent, -1 when none; None for a device that is
    revoked or not the issuer's."""
    with connection.cursor(row_factory=args_row(int)) as cursor:
        return cursor.execute(
            """
            select last_step from ledger.device
            where device_id = %s and issuer_id = %s and revoked_at is null
            """,
            [device_id, issuer_id],
        ).fetchone()


def standing_of(
    connection: Connection[Any], issuer_id: int, wallet_id: int, device_id: int
) -> Standing:
    """What ``now``, ``wallet_state`` and ``last_step`` tell, in one statement."""
    with connection.cursor(row_factory=class_row(Standing)) as cursor:
        return cursor.execute(
            """
            select ledger.now() as at,
                (select state from ledger.wallet where wallet_id = %s and issuer_id = %s),
                (
                    select last_step from ledger.device
                    where device_id = %s and issuer_id = %s and revoked_at is null
                )
            """,
            [wallet_id, issuer_id, device_id, issuer_id],
        ).fetchall()[0]


def number_by_code(
    connection: Connection[Any], *, issuer_id: int, wallet_id: int, device_id: int, step: int
) -> str | None:
    """決済ID of the payment that spent a step of a device; None when none did."""
    with connection.cursor(row_factory=args_row(str)) as cursor:
        return cursor.execute(
            """
            select number from ledger.entry
            where wallet_id = %s and issuer_id = %s and device_id = %s and step = %s
                and kind = 'payment'
            order by seq desc limit 1
            """,
            [wallet_id, issuer_id, device_id, step],
        ).fetchone()


def shop_entries(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    since: datetime,
    until: datetime,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[ShopEntry]:
    """A shop's payments and refunds from `since` to before `until`, newest first, from below
    the time and number of `before` on."""
    before_at, before_number = before or (until, "")
    return _shop_entries(
        connection,
        """
        select * from ledger.entry as e
        where e.shop_id = %s and e.issuer_id = %s and e.at >= %s and e.at < %s
            and e.at <= %s and (e.at, e.number) < (%s, %s)
        order by e.at desc, e.number desc limit %s
        """,
        [shop_id, issuer_id, since, until, before_at, before_at, before_number, limit],
    )


def shop_entry(
    connection: Connection[Any], issuer_id: int, shop_id: int, number: str
) -> ShopEntry | None:
    """A shop's payment or refund with this 決済ID; None for another shop's."""
    found = _shop_entries(
        connection,
        "select * from ledger.entry as e"
        " where e.number = %s and e.shop_id = %s and e.issuer_id = %s",
        [number, shop_id, issuer_id],
    )
    return found[0] if found else None


def shop_numbers(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    kind: Literal["payment", "refund"],
    since: datetime,
    until: datetime,
    before: str | None = None,
    note: str | None = None,
    limit: int = 50,
) -> list[str]:
    """決済ID of a shop's payments, or refunds, from `since` to before `until`, newest first, from
    below the one `before` on; only those with exactly this `note`, when one is given."""
    with connection.cursor(row_factory=args_row(str)) as cursor:
        return cursor.execute(
            """
            select e.number
            from ledger.entry as e
            left join ledger.entry as b on b.number = %(before)s and b.shop_id = %(shop)s
            where e.shop_id = %(shop)s and e.issuer_id = %(issuer)s
                and e.kind = %(kind)s::ledger.entry_kind
                and e.at >= %(since)s and e.at < %(until)s
                and (%(before)s::text is null or (e.at, e.number) < (b.at, b.number))
                -- once more, as an end of the index: what is newer is not read
                and e.at <= coalesce(
                    (
                        select p.at from ledger.entry as p
                        where p.number = %(before)s and p.shop_id = %(shop)s
                    ),
                    %(until)s
                )
                and (%(note)s::text is null or exists (
                    select from ledger.note as n
                    where n.wallet_id = e.wallet_id and n.seq = e.seq and n.text = %(note)s
                ))
            order by e.at desc, e.number desc limit %(limit)s
            """,
            {
                "kind": kind,
                "before": before,
                "shop": shop_id,
                "issuer": issuer_id,
                "since": since,
                "until": until,
                "note": note,
                "limit": limit,
            },
        ).fetchall()


def shop_sum(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    since: datetime,
    until: datetime,
) -> ShopSum:
    """What a shop took from `since` to before `until`."""
    with connection.cursor(row_factory=class_row(ShopSum)) as cursor:
        return cursor.execute(
            """
            select coalesce(-sum(e.amount), 0)::bigint as total,
                count(*) filter (where e.kind = 'payment') as payments, count(*) as entries
            from ledger.entry as e
            where e.shop_id = %s and e.issuer_id = %s and e.at >= %s and e.at < %s
            """,
            [shop_id, issuer_id, since, until],
        ).fetchall()[0]


def shop_parts(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    kind: Literal["payment", "refund"],
    emoney_id: int,
    since: datetime,
    until: datetime,
    before: str | None = None,
    limit: int = 50,
) -> list[ShopPart]:
    """A shop's payments, or refunds, that touch an emoney, from `since` to before `until`, newest
    first, from below the one with the 決済ID `before` on."""
    with connection.cursor(row_factory=class_row(ShopPart)) as cursor:
        return cursor.execute(
            """
            select e.number, e.at, abs(e.amount) as amount,
                (select abs(sum(l.amount))::bigint
                    from unnest(e.refs, e.emoneys, e.amounts) as l (ref, emoney, amount)
                    where l.ref > 0 and l.emoney = %(emoney)s) as part
            from ledger.entry as e
            left join ledger.entry as b on b.number = %(before)s and b.shop_id = %(shop)s
            where e.shop_id = %(shop)s and e.issuer_id = %(issuer)s
                and e.kind = %(kind)s::ledger.entry_kind
                and e.at >= %(since)s and e.at < %(until)s
                and %(emoney)s = any (e.emoneys)
                and (%(before)s::text is null or (e.at, e.number) < (b.at, b.number))
            order by e.at desc, e.number desc limit %(limit)s
            """,
            {
                "kind": kind,
                "emoney": emoney_id,
                "before": before,
                "shop": shop_id,
                "issuer": issuer_id,
                "since": since,
                "until": until,
                "limit": limit,
            },
        ).fetchall()


def shop_days(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    since: datetime,
    until: datetime,
) -> list[ShopDay]:
    """The days in Japan on which a shop took or gave back something from `since` to before
    `until`, the oldest first."""
    with connection.cursor(row_factory=class_row(ShopDay)) as cursor:
        return cursor.execute(
            """
            select (e.at at time zone 'Asia/Tokyo')::date as day,
                coalesce(-sum(e.amount) filter (where e.kind = 'payment'), 0)::bigint as payments,
                count(*) filter (where e.kind = 'payment') as payment_count,
                coalesce(sum(e.amount) filter (where e.kind = 'refund'), 0)::bigint as refunds,
                count(*) filter (where e.kind = 'refund') as refund_count
            from ledger.entry as e
            where e.shop_id = %s and e.issuer_id = %s and e.at >= %s and e.at < %s
            group by day order by day
            """,
            [shop_id, issuer_id, since, until],
        ).fetchall()


def shop_rows(
    connection: Connection[Any],
    issuer_id: int,
    shop_id: int,
    *,
    since: datetime,
    until: datetime,
) -> list[ShopRow]:
    """All of a shop's payments and refunds from `since` to before `until`, newest first."""
    with connection.cursor(row_factory=class_row(ShopRow)) as cursor:
        return cursor.execute(
            """
            with entry as materialized (
                select * from ledger.entry as e
                where e.shop_id = %s and e.issuer_id = %s and e.at >= %s and e.at < %s
            )
            select e.number, e.kind::text, e.at, -e.amount as amount, e.refunded_number,
                p.device_id as device, w.wallet_id, w.kind as wallet_kind, e.actor,
                n.text as note, sums.emoneys, sums.amounts
            from entry as e
            join ledger.entry as p on p.number = coalesce(e.refunded_number, e.number)
                and p.issuer_id = e.issuer_id
            join ledger.wallet as w on w.wallet_id = p.wallet_id
            left join ledger.note as n on n.wallet_id = e.wallet_id and n.seq = e.seq
            cross join lateral (
                select array_agg(s.emoney order by s.emoney) as emoneys,
                    array_agg(s.amount order by s.emoney) as amounts
                from (
                    select l.emoney, -sum(l.amount)::bigint as amount
                    from unnest(e.refs, e.emoneys, e.amounts) as l (ref, emoney, amount)
                    where l.ref > 0 group by l.emoney
                ) as s
            ) as sums
            order by e.at desc, e.number desc
            """,
            [shop_id, issuer_id, since, until],
        ).fetchall()


def _entries(
    connection: Connection[Any],
    source: LiteralString,
    parameters: Sequence[object],
    order: LiteralString = "",
) -> list[Entry]:
    """The entries that `source` selects, each with the lots it touched."""
    with connection.cursor(row_factory=args_row(read_entry)) as cursor:
        query = "with entry as materialized (" + source + ")" + ENTRIES + order
        return cursor.execute(query, parameters).fetchall()


def _shop_entries(
    connection: Connection[Any], source: LiteralString, parameters: Sequence[object]
) -> list[ShopEntry]:
    """The entries that `source` selects, newest first, each with what its payment was made
    with."""
    with connection.cursor(row_factory=class_row(ShopEntry)) as cursor:
        query = "with entry as materialized (" + source + ")" + SHOP_ENTRIES
        return cursor.execute(query, parameters).fetchall()


def read_entry(
    issuer_id: int,
    wallet_id: int,
    seq: int,
    kind: str,
    at: datetime,
    number: str | None,
    shop_id: int | None,
    amount: int,
    refunded_number: str | None,
    *columns: list[Any] | None,
) -> Entry:
    """An entry from the columns of `ENTRIES`."""
    lines = tuple(EntryLine(*line) for line in zip(*(c or () for c in columns), strict=True))
    return Entry(
        issuer_id, wallet_id, seq, kind, at, number, shop_id, amount, refunded_number, lines
    )
