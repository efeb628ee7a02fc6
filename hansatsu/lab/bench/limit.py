"""The limit: pgbench calling the very same function, one payment a commit."""

import subprocess
import tempfile
import time
from pathlib import Path

from hansatsu.lab.bench.figures import Run, run_of
from hansatsu.lab.bench.town import ISSUER, PAYMENT, SHOP, Town

SCRIPT = r"""
\set wallet random({first}, {last})
\set key random(1, 9000000000000000000)
select outcome from ledger.pay_set_v2(
    array['pgbench'], array[:key::text], array['\x00'::bytea], array[{issuer}], array[{shop}],
    array[:wallet::bigint], array[{amount}::bigint], array[null::bigint], array[null::bigint],
    array[null::text], array[false], false);
"""


def measure_limit(town: Town, wallets: range, clients: int, seconds: int) -> Run:
    """Run pgbench with prepared statements; every payment is counted from its own log."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "pay.sql"
        script.write_text(
            SCRIPT.format(
                first=wallets[0], last=wallets[-1], issuer=ISSUER, shop=SHOP, amount=PAYMENT
            )
        )
        started = time.perf_counter()
        subprocess.run(
            [
                str(town.server.bin_dir / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", "--jobs=1", "--log"),
                f"--client={clients}",
                f"--time={seconds}",
                f"--file={script}",
                town.app_url,
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        took = min(time.perf_counter() - started, float(seconds))
        latencies = [
            int(line.split()[2]) / 1_000_000
            for log in Path(folder).glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        ]
    return run_of(latencies, took)
