"""The benchmark says what the contract promises. How fast is no matter of a test."""

import json
import subprocess
import sys
from pathlib import Path

HANSATSU = Path(sys.executable).with_name("hansatsu")


def test_one_object_with_the_limit_beside_it() -> None:
    ran = subprocess.run(
        [HANSATSU, "bench", "pay", "--seconds", "1", "--clients", "8", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(ran.stdout)
    assert {"payments_per_s", "p50_ms", "p99_ms", "limit_per_s", "ratio"} <= figures.keys()
    assert figures["payments_per_s"] > 0
    assert figures["limit_per_s"] > 0
