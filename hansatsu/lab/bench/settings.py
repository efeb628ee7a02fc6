"""What was measured on: settings of the server, as it says itself, and the data."""

import os
from typing import Any

from psycopg import Connection

from hansatsu.lab.bench.draws import Spread
from hansatsu.lab.bench.limit import PREPARED
from hansatsu.lab.bench.pgbench import Load
from hansatsu.lab.bench.yardstick import IN_SETS, LOTS, PAYMENT, SINGLY

NAMES = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "commit_delay",
    "full_page_writes",
    "wal_compression",
    "shared_buffers",
    "max_wal_size",
    "checkpoint_timeout",
)
"""Settings that decide what a payment costs there."""

Settings = dict[str, str | int]


def settings_of(connection: Connection[Any], sizes: dict[str, int], **loads: Load) -> Settings:
    """Settings, the sizes of what was measured (``…_bytes`` is that of each database), and
    pgbench's flags of each of ``loads``."""
    told: Settings = {"cores": os.process_cpu_count() or 1}
    for name in NAMES:
        row = connection.execute("select current_setting(%s)", [name]).fetchone()
        assert row is not None
        told[name] = str(row[0])
    told |= sizes
    rows = connection.execute(
        """
        select datname, pg_database_size(oid) from pg_database
        where not datistemplate and datname <> 'postgres' order by 1
        """
    )
    told |= {f"{name}_bytes": int(size) for name, size in rows}
    return told | {f"pgbench_{name}": " ".join(load.flags) for name, load in loads.items()}


def settings_beside_lean(
    connection: Connection[Any], wallets: int, shops: int, spread: Spread, seconds: int, rounds: int
) -> Settings:
    """Those of a benchmark in turns with the yardstick, on wallets with its lots."""
    sizes = {
        "wallets": wallets,
        "lots_a_wallet": len(LOTS),
        "shops": shops,
        "yen_a_payment": PAYMENT,
        "seconds": seconds,
        "rounds": rounds,
    }
    settings = settings_of(
        connection,
        sizes,
        lean=SINGLY,
        lean_set=IN_SETS,
        limit=Load(8, 2, PREPARED),
        limit_of_more=Load(16, 2, PREPARED),
    )
    return settings | {"spread_of_payers": spread}
