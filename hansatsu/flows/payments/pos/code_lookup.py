"""Whose code it is that tills have read, and what the issuer's emoneys are called now: many codes
in one round trip.

The rule is ``payments.code_validity``'s and ``cards``'; here is only the quick way to ask it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, LiteralString

from msgspec import Struct

from hansatsu.database.arrays import integers, texts
from hansatsu.database.coalescing import Gathering, Link
from hansatsu.flows.payments.code_validity import KnownDevice, Verdict, judge
from hansatsu.flows.payments.shortages import MOST_OF_A_WALLET, Asked, Short, seconds_to_wait
from hansatsu.formats.qr.pay_code import PayCode
from hansatsu.formats.qr.till_code import CardCode, read_till_code
from hansatsu.parties.cards.models import CardState
from hansatsu.parties.identity.models.device import ledger_device
from hansatsu.parties.seals.code_digests import digests_of

SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
}
"""Of this connection: one plan, by index, whatever the tables' size at its first use."""

DEVICES_AND_CARDS: LiteralString = """
    select q.place, r.wallet_id, d.generation, l.last_step, ledger.now() as now, null as state,
        s.times, s.devices, s.steps, null::integer[] as emoneys, null::text[] as names
    from unnest(%s::integer[], %s::integer[]) with ordinality as q (issuer_id, number, place)
    left join identity_device as d on d.issuer_id = q.issuer_id and d.number = q.number
    left join identity_resident as r on r.id = d.resident_id and r.closed_at is null
    left join ledger.device as l on l.device_id = q.issuer_id * 10000000::bigint + q.number
        and l.revoked_at is null
    left join lateral (
        select array_agg(n.at) as times, array_agg(n.device) as devices, array_agg(n.step) as steps
        from (
            select o.at, o.device, o.step from payments_shortage as o
            where o.wallet_id = r.wallet_id order by o.at desc limit %s
        ) as n
    ) as s on true
    union all
    select -q.place, c.wallet_id, null, null, ledger.now(), c.state, s.times, s.devices, s.steps,
        null, null
    from unnest(%s::integer[], %s::text[]) with ordinality as q (issuer_id, digest, place)
    join cards_card as c on c.issuer_id = q.issuer_id and c.digest = q.digest
    left join lateral (
        select array_agg(n.at) as times, array_agg(n.device) as devices, array_agg(n.step) as steps
        from (
            select o.at, o.device, o.step from payments_shortage as o
            where o.wallet_id = c.wallet_id order by o.at desc limit %s
        ) as n
    ) as s on true
    union all
    select 0, e.issuer_id, null, null, null, null, null, null, null, array_agg(e.id),
        array_agg(e.name)
    from programs_emoney as e where e.issuer_id = any (%s::integer[]) group by e.issuer_id
"""
"""The codes by their places, the cards by their places below zero; an issuer's names at place 0,
with the issuer in the column of wallets."""


NO_NAMES: Mapping[int, str] = MappingProxyType({})
"""The names of emoneys that come with a code nobody has: they are asked for when they are told."""


class Scanned(Struct, frozen=True):
    """Text that a till of an issuer has sent as a code. ``pay_numbers`` are the issuer's."""

    issuer_id: int
    pay_numbers: tuple[int, ...]
    text: str


class Found(Struct, frozen=True):
    """Whose code it is, or was when it is spent or too old; ``device`` (the ledger's id) and
    ``step`` of a pay code. ``waits`` are the
    seconds for which it is asked nothing new, having been short of value too often. ``names`` are
    those of the issuer's emoneys when the code was looked up; none of a code that nobody has."""

    verdict: Verdict
    wallet_id: int = 0
    device: int | None = None
    step: int | None = None
    waits: int = 0
    names: Mapping[int, str] = NO_NAMES

    @property
    def asked(self) -> Asked:
        """What shortages are counted of."""
        return Asked(self.wallet_id, self.device, self.step)


NOBODY = Found("unknown_code")


class Payers:
    """Finds payers by their codes. One a process, on one event loop."""

    def __init__(self, url: str) -> None:
        self._link = Link(url, SETTINGS)
        self._looks = Gathering(self._look_up)

    def find(
        self, issuer_id: int, pay_numbers: tuple[int, ...], text: str
    ) -> asyncio.Future[Found]:
        """Whose code ``text`` is, at an issuer with these pay numbers.

        Raises:
            psycopg.Error: when the database does not answer.
        """
        return self._looks.ask(Scanned(issuer_id, pay_numbers, text))

    async def _look_up(self, scanned: list[Scanned]) -> list[Found]:
        codes: list[tuple[int, Scanned, PayCode]] = []
        cards: list[tuple[int, int, str]] = []
        found = [NOBODY] * len(scanned)
        for place, each in enumerate(scanned):
            code = read_till_code(each.text, each.pay_numbers)
            match code:
                case PayCode():
                    codes.append((place, each, code))
                case CardCode():
                    digests = digests_of(code.code)
                    cards.extend((place, each.issuer_id, digest) for digest in digests)
                case _:
                    found[place] = Found(code)
        if not codes and not cards:
            return found
        rows = await self._link.rows(
            DEVICES_AND_CARDS,
            [
                integers(each.issuer_id for _, each, _ in codes),
                integers(code.device for _, _, code in codes),
                MOST_OF_A_WALLET,
                integers(issuer_id for _, issuer_id, _ in cards),
                texts(digest for _, _, digest in cards),
                MOST_OF_A_WALLET,
                integers({each.issuer_id for each in scanned}),
            ],
        )
        names = _names(rows)
        for which, wallet_id, generation, last_step, now, state, *shortages, _, _ in rows:
            if which == 0:
                continue
            if which < 0:
                place, issuer_id, _ = cards[-which - 1]
                called = names.get(issuer_id, NO_NAMES)
                is_issued = state == CardState.ISSUED
                card = _found(Asked(wallet_id), shortages, now, called)
                found[place] = card if is_issued else Found("card_replaced")
                continue
            place, each, code = codes[which - 1]
            known = None
            if wallet_id is not None and last_step is not None:
                known = KnownDevice(each.issuer_id, code.device, generation, last_step)
            verdict, step = judge(code, known, now)
            if verdict != "unknown_code":
                device = ledger_device(each.issuer_id, code.device)
                asked = Asked(wallet_id, device, step)
                called = names.get(each.issuer_id, NO_NAMES)
                found[place] = _found(asked, shortages, now, called, verdict)
        return found


def _names(rows: Sequence[Any]) -> dict[int, Mapping[int, str]]:
    """By issuer, what its emoneys are called."""
    of_issuers = [row for row in rows if row[0] == 0]
    return {row[1]: dict(zip(row[-2], row[-1], strict=True)) for row in of_issuers}


def _found(
    asked: Asked,
    shortages: list[list[Any] | None],
    now: datetime,
    names: Mapping[int, str],
    verdict: Verdict = "ok",
) -> Found:
    waits = 0
    if shortages[0]:
        short = [Short(*each) for each in zip(*(column or () for column in shortages), strict=True)]
        waits = seconds_to_wait(short, asked, now)
    return Found(verdict, asked.wallet_id, asked.device, asked.step, waits, names)
