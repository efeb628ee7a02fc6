"""How much an xlsx file makes its reader build: counted in its XML as it streams by.

openpyxl builds a whole line before it hands it over, some three hundred bytes a cell, and at once
all texts that cells share. Small files can hold millions of either, so they are counted before, by
the parser that openpyxl uses: where that stumbles over a part, openpyxl comes no further.
"""

from typing import IO, Final
from xml.parsers import expat
from zipfile import ZipFile

UNPACKED: Final = 32 * 1024 * 1024
"""Bytes of all parts. Ten thousand shops take eight millions, with styles some more."""
PARTS: Final = 500
CELLS: Final = 500_000
"""Cells, and texts that they share: ten thousand lines of forty columns, and some."""
ELEMENTS: Final = 2_000_000
"""All elements of all parts: texts with readings (Excel in Japan keeps them) have several."""
AT_ONCE: Final = 50_000
"""Elements of a line, of a text, or beside those: Excel's widest line, filled."""
CHUNK: Final = 64 * 1024
BUILT_ALONE: Final = ("row", "si")
COUNTED: Final = ("c", "si")


def is_too_heavy(archive: ZipFile) -> bool:
    """True when reading it would take more time and memory than a table of ours can need."""
    parts = archive.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        return True
    scale = _Scale()
    try:
        for part in parts:
            with archive.open(part) as file:
                scale.weigh(file)
    except _TooHeavyError:
        return True
    return False


class _TooHeavyError(Exception):
    """Counted enough."""


class _Scale:
    def __init__(self) -> None:
        self._cells = self._elements = self._at_once = 0

    def weigh(self, file: IO[bytes]) -> None:
        """Count what is in a part; one that is no XML weighs nothing."""
        self._at_once = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._count
        try:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk)
        except expat.ExpatError:
            return

    def _count(self, name: str, _attributes: object) -> None:
        local = name.rpartition(":")[2]
        self._elements += 1
        self._at_once = 1 if local in BUILT_ALONE else self._at_once + 1
        self._cells += local in COUNTED
        if self._elements > ELEMENTS or self._cells > CELLS or self._at_once > AT_ONCE:
            raise _TooHeavyError
