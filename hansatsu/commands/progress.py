"""How far a verification is, on one line of a terminal."""

import time
from collections.abc import Callable
from typing import TextIO

from hansatsu.ledger import api as ledger

CLEAR = "\r\x1b[K"
"""What empties the terminal's line."""

_TELLING = 3
"""Parts that are done before the time that is left is told from them."""


class Progress:
    """Shows each step in place of the one before.

    The time left is that of one check, by its parts so far: they are of one size. What the other
    checks will take, nobody knows, so it is not told.
    """

    def __init__(self, terminal: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._began = 0.0

    def tell(self, step: ledger.Step) -> None:
        """Show what is about to be done."""
        if step.part == 1:
            self._began = self._clock()
        self._show(f"{step.place} of {step.count}  {step.name}{self._within(step)}")

    def end(self) -> None:
        """Leave the line empty, for what is printed next."""
        self._show("")

    def _within(self, step: ledger.Step) -> str:
        if step.parts == 1:
            return ""
        done = step.part - 1
        told = f"  {100 * done // step.parts} %"
        if done < _TELLING:
            return told
        left = (self._clock() - self._began) / done * (step.parts - done)
        return f"{told}, about {left:.0f} s left of it"

    def _show(self, text: str) -> None:
        self._terminal.write(CLEAR + text)
        self._terminal.flush()
