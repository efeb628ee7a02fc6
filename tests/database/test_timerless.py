"""A link's connection waits for its server alone: no timer, and no state that nobody knows."""

import asyncio
from typing import Any

import pytest

from hansatsu.database.coalescing import Link
from hansatsu.database.server import EmbeddedServer

PATIENCE = 30
"""Seconds after which a wait counts as one for ever."""

LARGE = "x" * 20_000_000
"""Characters that no socket takes at once."""


def test_a_statement_sets_no_timer(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> list[Any]:
        link = Link(server.app_url)
        await link.connected()
        monkeypatch.setattr(asyncio.get_running_loop(), "call_at", no_timer)
        try:
            return await link.rows("select pg_sleep(%s)::text", [0.2])
        finally:
            await link.close()

    assert asyncio.run(ask()) == [("",)]


def test_what_is_too_large_to_be_sent_at_once_arrives(server: EmbeddedServer) -> None:
    async def ask() -> list[Any]:
        link = Link(server.app_url)
        connection = await link.connected()
        try:
            async with asyncio.timeout(PATIENCE):
                rows = await link.rows("select length(%s::text)", [LARGE])
            assert is_watched(connection.fileno()) == (False, False)
            return rows
        finally:
            await link.close()

    assert asyncio.run(ask()) == [(len(LARGE),)]


def test_a_wait_that_is_cancelled_leaves_no_answer_to_the_next(server: EmbeddedServer) -> None:
    async def ask() -> tuple[bool, list[Any]]:
        link = Link(server.app_url)
        connection = await link.connected()
        waiting = asyncio.create_task(link.rows("select 1 from pg_sleep(%s)", [2]))
        while not connection.lock.locked():
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        try:
            async with asyncio.timeout(PATIENCE):
                return connection.closed, await link.rows("select %s::integer", [2])
        finally:
            await link.close()

    assert asyncio.run(ask()) == (True, [(2,)])


def no_timer(*_: object, **__: object) -> None:
    raise AssertionError("a timer was set")


def is_watched(socket: int) -> tuple[bool, bool]:
    """True when the loop still waits until the socket can be read; and so until written."""
    loop = asyncio.get_running_loop()
    return loop.remove_reader(socket), loop.remove_writer(socket)
