"""Gift codes and cards against the ledger: run with the ledger's own checks, on the same
snapshot."""

from pathlib import Path

FOLDER = Path(__file__).parent / "sql" / "checks"
"""A query each; zero rows are healthy, as in ``hansatsu.ledger.checks``."""
