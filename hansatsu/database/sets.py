"""Questions of many callers, handed on in sets: the one queue under ``Gathering`` and the ledger's
``Batcher`` (ADR 0213).

What is asked while sets are under way goes out as the next one, and there is no timer: a question
alone waits for nothing, and a crowd shares its round trips. Lanes that stand idle share what waits:
none looks on while another carries everything. A lane is run when there is something to do, so
nothing has to be opened, and no task stands idle.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

LARGEST_SET = 64
"""The number of questions that a set holds at the most."""

type Waiting[Question, Answer] = tuple[Question, asyncio.Future[Answer], Collection[Hashable]]
"""A question, the future of the caller who waits for its answer, and what it shares with no other
that is under way. A plain tuple: one is made for each payment and each look-up."""


def give[Answer](future: asyncio.Future[Answer], answer: Answer) -> None:
    """Give a caller the answer, unless there is one or nobody waits any more."""
    if not future.done():
        future.set_result(answer)


def fail[Answer](future: asyncio.Future[Answer], error: Exception) -> None:
    """Tell a caller what went wrong, unless there is an answer or nobody waits any more."""
    if not future.done():
        future.set_exception(error)


@dataclass(slots=True, eq=False)
class _Slot[Lane]:
    """A lane, and the task that runs it or ran it last: nobody else keeps it from the collector."""

    lane: Lane
    task: asyncio.Task[None] | None = None


class Sets[Lane, Question, Answer]:
    """Made anywhere, used on one event loop.

    Args:
        write: answers a set over a lane. It returns what it leaves under way, to be given to
            ``free`` once it has returned. What it raises goes wrong for each of the set that has no
            answer; nothing of the set is under way then.
        lanes: over which sets go, one a lane at a time.
        apart: what no two questions under way may share; one that shares something waits. Nothing,
            unless told.
    """

    def __init__(
        self,
        write: Callable[
            [Lane, list[Waiting[Question, Answer]]],
            Awaitable[Collection[Waiting[Question, Answer]]],
        ],
        lanes: Sequence[Lane],
        apart: Callable[[Question], Collection[Hashable]] | None = None,
    ) -> None:
        self._write = write
        self._apart = apart
        self._lanes = len(lanes)
        self._parked = [_Slot(lane) for lane in lanes]
        self._idle = self._lanes
        self._queue: deque[Waiting[Question, Answer]] = deque()
        self._left: set[asyncio.Future[Answer]] = set()
        self._busy: set[Hashable] = set()
        self._quiet: asyncio.Future[None] | None = None

    def ask(self, question: Question) -> asyncio.Future[Answer]:
        """Ask with the next set."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.append((question, future, self._apart(question) if self._apart else ()))
        if self._parked:
            self._run_lane()
        return future

    def free(self, left: Waiting[Question, Answer]) -> None:
        """Count one that was left under way as answered: what it kept apart may go."""
        _, future, apart = left
        self._left.remove(future)
        self._busy.difference_update(apart)
        self._wake()
        self._tell_when_quiet()

    def withdraw(self, behind: Waiting[Question, Answer]) -> list[Waiting[Question, Answer]]:
        """Take out of the queue what waits for something that ``behind`` keeps; it is the caller's
        to answer it."""
        kept_apart = set(behind[2])
        kept: deque[Waiting[Question, Answer]] = deque()
        out: list[Waiting[Question, Answer]] = []
        for waiting in self._queue:
            (kept if kept_apart.isdisjoint(waiting[2]) else out).append(waiting)
        self._queue = kept
        self._tell_when_quiet()
        return out

    async def drained(self) -> None:
        """Wait until all that was asked has its answer."""
        if not self._is_quiet():
            self._quiet = self._quiet or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._quiet)

    def _is_quiet(self) -> bool:
        return not self._queue and not self._left and len(self._parked) == self._lanes

    def _tell_when_quiet(self) -> None:
        if self._quiet and self._is_quiet():
            self._quiet.set_result(None)
            self._quiet = None

    def _wake(self) -> None:
        """Run each lane that stands idle, when there may be something to do."""
        while self._parked and self._queue:
            self._run_lane()

    def _run_lane(self) -> None:
        slot = self._parked.pop()
        slot.task = asyncio.get_running_loop().create_task(self._run(slot))

    async def _run(self, slot: _Slot[Lane]) -> None:
        try:
            while self._queue and (taken := self._take()):
                self._idle -= 1
                left: Collection[Waiting[Question, Answer]] = ()
                try:
                    left = await self._write(slot.lane, taken)
                except Exception as error:
                    for _, future, _ in taken:
                        fail(future, error)
                except asyncio.CancelledError:
                    self._give_up(taken)
                    raise
                finally:
                    self._idle += 1
                    if self._apart or left:
                        self._end(taken, left)
                if self._queue:
                    self._wake()
        finally:
            self._parked.append(slot)
            if self._quiet:
                self._tell_when_quiet()

    def _end(
        self,
        taken: list[Waiting[Question, Answer]],
        left: Collection[Waiting[Question, Answer]],
    ) -> None:
        """A set is over, but for what was left under way."""
        self._left.update([future for _, future, _ in left])
        for _, future, apart in taken:
            if future not in self._left:
                self._busy.difference_update(apart)

    def _give_up(self, taken: list[Waiting[Question, Answer]]) -> None:
        """A lane is stopped only when its event loop ends: let go all who wait."""
        for _, future, _ in (*taken, *self._queue):
            future.cancel()
        self._queue.clear()

    def _take(self) -> list[Waiting[Question, Answer]]:
        """The next set: this lane's share of what may go. Empty when nothing may."""
        queue = self._queue
        share = min(LARGEST_SET, math.ceil(len(queue) / self._idle))
        if not self._apart:
            return [queue.popleft() for _ in range(share)]
        taken: list[Waiting[Question, Answer]] = []
        passed: list[Waiting[Question, Answer]] = []
        while queue and len(taken) < share:
            waiting = queue.popleft()
            apart = waiting[2]
            if self._busy.isdisjoint(apart):
                self._busy.update(apart)
                taken.append(waiting)
            else:
                passed.append(waiting)
        queue.extendleft(reversed(passed))
        return taken
