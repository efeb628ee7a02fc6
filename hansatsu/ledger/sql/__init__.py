"""The ledger's SQL, in files: tables, functions (versioned, one idea a file) and checks."""

from pathlib import Path

FOLDER = Path(__file__).parent


def read(*names: str) -> str:
    """The text of the named files below this folder, one after the other."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
