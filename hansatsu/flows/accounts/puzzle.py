"""パズル認証: a piece is slid to where it belongs (domain.md §8).

The server keeps where that is. The browser gets two pictures and a name for the puzzle; any
answer uses the puzzle up.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from hansatsu.flows.accounts.puzzle_picture import PIECE, WIDTH, Drawn, draw
from hansatsu.parties import clock
from hansatsu.parties.identity.models import LogIn, Puzzle

LIFE = timedelta(seconds=120)
TOLERANCE = 6
"""Pixels of 320 that an answer may be off."""

STEP = 4
"""Pixels that an arrow key moves the piece."""

FURTHEST = WIDTH - PIECE
NEAREST_TARGET = 80
"""So far from the start that doing nothing never solves it."""


@dataclass(frozen=True, slots=True)
class NewPuzzle:
    """What a browser gets."""

    key: str
    drawn: Drawn
    furthest: int = FURTHEST
    step: int = STEP


def new_puzzle(log_in: LogIn) -> NewPuzzle:
    """A puzzle for ``log_in``."""
    target = NEAREST_TARGET + secrets.randbelow(FURTHEST - NEAREST_TARGET + 1)
    puzzle = Puzzle.objects.create(
        key=secrets.token_urlsafe(24), log_in=log_in, target=target, made_at=clock.now()
    )
    return NewPuzzle(puzzle.key, draw(target))


def solves(log_in: LogIn, key: str, position: str) -> bool:
    """True when the piece was brought home, in time. The puzzle is used up either way.

    Args:
        log_in: that the puzzle was made for.
        key: the puzzle's, as the browser sent it.
        position: of the piece's left edge, in pixels of 320, as the browser sent it.
    """
    known = key[:43].replace("\0", "")  # which no database takes
    puzzle = Puzzle.objects.filter(key=known, log_in=log_in).first()
    if puzzle is None:
        return False
    is_first, _ = Puzzle.objects.filter(pk=puzzle.pk).delete()
    in_time = clock.now() < puzzle.made_at + LIFE
    return bool(is_first) and in_time and _is_home(position, puzzle.target)


def _is_home(position: str, target: int) -> bool:
    is_number = position.isascii() and position.isdecimal() and len(position) <= 3
    return is_number and abs(int(position) - target) <= TOLERANCE
