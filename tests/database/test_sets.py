"""The queue of what is asked together: who goes with whom, who waits, and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import pytest

from hansatsu.database.coalescing import Gathering
from hansatsu.database.sets import LARGEST_SET, Sets, Waiting, give

type Asked = Waiting[str, str]


class Books:
    """What writes the sets here: keeps each until the test lets it go."""

    def __init__(self, lanes: int = 1) -> None:
        self.sets = Sets(self.write, lanes=range(lanes), apart=lambda question: question[:1])
        self.written: list[tuple[int, list[str]]] = []
        self.gates: list[asyncio.Future[Collection[Asked]]] = []
        self.taken: list[list[Asked]] = []

    async def write(self, lane: int, taken: list[Asked]) -> Collection[Asked]:
        gate: asyncio.Future[Collection[Asked]] = asyncio.get_running_loop().create_future()
        self.written.append((lane, [question for question, _, _ in taken]))
        self.gates.append(gate)
        self.taken.append(taken)
        left = await gate
        for each in taken:
            if each not in left:
                give(each[1], each[0].upper())
        return left

    @property
    def questions(self) -> list[list[str]]:
        return [questions for _, questions in self.written]

    async def let_go(self, number: int, *left: Asked) -> None:
        self.gates[number].set_result(left)
        await settled()


async def settled() -> None:
    """Whatever can go on without the test has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


def together(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        async def limited() -> None:
            async with asyncio.timeout(30):
                await test()

        asyncio.run(limited())

    run.__name__ = getattr(test, "__name__", "test")
    return run


@together
async def test_one_alone_goes_at_once_and_who_comes_meanwhile_is_the_next_set() -> None:
    books = Books()
    first = books.sets.ask("a")
    await settled()
    others = [books.sets.ask(each) for each in ("b", "c")]
    await settled()
    assert books.questions == [["a"]]
    await books.let_go(0)
    assert (first.result(), books.questions) == ("A", [["a"], ["b", "c"]])
    await books.let_go(1)
    assert [each.result() for each in others] == ["B", "C"]


@together
async def test_a_crowd_is_shared_by_the_lanes_that_stand_idle() -> None:
    books = Books(lanes=3)
    for each in "abcde":
        books.sets.ask(each)
    await settled()
    assert sorted(map(len, books.questions)) == [1, 2, 2]
    assert {lane for lane, _ in books.written} == {0, 1, 2}


@together
async def test_a_set_that_ends_wakes_the_lanes_that_had_nothing_to_do() -> None:
    books = Books(lanes=2)
    for each in ("a1", "b1", "a2", "b2"):
        books.sets.ask(each)
    await settled()
    assert books.questions == [["a1", "b1"]]
    await books.let_go(0)
    assert books.questions[1:] == [["a2"], ["b2"]]


@together
async def test_a_set_holds_no_more_than_the_largest() -> None:
    sizes: list[int] = []

    async def answer(questions: list[int]) -> list[int]:
        sizes.append(len(questions))
        return questions

    gathering = Gathering(answer)
    asked = [gathering.ask(number) for number in range(LARGEST_SET + 1)]
    assert await asyncio.gather(*asked) == list(range(LARGEST_SET + 1))
    assert sizes == [LARGEST_SET, 1]


@together
async def test_what_must_stay_apart_waits_in_its_order_and_holds_nobody() -> None:
    books = Books(lanes=2)
    for each in ("a1", "a2", "b1", "a3"):
        books.sets.ask(each)
    await settled()
    assert books.questions == [["a1", "b1"]]
    await books.let_go(0)
    assert books.questions[1:] == [["a2"]]
    await books.let_go(1)
    assert books.questions[2:] == [["a3"]]


@together
async def test_what_is_left_under_way_keeps_others_apart_until_it_is_freed() -> None:
    books = Books()
    books.sets.ask("a1")
    await settled()
    behind, free = books.sets.ask("a2"), books.sets.ask("b1")
    (left,) = books.taken[0]
    await books.let_go(0, left)
    assert books.questions == [["a1"], ["b1"]]
    await books.let_go(1)
    assert free.done()
    assert not behind.done()
    books.sets.free(left)  # while every lane stands idle
    await settled()
    assert books.questions[2:] == [["a2"]]


@together
async def test_who_waits_behind_one_can_be_taken_out() -> None:
    books = Books()
    books.sets.ask("a1")
    await settled()
    for each in ("a2", "b1", "a3"):
        books.sets.ask(each)
    (hanging,) = books.taken[0]
    assert [question for question, _, _ in books.sets.withdraw(hanging)] == ["a2", "a3"]
    await books.let_go(0)
    assert books.questions[1:] == [["b1"]]


@together
async def test_what_goes_wrong_is_told_to_each_of_the_set_and_the_next_goes_on() -> None:
    async def answer(questions: list[str]) -> list[str]:
        if "bad" in questions:
            raise LookupError("no")
        return questions

    gathering = Gathering(answer)
    failed = [gathering.ask("bad"), gathering.ask("beside")]
    for each in failed:
        with pytest.raises(LookupError):
            await each
    assert await gathering.ask("good") == "good"


@together
async def test_too_few_answers_leave_nobody_waiting() -> None:
    async def answer(questions: list[int]) -> list[int]:
        return questions[:1]

    gathering = Gathering(answer)
    answered, unanswered = gathering.ask(1), gathering.ask(2)
    assert await answered == 1
    with pytest.raises(ValueError, match="shorter"):
        await unanswered


@together
async def test_who_stops_waiting_is_still_written_and_disturbs_nobody() -> None:
    books = Books()
    gone, stays = books.sets.ask("a"), books.sets.ask("b")
    gone.cancel()
    await settled()
    assert books.questions == [["a", "b"]]
    await books.let_go(0)
    assert await stays == "B"
    books.sets.ask("a")
    await settled()
    assert books.questions[1:] == [["a"]]


@together
async def test_drained_waits_for_what_is_queued_under_way_and_left() -> None:
    books = Books()
    await books.sets.drained()  # nothing was asked
    for each in ("a1", "a2"):
        books.sets.ask(each)
    end = asyncio.ensure_future(books.sets.drained())
    await settled()
    await books.let_go(0)
    assert not end.done()
    (left,) = books.taken[1]
    await books.let_go(1, left)
    assert not end.done()
    books.sets.free(left)
    await settled()
    assert end.done()


@together
async def test_drained_waits_for_a_set_that_is_under_way() -> None:
    books = Books()
    books.sets.ask("a1")
    await settled()
    end = asyncio.ensure_future(books.sets.drained())
    await settled()
    assert not end.done()
    await books.let_go(0)
    assert end.done()


@together
async def test_a_lane_that_is_stopped_lets_all_who_wait_go_and_is_run_again() -> None:
    books = Books()
    asked = [books.sets.ask("a1")]
    await settled()
    asked += [books.sets.ask(each) for each in ("a2", "b1")]
    running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in running:
        task.cancel()
    await settled()
    assert all(each.cancelled() for each in asked)
    await books.sets.drained()
    again = books.sets.ask("a1")
    await settled()
    await books.let_go(1)
    assert again.result() == "A1"
