"""The benchmark says what the contract promises. How fast is no matter of a test."""

import json
import subprocess
import sys
from pathlib import Path

HANSATSU = Path(sys.executable).with_name("hansatsu")


def bench(*arguments: str) -> dict[str, float]:
    ran = subprocess.run(
        [HANSATSU, "bench", *arguments, "--seconds", "1", "--rounds", "1", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(ran.stdout)
    return figures


def test_one_object_with_the_limit_beside_it() -> None:
    figures = bench("pay", "--clients", "8")
    assert {"payments_per_s", "p50_ms", "p99_ms", "limit_per_s", "ratio"} <= figures.keys()
    assert figures["payments_per_s"] > 0
    assert figures["limit_per_s"] > 0


def test_payments_over_http_with_what_each_part_takes() -> None:
    figures = bench("http", "--clients", "8")
    assert {"payments_per_s", "p50_ms", "p99_ms"} <= figures.keys()
    for figure in ["payments_per_s", "client_us", "api_us", "postgres_us"]:
        assert figures[figure] > 0
