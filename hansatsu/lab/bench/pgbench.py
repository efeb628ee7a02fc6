"""pgbench: what PostgreSQL does when hardly anything stands before it."""

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hansatsu.database.server import EmbeddedServer


@dataclass(frozen=True, slots=True)
class Load:
    """How pgbench calls: clients at once, threads that serve them, protocol of the queries."""

    clients: int
    threads: int
    protocol: str

    @property
    def flags(self) -> list[str]:
        """On its command line."""
        return [
            "--no-vacuum",
            f"--client={self.clients}",
            f"--jobs={self.threads}",
            f"--protocol={self.protocol}",
        ]


@dataclass(frozen=True, slots=True)
class Transactions:
    """What pgbench did: ``latencies`` in seconds, one a transaction; ``seconds`` without the time
    that connecting took."""

    latencies: list[float]
    seconds: float


def run_pgbench(
    server: EmbeddedServer,
    url: str,
    script: Path,
    load: Load,
    seconds: int,
    variables: Mapping[str, int],
) -> Transactions:
    """Run ``script`` for ``seconds`` on the database at ``url``.

    Raises:
        RuntimeError: when pgbench fails, with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [
                str(server.bin_dir / "pgbench"),
                *load.flags,
                *(f"--define={name}={value}" for name, value in variables.items()),
                "--log",
                f"--time={seconds}",
                f"--file={script}",
                url,
            ],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        if ran.returncode != 0:
            said = (ran.stderr.strip().splitlines() or ["it said nothing."])[-1]
            raise RuntimeError(f"pgbench failed: {said}")
        latencies = [
            int(line.split()[2]) / 1_000_000
            for log in Path(folder).glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        ]
    return Transactions(latencies, _seconds(ran.stdout, len(latencies), seconds))


def _seconds(said: str, transactions: int, asked: int) -> float:
    """How long they took: the rate that pgbench tells leaves out the time of connecting."""
    for line in said.splitlines():
        if line.startswith("tps = ") and (rate := float(line.split()[2])) > 0:
            return transactions / rate
    return float(asked)
