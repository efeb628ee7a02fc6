"""The entrance: what a page's thread gets, and what never takes one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from types import SimpleNamespace
from typing import Any

from hansatsu.config.entrance import IN_MEMORY, Entrance

Parts = list[bytes]


class Headers:
    """As granian gives them."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        self._fields = fields

    def items(self) -> list[tuple[str, str]]:
        return list(self._fields)


class Protocol:
    """A request's body: its parts, and then silence or its end."""

    def __init__(self, parts: Parts, *, ends: bool = True, pause: float = 0) -> None:
        self._parts, self._ends, self._pause = parts, ends, pause
        self.answers: list[tuple[int, list[tuple[str, str]], Any]] = []

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
            await asyncio.sleep(self._pause)
        if not self._ends:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, headers, body))

    response_str = response_bytes


class AtOnce(Protocol):
    """A body that comes in the moment that `moment` is set."""

    def __init__(self, body: bytes, moment: asyncio.Event) -> None:
        super().__init__([body])
        self._moment = moment

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._moment.wait()
        yield self._parts[0]


class Application:
    """Keeps what it was asked, and says what it read."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(environ)
        start("200 OK", [("x-size", environ.get("CONTENT_LENGTH", ""))])
        return [environ["wsgi.input"].read()]


def scope(*fields: tuple[str, str], path: str = "/a b/あ/") -> Any:
    return SimpleNamespace(
        server="127.0.0.1:8000",
        client="::1:40000",
        scheme="http",
        method="POST",
        path=path,
        query_string="q=%20",
        http_version="1.1",
        authority=None,
        headers=Headers(*fields),
    )


def of_size(size: int) -> Any:
    return scope(("content-length", str(size)))


def entrance(application: Application, **changes: Any) -> Entrance:
    limits: dict[str, Any] = {"threads": 2, "largest": 1_000_000, "grace": 0.05}
    return Entrance(application, **(limits | changes))


def ask(door: Entrance, *requests: tuple[Any, Protocol]) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(door.__rsgi__(*each) for each in requests))

    asyncio.run(all_at_once())


def test_a_body_comes_whole_however_large() -> None:
    application = Application()
    for size in (1, IN_MEMORY * 3):
        protocol = Protocol([b"x" * (size // 2), b"y" * (size - size // 2)])
        ask(entrance(application), (of_size(size), protocol))
        ((status, headers, body),) = protocol.answers
        assert (status, headers, len(body)) == (200, [("x-size", str(size))], size)


def test_silence_is_given_up_and_takes_no_thread() -> None:
    application = Application()
    silent = [Protocol([b"a="], ends=False) for _ in range(20)]
    ask(entrance(application), *((of_size(500), each) for each in silent))
    assert not application.asked
    for each in silent:
        ((status, headers, _),) = each.answers
        assert status == 408
        assert ("connection", "close") in headers


def test_a_slow_line_that_goes_on_is_waited_for() -> None:
    """The whole takes longer than the first of it may: each part earns its own time."""
    application = Application()
    protocol = Protocol([b"x" * 400] * 8, pause=0.015)
    ask(entrance(application), (of_size(3200), protocol))
    assert protocol.answers[0][0] == 200
    assert len(application.asked) == 1


def test_what_ends_early_is_no_request() -> None:
    application = Application()
    protocol = Protocol([b"ab"])
    ask(entrance(application), (of_size(500), protocol))
    assert (protocol.answers[0][0], application.asked) == (408, [])


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    application = Application()
    protocol = Protocol([b"x"], ends=False)
    ask(entrance(application), (of_size(1_000_001), protocol))
    assert protocol.answers[0][1:] == ([("x-size", "1000001")], b"")


def test_above_many_the_one_waited_for_longest_gives_way() -> None:
    application = Application()
    silent = [Protocol([b"a"], ends=False) for _ in range(4)]
    good = Protocol([b"xx"])
    door = entrance(application, grace=0.3, most_awaited=4)

    async def come() -> float:
        loop = asyncio.get_running_loop()
        waiting = [asyncio.ensure_future(door.__rsgi__(of_size(9), each)) for each in silent]
        await asyncio.sleep(0)
        begun = loop.time()
        await door.__rsgi__(of_size(2), good)
        took = loop.time() - begun
        assert silent[0].answers
        assert not silent[1].answers
        await asyncio.gather(*waiting)
        return took

    assert asyncio.run(come()) < 0.3
    assert good.answers[0][2] == b"xx"


def test_above_many_bytes_the_largest_that_is_coming_gives_way() -> None:
    """A client that sends large bodies all but their end fills no disk, nor holds up small ones."""
    application = Application()
    large = [Protocol([b"x" * 400], ends=False), Protocol([b"x" * 500], ends=False)]
    small = Protocol([b"y" * 100, b"y" * 100], pause=0.01)
    door = entrance(application, grace=0.3, most_kept=1000)

    async def come() -> None:
        waiting = [asyncio.ensure_future(door.__rsgi__(of_size(9000), each)) for each in large]
        await asyncio.sleep(0)
        await door.__rsgi__(of_size(200), small)
        assert [bool(each.answers) for each in large] == [False, True]
        await asyncio.gather(*waiting)

    asyncio.run(come())
    assert small.answers[0][2] == b"y" * 200
    assert door._kept == 0


def test_a_body_that_gives_way_when_it_has_just_come_is_counted_once() -> None:
    """Its reading has ended, and nobody has taken what was read: another body comes in between."""
    application = Application()
    door = entrance(application, grace=0.3, most_kept=1000)

    async def come() -> None:
        both = asyncio.Event()
        first, second = AtOnce(b"x" * 600, both), AtOnce(b"y" * 500, both)
        asking = [
            asyncio.ensure_future(door.__rsgi__(of_size(600), first)),
            asyncio.ensure_future(door.__rsgi__(of_size(500), second)),
        ]
        await asyncio.sleep(0.01)
        both.set()
        await asyncio.gather(*asking)
        assert [each.answers[0][0] for each in (first, second)] == [408, 200]

    asyncio.run(come())
    assert door._kept == 0


def test_what_django_is_told_of_a_request() -> None:
    application = Application()
    fields = (
        ("host", "pay.example.jp"),
        ("cookie", "a=b"),
        ("cookie", "c=d"),
        ("x-forwarded-for", "203.0.113.1"),
        ("x-forwarded-for", "203.0.113.2"),
        ("x_forwarded_for", "198.51.100.1"),
        ("content-type", "text/plain"),
    )
    ask(entrance(application), (scope(*fields), Protocol([])))
    (environ,) = application.asked
    told = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/a b/\u00e3\u0081\u0082/",
        "QUERY_STRING": "q=%20",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "::1",
        "HTTP_HOST": "pay.example.jp",
        "HTTP_COOKIE": "a=b; c=d",
        "HTTP_X_FORWARDED_FOR": "203.0.113.1,203.0.113.2",
        "CONTENT_TYPE": "text/plain",
        "wsgi.url_scheme": "http",
    }
    assert {name: environ[name] for name in told} == told
    assert "CONTENT_LENGTH" not in environ
