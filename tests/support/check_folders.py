"""Where a package keeps its checks."""

from pathlib import Path

from hansatsu.ledger.checks import PACKAGE


def check_folder(package: str) -> Path:
    """The folder of one package's checks, by its path below ``hansatsu``."""
    return PACKAGE / package / "sql" / "checks"
