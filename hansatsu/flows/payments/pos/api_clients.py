"""Who calls: the terminal behind an API key, remembered for less than a second.

So a key that is revoked, or a terminal that is stopped for wrong codes, is refused everywhere
within a second, and a busy till costs one look a second, not one a payment.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import dict_row

from hansatsu.database.coalescing import Gathering, Link
from hansatsu.parties.issuers.names import terminal_name
from hansatsu.parties.issuers.pay_numbers import pay_numbers
from hansatsu.parties.shops.api_keys import digests_of, is_like_a_key
from hansatsu.parties.shops.wrong_codes import MOST, wait_after

LOOK_AGAIN = 0.4
"""Seconds after which a key in use is looked up anew, while its last answer still serves."""

FORGET = 0.9
"""Seconds after which an answer no longer serves."""

REMEMBERED = 10_000
"""Keys, at most: a client that sends made-up ones must not fill the memory."""

CALLERS: LiteralString = """
    select k.digest, k.scopes, t.id as terminal_id, t.reference_once, t.issuer_id, t.shop_id,
        s.code as shop_code,
        i.mode, i.pay_number, i.renumbered_at, w.times, ledger.now() as now
    from shops_apikey as k
    join shops_terminal as t on t.id = k.terminal_id and t.revoked_at is null
    join shops_shop as s on s.id = t.shop_id
    join issuers_issuer as i on i.id = t.issuer_id
    left join lateral (
        select array_agg(n.at order by n.at desc) as times
        from (
            select c.at from shops_wrongcode as c
            where c.terminal_id = t.id order by c.at desc, c.id desc limit %s
        ) as n
    ) as w on true
    where k.digest = any (%s) and k.revoked_at is null
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """A till that has shown a good key. ``reference_once``: it takes no second payment of a wallet
    with the same amount and reference. ``pay_numbers`` stand for its issuer in pay codes.
    ``stopped_until`` is on ``time.monotonic``'s clock: until
    then it may try no codes."""

    terminal_id: int
    reference_once: bool
    actor: str
    issuer_id: int
    mode: str
    pay_numbers: tuple[int, ...]
    shop_id: int
    shop_code: str
    scopes: frozenset[str]
    stopped_until: float

    @property
    def practises(self) -> bool:
        """True when the issuer is one to practise with: no live value."""
        return self.mode != "live"


@dataclass(slots=True)
class _Remembered:
    caller: Caller | None
    looked_at: float
    looks_again: bool = False


class Callers:
    """Finds callers by their keys. One a process, on one event loop."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)
        self._known: OrderedDict[str, _Remembered] = OrderedDict()
        self._looks = Gathering(self._look_up)

    def remembered(self, key: str) -> Caller | None:
        """The caller, when it was looked up lately: the quick way. None says nothing."""
        known = self._known.get(key)
        if known is None:
            return None
        age = time.monotonic() - known.looked_at
        if age > FORGET:
            return None
        if age > LOOK_AGAIN and not known.looks_again:
            known.looks_again = True
            self._looks.ask(key).add_done_callback(_look_failed_quietly)
        return known.caller

    async def look_up(self, key: str) -> Caller | None:
        """The caller with this key, asked of the database; None when nobody has it.

        Raises:
            psycopg.Error: when the database does not answer.
        """
        return await self._looks.ask(key) if is_like_a_key(key) else None

    def forget_terminal(self, terminal_id: int) -> None:
        """Look its keys up at the next call: something about it has changed."""
        keys = [
            key
            for key, known in self._known.items()
            if known.caller is not None and known.caller.terminal_id == terminal_id
        ]
        for key in keys:
            del self._known[key]

    async def _look_up(self, keys: list[str]) -> list[Caller | None]:
        looked_at = time.monotonic()
        digests = {key: digests_of(key) for key in set(keys)}
        tried_all = [each for tried in digests.values() for each in tried]
        found = await self._link.rows(CALLERS, [MOST, tried_all], dict_row)
        rows = {row["digest"]: _caller(row, looked_at) for row in found}
        for key, tried in digests.items():
            caller = next((rows[each] for each in tried if each in rows), None)
            self._remember(key, _Remembered(caller, looked_at))
        return [self._known[key].caller for key in keys]

    def _remember(self, key: str, found: _Remembered) -> None:
        self._known[key] = found
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _caller(row: dict[str, Any], looked_at: float) -> Caller:
    times: list[datetime] = row["times"] or []
    wait = wait_after(times, row["now"])
    return Caller(
        terminal_id=row["terminal_id"],
        reference_once=row["reference_once"],
        actor=terminal_name(row["terminal_id"]),
        issuer_id=row["issuer_id"],
        mode=row["mode"],
        pay_numbers=pay_numbers(
            row["issuer_id"], row["pay_number"], row["renumbered_at"], row["now"]
        ),
        shop_id=row["shop_id"],
        shop_code=row["shop_code"],
        scopes=frozenset(row["scopes"]),
        stopped_until=looked_at + wait if wait else 0.0,
    )


def _look_failed_quietly(look: asyncio.Future[Caller | None]) -> None:
    """A look ahead of time that failed matters to nobody: the next caller looks and is told."""
    if not look.cancelled():
        look.exception()
