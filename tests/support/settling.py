"""A town that settles, by a clock that stands still: months go by in a test."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from hansatsu.flows.settlement import adjustments
from hansatsu.flows.settlement.closing import Made, close_due
from hansatsu.flows.settlement.models import Adjustment, AdjustmentKind, Closing, Statement
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.japan import JAPAN, in_japan
from hansatsu.parties import clock as parties_clock
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountVersion, Shop
from tests.support.clerks import employ
from tests.support.frozen_clock import FrozenClock
from tests.town import Town, make_town


@dataclass
class Settling:
    """``town`` began to settle on 1 March 2026; its resident has plenty of both emoneys."""

    clock: FrozenClock
    town: Town

    def at(self, text: str) -> None:
        """Show a moment in Japan: ``2026-03-31 23:59:59``, or the first of a day."""
        self.clock.show(datetime.fromisoformat(text).replace(tzinfo=JAPAN))

    def pay(self, amount: int, shop: Shop | None = None) -> str:
        """A payment at the town's shop; its 決済ID."""
        paid = self.town.pay(self.town.resident, shop or self.town.shop, amount)
        assert paid.number is not None, paid
        return paid.number

    def close(self) -> tuple[Closing, ...]:
        """What is due is closed."""
        made = self.made()
        assert made.outcome in ("closed", "nothing_due"), made
        return made.closings

    def made(self) -> Made:
        """How closing ends now."""
        return close_due(self.town.issuer)

    def last(self, shop: Shop | None = None) -> Statement:
        """The newest statement of the town's shop."""
        mine = Statement.objects.of(self.town.issuer).filter(shop=shop or self.town.shop)
        newest = mine.select_related("closing", "shop").order_by("-ends_at").first()
        assert newest is not None
        return newest

    def clerk(self, name: str, role: str = Role.ACCOUNTANT) -> Staff:
        """Another person at the office."""
        return employ(self.town.issuer, role, name)


def deed_of(staff: Staff, reason: str = "test") -> Deed:
    """An act of theirs in the console."""
    return Deed(Actor(staff.issuer, staff.actor, staff.display_name, CONSOLE), reason)


def begin(clock: FrozenClock) -> Settling:
    """Another town by the same clock."""
    clock.show(datetime(2026, 3, 1, 9, tzinfo=JAPAN))
    settling = Settling(clock, make_town())
    rules_of(settling.town.issuer)
    settling.town.charge(settling.town.resident, settling.town.small_shops, 10_000_000)
    settling.town.charge(settling.town.resident, settling.town.all_shops, 10_000_000)
    return settling


def adjusted(settling: Settling, shop: Shop, yen: int) -> Adjustment:
    """A goodwill adjustment that two people of the office decided."""
    one, other = settling.clerk("経理 一"), settling.clerk("経理 二")
    wanted = adjustments.Proposal(AdjustmentKind.GOODWILL, shop, yen)
    today = in_japan(parties_clock.now()).date()
    made = adjustments.propose(
        deed_of(one), one, wanted, key=secrets.token_hex(8), today=today
    ).adjustment
    assert made is not None
    assert adjustments.approve(deed_of(other), other, made) == ""
    return made


def with_account(settling: Settling, shop: Shop) -> AccountVersion:
    """Where the shop is paid: entered by one person of the office, approved by another."""
    one, other = settling.clerk("口座 一"), settling.clerk("口座 二")
    account = BankAccount("0517", "001", "1", "7654321", "ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ")
    assert account_versions.enter(deed_of(one).actor, shop, account, reason="test")
    (version,) = account_versions.entered(shop.issuer, [shop.pk]).values()
    assert account_versions.approve(deed_of(other), version) == ""
    return version
