"""Noticing that a source file has changed, for ``make dev``."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
PROJECT = PACKAGE.parent
KINDS = frozenset({".py", ".html", ".txt", ".sql", ".css", ".ts", ".svg", ".po"})
MADE = frozenset({"node_modules", "dist", "__pycache__"})


class Changes:
    """Remembers when each source was last written."""

    def __init__(self) -> None:
        self._seen = _times()

    def happened(self) -> bool:
        """True when any source was written, added or removed since the last time we were asked."""
        before, self._seen = self._seen, _times()
        return before != self._seen


def _times() -> dict[Path, int]:
    found: dict[Path, int] = {}
    for root in (PACKAGE, PROJECT / "frontend", PROJECT / "locale"):
        for folder, folders, files in root.walk():
            folders[:] = [name for name in folders if name not in MADE]
            for path in map(folder.joinpath, files):
                if path.suffix in KINDS:
                    found[path] = path.stat().st_mtime_ns
    return found
