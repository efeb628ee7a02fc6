"""Months of life in a town: charges, payments, refunds and an expiry, planned and then played.

The plan is drawn from a seeded random source, so every demo born on a day has the same one. It
is played through the ledger's own functions, in the order of time: a payment that the ledger
refuses simply did not happen.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from hansatsu.database.connections import ledger_connection
from hansatsu.demo.clock import Clock
from hansatsu.ledger import api as ledger
from hansatsu.messages.till_note import write_reason
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.wallets.selectors import in_japan

HOURS = (9, 10, 11, 11, 12, 12, 12, 13, 14, 15, 16, 17, 17, 18, 18, 18, 19, 20)
"""When people shop, in Japan; the hours that come more often are the busy ones."""

REFUNDED = 0.06
"""The part of payments that is given back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A shop somebody may go to, and what is usually spent there (yen)."""

    shop: Shop
    usual: int


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A refund: how much later, and how much of the payment in yen (None is all)."""

    later: timedelta
    amount: int | None


@dataclass(slots=True)
class History:
    """A town's history on its way to being played.

    Args:
        issuer: the town.
        clock: the ledger's clock.
        today: the real time; everything happens before it.
    """

    issuer: Issuer
    clock: Clock
    today: datetime
    chance: random.Random = field(init=False)
    _events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _counter: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.issuer.code)  # noqa: S311 (nothing secret is drawn)

    def days_ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """A time on a past day in Japan."""
        day = in_japan(self.today).date() - timedelta(days=days)
        return datetime.combine(day, time(hour, minute), in_japan(self.today).tzinfo)

    def end_of_month(self, months: int) -> datetime:
        """The first moment after the month that comes ``months`` after this one, in Japan: what
        the ledger keeps for value that can be spent to that month's end."""
        first = datetime.combine(
            in_japan(self.today).date().replace(day=1), time(), in_japan(self.today).tzinfo
        )
        return first + relativedelta(months=months + 1)

    def charge(
        self,
        at: datetime,
        holder: Resident | Card,
        amounts: dict[int, int],
        expires_at: datetime | None,
    ) -> None:
        """Plan value for a resident or a card: yen by emoney id."""
        lots = tuple(
            ledger.NewLot(emoney_id, amount, expires_at) for emoney_id, amount in amounts.items()
        )
        request = self._request("system:seed", "issue", holder.wallet_id, amounts)
        issue = ledger.Issue(request, self.issuer.pk, holder.wallet_id, lots)
        self.plan(at, lambda: _must(ledger.issue_set(ledger_connection(), [issue])[0].issued))

    def sweep(self, at: datetime) -> None:
        """Plan the booking of what has expired."""
        self.plan(at, lambda: _must(bool(ledger.expire_due(ledger_connection()))))

    def shopping(
        self,
        resident: Resident,
        visits: list[Visit],
        *,
        times: int,
        first: int,
        last: int,
        budget: int,
    ) -> None:
        """Plan up to ``times`` payments between ``first`` and ``last`` days ago, of ``budget``
        yen altogether."""
        favourites = self.chance.sample(visits, min(7, len(visits)))
        moments = sorted(
            self.days_ago(
                self.chance.randint(last, first),
                self.chance.choice(HOURS),
                self.chance.randrange(60),
            )
            + timedelta(seconds=self.chance.randrange(60))
            for _ in range(times)
        )
        for left, moment in zip(range(times, 0, -1), moments, strict=True):
            near = favourites if self.chance.random() < 0.7 else visits
            # Where the purse allows it, so that the budget lasts until the end.
            affordable = [visit for visit in near if visit.usual * left <= 1.6 * budget]
            if affordable:
                visit = self.chance.choice(affordable)
                amount = min(self._price(visit.usual), budget)
                budget -= amount
                self.payment(moment, resident, visit.shop, amount, self._change_of_mind(amount))

    def payment(
        self,
        at: datetime,
        resident: Resident,
        shop: Shop,
        amount: int,
        give_back: GiveBack | None = None,
    ) -> None:
        """Plan a payment, and perhaps that it is given back some time later."""
        actor = resident.actor
        request = self._request(actor, "payment", shop.pk, amount)
        payment = ledger.Payment(request, self.issuer.pk, shop.pk, resident.wallet_id, amount)

        def play() -> None:
            outcome = ledger.pay(ledger_connection(), payment)
            if outcome.number is not None and give_back is not None:
                self.refund(at + give_back.later, shop, outcome.number, give_back.amount)

        self.plan(at, play)

    def refund(self, at: datetime, shop: Shop, number: str, amount: int | None) -> None:
        """Plan a refund of a payment: ``amount`` yen, or all of it."""
        request = self._request(f"staff:of:{shop.code}", "refund", number, amount)
        refund = ledger.Refund(
            request,
            self.issuer.pk,
            number,
            amount,
            shop.pk,
            reason=write_reason("お客様のご都合"),
        )
        self.plan(at, lambda: _must(ledger.refund(ledger_connection(), refund).refunded))

    def play(self) -> None:
        """Let it happen, in the order of time."""
        while self._events:
            at, _, happen = heapq.heappop(self._events)
            self.clock.show(at)
            happen()

    def _change_of_mind(self, amount: int) -> GiveBack | None:
        later = timedelta(minutes=self.chance.choice((7, 25, 60, 180)))
        part = self.chance.choice((None, None, amount // 2))
        return GiveBack(later, part) if self.chance.random() < REFUNDED else None

    def plan(self, at: datetime, happen: Callable[[], None]) -> None:
        """Have something happen at ``at``."""
        heapq.heappush(self._events, (at, next(self._counter), happen))

    def _request(self, actor: str, *content: object) -> ledger.Request:
        key = f"seed-{self.issuer.code}-{next(self._counter)}"
        return ledger.Request.of(actor, key, *content)

    def _price(self, usual: int) -> int:
        price = usual * self.chance.uniform(0.5, 1.5)
        return round(price / 10) * 10 if self.chance.random() < 0.7 else round(price)


def _must(happened: bool) -> None:
    if not happened:
        raise RuntimeError("the demo's history does not hold together")
