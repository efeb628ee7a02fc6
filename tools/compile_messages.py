"""Compile the translations with Babel: gettext's own programs are not on every machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Compile each catalogue that is newer than what was made from it."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            compile_catalogue(source, made)


def compile_catalogue(source: Path, made: Path) -> None:
    """Write ``made`` from ``source``; unsure (fuzzy) translations stay out."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
    with made.open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    main()
