"""Who and what the ledger must know before value can move. Called by the parties' services."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import args_row

from hansatsu.ledger.values import Limits, Mode, WalletKind


def open_issuer(
    connection: Connection[Any],
    *,
    issuer_id: int,
    payment_prefix: str,
    mode: Mode,
    limits: Limits = Limits(),  # noqa: B008 - immutable
    refund_grace_days: int = 0,
) -> None:
    """Make an issuer known. `payment_prefix` are the 13 characters that start its 決済ID."""
    connection.execute(
        "select ledger.open_issuer_v1(%s, %s, %s, %s, %s, %s, %s)",
        [
            issuer_id,
            mode,
            payment_prefix,
            limits.per_payment,
            limits.per_day,
            limits.holding,
            refund_grace_days,
        ],
    )


def set_limits(connection: Connection[Any], issuer_id: int, limits: Limits) -> None:
    """Replace an issuer's limits; they hold from the next payment on."""
    connection.execute(
        "select ledger.set_limits_v1(%s, %s, %s, %s)",
        [issuer_id, limits.per_payment, limits.per_day, limits.holding],
    )


def open_emoney(connection: Connection[Any], *, issuer_id: int, emoney_id: int) -> None:
    """Make a kind of value known."""
    connection.execute("select ledger.open_emoney_v1(%s, %s)", [issuer_id, emoney_id])


def open_shop(connection: Connection[Any], *, issuer_id: int, shop_id: int) -> None:
    """Make a shop known; it takes nothing until start_acceptance."""
    connection.execute("select ledger.open_shop_v1(%s, %s)", [issuer_id, shop_id])


def start_acceptance(
    connection: Connection[Any], *, issuer_id: int, emoney_id: int, shop_id: int
) -> None:
    """From now on the shop takes the emoney; nothing happens when it does already."""
    connection.execute(
        "select ledger.start_acceptance_v2(%s, %s, %s)", [issuer_id, emoney_id, shop_id]
    )


def open_shops(connection: Connection[Any], *, issuer_id: int, shop_ids: Sequence[int]) -> None:
    """As ``open_shop``, for many."""
    connection.execute("select ledger.open_shops_v1(%s, %s)", [issuer_id, list(shop_ids)])


def set_acceptances(
    connection: Connection[Any],
    *,
    issuer_id: int,
    pairs: Iterable[tuple[int, int]],
    start: datetime | None = None,
    end: datetime | None = None,
) -> None:
    """Have shops take emoneys from ``start`` (now when None or past) until ``end`` (its first
    moment of not; open when None). What runs until then goes on; other plans are dropped.

    Args:
        connection: in the caller's transaction.
        issuer_id: whose; pairs of others are refused by the database.
        pairs: shop id and emoney id, each.
        start: from when on.
        end: until when.
    """
    shops, emoneys = _columns(pairs)
    connection.execute(
        "select ledger.set_acceptances_v1(%s, %s, %s, %s, %s)",
        [issuer_id, shops, emoneys, start, end],
    )


def end_acceptances(
    connection: Connection[Any], *, issuer_id: int, pairs: Iterable[tuple[int, int]]
) -> None:
    """From now on these shops take these emoneys no more, whatever was planned."""
    shops, emoneys = _columns(pairs)
    connection.execute("select ledger.end_acceptances_v1(%s, %s, %s)", [issuer_id, shops, emoneys])


def hold_shops(connection: Connection[Any], shop_ids: Sequence[int]) -> None:
    """Wait for the payments at these shops that are under way, and let no others begin until the
    caller's transaction ends. A caller that changes what many shops take by several calls holds
    all of them first: so they are locked in ascending order, as payments lock them."""
    connection.execute(
        "select ledger.lock_shop_alone_v1(s.id)"
        " from (select distinct o.id from unnest(%s::integer[]) as o (id) order by 1) as s",
        [list(shop_ids)],
    )


def set_refund_grace(connection: Connection[Any], issuer_id: int, days: int) -> None:
    """For how many days after its expiry a refund makes value alive again; 0 is never."""
    connection.execute("select ledger.set_refund_grace_v1(%s, %s)", [issuer_id, days])


def open_wallets(
    connection: Connection[Any], *, issuer_id: int, kind: WalletKind, count: int = 1
) -> list[int]:
    """Make empty wallets; returns their ids."""
    with connection.cursor(row_factory=args_row(int)) as cursor:
        return cursor.execute(
            "select * from ledger.open_wallets_v2(%s, %s, %s)", [issuer_id, kind, count]
        ).fetchall()


def open_device(
    connection: Connection[Any], *, issuer_id: int, wallet_id: int, device_id: int
) -> None:
    """Let a device (its id is never used again) make pay codes for a wallet."""
    connection.execute(
        "select ledger.open_device_v1(%s, %s, %s)", [issuer_id, wallet_id, device_id]
    )


def revoke_device(connection: Connection[Any], *, issuer_id: int, device_id: int) -> None:
    """Kill a device's codes, those on their way included."""
    connection.execute("select ledger.revoke_device_v2(%s, %s)", [issuer_id, device_id])


def set_clock(connection: Connection[Any], shown: datetime | None) -> None:
    """Shift the ledger's clock so that it shows `shown` now; None sets it right. Only the
    clock's role can, and only in a database that was not born live."""
    connection.execute("select ledger.set_clock_v1(%s)", [shown])


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    once = sorted(set(pairs))
    return [shop for shop, _ in once], [emoney for _, emoney in once]
