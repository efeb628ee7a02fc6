"""What several threads want written, written together."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Set[Item]:
    items: list[Item] = field(default_factory=list)
    is_done: bool = False
    error: Exception | None = None


class Together[Item]:
    """Use as ``together.keep(item)``: while one set is written, the next one gathers, and who
    comes first writes it. One alone waits for nobody.

    Args:
        write: keeps a set: all of it or nothing.
    """

    def __init__(self, write: Callable[[Sequence[Item]], None]) -> None:
        self._write = write
        self._gathering: _Set[Item] = _Set()
        self._joining = threading.Lock()
        self._writing = threading.Lock()

    def keep(self, item: Item) -> None:
        """Have ``item`` written, and return when it is. When its set could not be written it is
        alone, so that one that is wrong costs no other its record; what that raises is raised."""
        with self._joining:
            mine = self._gathering
            mine.items.append(item)
        with self._writing:
            if not mine.is_done:
                self._write_set(mine)
        if mine.error is None:
            return
        if len(mine.items) == 1:
            raise mine.error
        self._write([item])

    def _write_set(self, mine: _Set[Item]) -> None:
        with self._joining:
            self._gathering = _Set()  # who comes from now on is in the next one
        try:
            self._write(mine.items)
        except Exception as error:
            mine.error = error
        mine.is_done = True
