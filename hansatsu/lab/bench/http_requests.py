"""What tills send: payments by codes and cards of many people, at the tills of many shops."""

import math
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hansatsu.lab.bench.http_town import Device, HttpTown
from hansatsu.lab.bench.yardstick import PAYMENT

REQUEST = (
    "POST /api/v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nIdempotency-Key: {once}\r\nContent-Length: {length}\r\n"
    "\r\n{body}"
)

MARGIN = 30
"""Seconds before its end from which on a code is made anew rather than sent."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that was made before. One by a pay code is made anew by ``again`` from ``dies_at``
    (seconds since 1970, by a phone's clock); one by a card never dies, and has None."""

    request: bytes
    dies_at: float = math.inf
    again: Callable[[], bytes] | None = None

    @property
    def is_code(self) -> bool:
        """True when it is by a pay code."""
        return self.again is not None

    def at(self, now: float) -> bytes:
        """What is sent at that moment."""
        return self.again() if self.again and now >= self.dies_at else self.request


class Payers:
    """Plans the requests of one round after the other.

    Half the payers are residents with a phone, half hold a card; each payment is by another draw.
    A phone shows a code that it has not shown before, so a resident who is drawn again in a round
    pays by the card of the same place. So hardly a code is looked up of which the API could know
    anything yet. That is what a real till sees: phones and cards, mixed as its town has them, of
    people who last paid days ago; somebody who paid minutes ago hardly ever.

    Args:
        town: whose phones, cards and tills.
        drawn: places of wallets (phones, then cards) and of shops, without end.
    """

    def __init__(self, town: HttpTown, drawn: Iterator[tuple[int, int]]) -> None:
        self._town = town
        self._drawn = drawn
        self._last_steps: dict[int, int] = {}

    def plan(self, count: int) -> list[Planned]:
        """So many requests, made now."""
        paid: set[int] = set()
        return [self._plan(paid) for _ in range(count)]

    def _plan(self, paid: set[int]) -> Planned:
        wallet, shop = next(self._drawn)
        key = self._town.keys[shop]
        phones = len(self._town.devices)
        place = wallet % phones
        if wallet < phones and place not in paid and (step := self._next_step(place)):
            paid.add(place)
            return self._by_code(key, place, step)
        return Planned(card_request(key, self._town.cards[place]))

    def _by_code(self, key: str, place: int, step: int) -> Planned:
        from hansatsu.formats.qr.pay_code import LIFE_SECONDS, STEP_SECONDS

        device = self._town.devices[place]
        self._last_steps[place] = step
        return Planned(
            code_request(key, device, step),
            step * STEP_SECONDS + LIFE_SECONDS - MARGIN,
            lambda: self._by_code(key, place, self._next_step(place) or step).request,
        )

    def _next_step(self, place: int) -> int | None:
        """What the phone shows now, or next when that was used; None when it shows no further."""
        from hansatsu.formats.qr.pay_code import STEP_SECONDS, STEPS_AHEAD

        # the clock of a database born live is the machine's, as a phone's is
        now = int(time.time()) // STEP_SECONDS
        step = max(now, self._last_steps.get(place, 0) + 1)
        return step if step <= now + STEPS_AHEAD else None


def sent(planned: list[Planned]) -> Iterator[bytes]:
    """The requests, each for the till that asks next; codes that would have died while a round was
    slow are made anew."""
    for each in planned:
        yield each.at(time.time())


def code_request(key: str, device: Device, step: int) -> bytes:
    """A till's payment by the pay code of a step."""
    return _request(key, device.code(step))


def card_request(key: str, card: str) -> bytes:
    """A till's payment by a card."""
    return _request(key, card)


def _request(key: str, code: str) -> bytes:
    once = secrets.token_hex(8)
    body = f'{{"code":"{code}","amount":{PAYMENT},"reference":"till-7-{once[:6]}"}}'
    return REQUEST.format(key=key, once=once, length=len(body), body=body).encode()
