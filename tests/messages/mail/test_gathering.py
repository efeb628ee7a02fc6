"""What several threads want written is written together, and one that is wrong costs no other."""

import threading
from collections.abc import Sequence

import pytest

from hansatsu.messages.mail.gathering import Together

PATIENCE = 10.0


class Slow:
    """Writes sets, the first one not before it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.sets: list[list[int]] = []

    def write(self, items: Sequence[int]) -> None:
        self.sets.append(list(items))
        self.begun.set()
        assert self.let_go.wait(PATIENCE)
        if 13 in items:
            raise ValueError(13)


def kept(together: Together[int], items: Sequence[int], slow: Slow) -> dict[int, str]:
    """What became of each item; all but the first come while that one is written."""
    ends: dict[int, str] = {}
    came = threading.Barrier(len(items))

    def keep(item: int) -> None:
        try:
            together.keep(item)
            ends[item] = "kept"
        except ValueError:
            ends[item] = "refused"

    def keep_later(item: int) -> None:
        came.wait(PATIENCE)
        keep(item)

    threads = [threading.Thread(target=keep, args=[items[0]])]
    threads += [threading.Thread(target=keep_later, args=[each]) for each in items[1:]]
    for each in threads:
        each.start()
    assert slow.begun.wait(PATIENCE)
    came.wait(PATIENCE)
    while len(together._gathering.items) < len(items) - 1:
        pass
    slow.let_go.set()
    for each in threads:
        each.join(PATIENCE)
    return ends


def test_what_comes_while_one_is_written_is_the_next_set() -> None:
    slow = Slow()
    ends = kept(Together(slow.write), [1, 2, 3, 4], slow)
    assert [sorted(each) for each in slow.sets] == [[1], [2, 3, 4]]
    assert ends == dict.fromkeys([1, 2, 3, 4], "kept")


def test_one_that_is_wrong_costs_no_other_its_record() -> None:
    slow = Slow()
    ends = kept(Together(slow.write), [1, 2, 13], slow)
    assert ends == {1: "kept", 2: "kept", 13: "refused"}
    assert sorted(map(sorted, slow.sets[2:])) == [[2], [13]]


def test_one_alone_that_is_wrong_is_told_once() -> None:
    slow = Slow()
    slow.let_go.set()
    with pytest.raises(ValueError, match="13"):
        Together(slow.write).keep(13)
    assert slow.sets == [[13]]
