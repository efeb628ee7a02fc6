"""もし今日締めたら: what a closing would say to each shop, and what is in the way of paying it.
Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.accounts import accounts_in_force
from hansatsu.flows.settlement.drafting import Draft, drafts
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.transfer_names import why_unfit


class Obstacle(StrEnum):
    """Why a shop would not be paid what it would be owed."""

    NEGATIVE = "negative"
    HELD = "held"
    NO_ACCOUNT = "no_account"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Line:
    """What a statement would say to one shop. ``unfit`` says why the name of its account cannot
    stand in a transfer; empty when it can, or when there is no account."""

    draft: Draft
    obstacle: Obstacle | None
    account: str
    unfit: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a closing up to the end of ``last_day`` would come to, in yen. ``is_final``: no payment
    can be added to these days any more; otherwise the figures are 速報, up to ``until``."""

    last_day: date
    until: datetime
    is_final: bool
    lines: Sequence[Line]

    def _sum(self, name: str) -> int:
        return sum(getattr(line.draft, name) for line in self.lines)

    @property
    def opening(self) -> int:
        """Carried so far; never positive."""
        return self._sum("opening")

    @property
    def payments(self) -> int:
        """What was taken."""
        return self._sum("payments")

    @property
    def payment_count(self) -> int:
        """How many payments these were."""
        return self._sum("payment_count")

    @property
    def refunds(self) -> int:
        """What was given back; not negative."""
        return self._sum("refunds")

    @property
    def refund_count(self) -> int:
        """How many refunds these were."""
        return self._sum("refund_count")

    @property
    def adjustments(self) -> int:
        """What adjustments change."""
        return self._sum("adjustments")

    @property
    def fee(self) -> int:
        """All fees."""
        return self._sum("fee")

    @property
    def tax(self) -> int:
        """The tax on them."""
        return self._sum("tax")

    @property
    def payout(self) -> int:
        """What would be paid."""
        return self._sum("payout")

    @property
    def carry(self) -> int:
        """What would be carried; never positive."""
        return self._sum("carry")

    def yen_of(self, obstacle: Obstacle) -> int:
        """What would not be paid for that reason (of ``NEGATIVE``: what is owed)."""
        stopped = [line.draft for line in self.lines if line.obstacle == obstacle]
        return sum(draft.payout + draft.carry for draft in stopped)

    def count_of(self, obstacle: Obstacle) -> int:
        """Of how many shops."""
        return sum(line.obstacle == obstacle for line in self.lines)


def dry_run(issuer: Issuer, last_day: date) -> DryRun:
    """What a closing up to ``last_day`` (today at the latest) would come to, shop by shop in the
    order of their numbers. Of today it is what there is by now. Shops that are closed that far
    already are not in it."""
    now = clock.now()
    today = in_japan(now).date()
    is_final = last_day < today
    until = start_of(last_day + timedelta(days=1)) if is_final else now
    found = sorted(drafts(issuer, until), key=lambda draft: draft.shop.code)
    accounts = accounts_in_force(issuer, [draft.shop.pk for draft in found])
    held = holds.held_shops(issuer, today, (draft.shop.pk for draft in found))
    lines = []
    for draft in found:
        account = accounts.get(draft.shop.pk)
        unfit = why_unfit(account.holder) if account else ""
        is_held = draft.shop.pk in held
        obstacle = _obstacle(draft, is_held=is_held, has_account=account is not None, unfit=unfit)
        lines.append(Line(draft, obstacle, account.masked if account else "", unfit))
    return DryRun(last_day, until, is_final, lines)


def _obstacle(draft: Draft, *, is_held: bool, has_account: bool, unfit: str) -> Obstacle | None:
    if draft.net < 0:
        return Obstacle.NEGATIVE
    if draft.net == 0:
        return None
    if is_held:
        return Obstacle.HELD
    if not has_account:
        return Obstacle.NO_ACCOUNT
    return Obstacle.NAME if unfit else None
