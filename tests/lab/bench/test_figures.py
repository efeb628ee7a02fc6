"""The benchmark says what the contract promises. How fast is no matter of a test."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hansatsu.lab.bench.draws import draw, zipf
from hansatsu.lab.bench.figures import NothingPaidError, figures_of, run_of

HANSATSU = Path(sys.executable).with_name("hansatsu")


SMALL = ("--clients", "8", "--wallets", "640", "--shops", "3")


def bench(*arguments: str) -> dict[str, Any]:
    ran = subprocess.run(
        [HANSATSU, "bench", *arguments, "--seconds", "1", "--rounds", "1", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def test_one_object_with_the_limit_and_the_yardstick_beside_it() -> None:
    figures = bench("pay", *SMALL, "--spread", "zipf")
    rates = {"payments_per_s", "limit_per_s", "set_limit_per_s"}
    rates |= {"lean_per_s", "lean_set_per_s"}
    ratios = {"ratio", "lean_ratio", "single_ratio", "set_ratio", "alone_ratio"}
    costs = {f"{name}_postgres_us" for name in ("limit", "lean", "lean_set", "set_limit", "alone")}
    positive = rates | ratios | costs | {"p50_ms", "p99_ms", "postgres_us", "python_us"}
    assert {name for name in positive if not figures[name] > 0} == set()
    lowest, highest = figures["spread"]["payments_per_s"]
    assert lowest == figures["payments_per_s"] == highest
    assert figures["noisy"] == []
    settings = figures["settings"]
    assert settings["fsync"] == settings["synchronous_commit"] == "on"
    assert (settings["commit_delay"], settings["wallets"], settings["shops"]) == ("0", 640, 3)


def test_payments_over_http_with_what_each_part_takes() -> None:
    figures = bench("http", *SMALL)
    rates = {"payments_per_s", "limit_per_s", "lean_per_s", "lean_set_per_s"}
    costs = {"client_us", "api_us", "worker_us", "postgres_us", "lean_postgres_us"}
    positive = rates | costs | {"p50_ms", "p99_ms", "lean_ratio", "limit_ratio", "by_code"}
    positive |= {"webhooks"}
    assert {name for name in positive if not figures[name] > 0} == set()
    assert figures["hindered"] == {}
    assert figures["settings"]["fsync"] == "on"


def test_the_median_counts_and_noise_is_named() -> None:
    rounds = [
        {"payments_per_s": 90.4, "limit_per_s": 92.6, "p50_ms": 1.0},
        {"payments_per_s": 100.4, "limit_per_s": 100.4, "p50_ms": 9.12345},
        {"payments_per_s": 106.4, "limit_per_s": 106.4, "p50_ms": 9.5},
    ]
    figures = figures_of(rounds)
    assert figures.medians == {"payments_per_s": 100, "limit_per_s": 100, "p50_ms": 9.123}
    assert figures.spread["payments_per_s"] == (90, 106)
    assert figures.noisy == ["payments_per_s"]  # 15.9 % and 13.7 %; latencies always differ


def test_nothing_paid_is_a_sentence() -> None:
    with pytest.raises(NothingPaidError, match="No payment was made"):
        run_of([], 1.0)
    with pytest.raises(NothingPaidError):
        run_of([0.1], 1.0, payments=0)


def test_a_set_counts_its_payments() -> None:
    assert run_of([0.1, 0.2], 2.0, payments=128).payments_per_s == 64


def test_zipf_is_of_exponent_one() -> None:
    weights = zipf(1000)
    shares = [weights[0], *(after - before for before, after in pairwise(weights))]
    assert [round(shares[0] / share) for share in shares[:5]] == [1, 2, 3, 4, 5]
    drawn = Counter(draw(range(1000), "zipf", 20_000)).most_common(2)
    first, second = (count / 20_000 for _, count in drawn)
    assert first == pytest.approx(1 / weights[-1], rel=0.2)
    assert second == pytest.approx(first / 2, rel=0.2)


def test_even_is_even() -> None:
    drawn = Counter(draw(range(10), "even", 20_000))
    assert all(count == pytest.approx(2_000, rel=0.2) for count in drawn.values())
    assert len(drawn) == 10
