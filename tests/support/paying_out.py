"""An office that pays its shops: an originator, people for each step, accounts that two of them
entered and approved, and days that come when they are called."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, SettlementRules
from hansatsu.flows.settlement.payouts import approving, handing_over, marking, preparing
from hansatsu.flows.settlement.payouts.choosing import preview
from hansatsu.flows.settlement.payouts.reading import proposed_pay_day
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.japan import JAPAN, in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role, Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountVersion, Shop
from tests.support.clerks import employ
from tests.support.owed import owe
from tests.town import Town, make_town

ORIGINATOR = {
    "originator_code": "1234567890",
    "originator_name": "ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝ",
    "own_bank": "0129",
    "own_branch": "101",
    "own_type": "1",
    "own_number": "1234567",
}
ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ")
OTHER = BankAccount("0517", "001", "1", "1112223", "ｺﾔﾏ ﾀﾛｳ")


def deed(staff: Staff, reason: str = "試験") -> Deed:
    """An act of theirs in the console."""
    return Deed(Actor(staff.issuer, staff.actor, staff.display_name, CONSOLE), reason)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Noon of a day in Japan, for our code; the ledger's own clock goes on."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=JAPAN)
    with mock.patch.object(clock, "now", return_value=moment):
        yield


@dataclass
class Office:
    """``clerk`` prepares, ``owner`` approves; ``hand`` enters accounts, ``eyes`` approves them."""

    town: Town = field(default_factory=make_town)

    def __post_init__(self) -> None:
        self.issuer = self.town.issuer
        self.clerk = employ(self.issuer, Role.ACCOUNTANT, "鈴木 一郎")
        self.owner = employ(self.issuer, Role.OWNER, "高橋 由美")
        self.hand = employ(self.issuer, Role.ACCOUNTANT, "佐藤 手")
        self.eyes = employ(self.issuer, Role.OWNER, "田中 目")
        self.set_rules(first_payout_hold_days=0, **ORIGINATOR)

    def set_rules(self, **fields: Any) -> None:
        """Change the rules by which the issuer settles."""
        rules_of(self.issuer)
        SettlementRules.objects.of(self.issuer).update(**fields)

    def account(
        self, shop: Shop, account: BankAccount = ACCOUNT, *, by: Staff | None = None
    ) -> AccountVersion:
        """An account that one person entered and another approved."""
        assert account_versions.enter(deed(by or self.hand).actor, shop, account, reason="試験")
        version = account_versions.entered(self.issuer, [shop.pk])[shop.pk]
        assert account_versions.approve(deed(self.eyes), version) == ""
        return account_versions.to_pay(self.issuer, [shop.pk])[shop.pk]

    def owe(self, shops: dict[Shop, int]) -> None:
        """Owe shops yen, due today, to accounts of their own."""
        for shop in shops:
            if shop.pk not in account_versions.to_pay(self.issuer, [shop.pk]):
                self.account(shop)
        owe(self.town, shops)

    @property
    def day(self) -> date:
        """The first day on which a run can be paid."""
        return proposed_pay_day(self.issuer)

    def prepare(
        self, day: date | None = None, *, refunds: bool = False, by: Staff | None = None
    ) -> preparing.Made:
        """Look, and prepare what was looked at."""
        by, day = by or self.clerk, day or self.day
        shown = preview(self.issuer, day, with_refunds=refunds).digest
        return preparing.prepare(deed(by), by, day, with_refunds=refunds, shown=shown)

    def prepared(self, *, refunds: bool = False) -> PayoutRun:
        """A run that waits for its approval."""
        run = self.prepare(refunds=refunds).run
        assert run is not None
        return run

    def approve(self, run: PayoutRun, by: Staff | None = None) -> approving.NotApproved:
        """By the owner, who has read the total."""
        by = by or self.owner
        return approving.approve(deed(by), by, run, total=run.total)

    def approved(self, *, refunds: bool = False) -> PayoutRun:
        """A run that may go to the bank."""
        run = self.prepared(refunds=refunds)
        assert self.approve(run) == ""
        run.refresh_from_db()
        return run

    def fetch(self, run: PayoutRun, by: Staff | None = None) -> handing_over.Fetched:
        """The file."""
        by = by or self.clerk
        return handing_over.fetch(deed(by), by, run)

    def handed_over(self, *, refunds: bool = False) -> PayoutRun:
        """A run that the bank has."""
        run = self.approved(refunds=refunds)
        assert self.fetch(run).refusal == ""
        run.refresh_from_db()
        return run

    def mark(self, run: PayoutRun, failed: dict[int, str] | None = None) -> marking.NotMarked:
        """On its day."""
        with on(run.pay_on):
            return marking.mark_paid(deed(self.clerk), self.clerk, run, failed=failed)

    def paid(self, failed: dict[int, str] | None = None, *, refunds: bool = False) -> PayoutRun:
        """A run that the bank has paid, but for what failed."""
        run = self.handed_over(refunds=refunds)
        assert self.mark(run, failed) == ""
        run.refresh_from_db()
        return run

    def returned(self, row: PayoutRow, yen: int | None = None) -> marking.NotReturned:
        """Its money is back on the day of the run."""
        with on(row.run.pay_on):
            return marking.take_back(
                deed(self.clerk),
                self.clerk,
                row,
                on=row.run.pay_on,
                yen=row.net_yen if yen is None else yen,
            )


def rows(run: PayoutRun) -> list[PayoutRow]:
    """Its rows in their order."""
    return list(run.rows.select_related("payable", "run").order_by("place"))


def tomorrow() -> date:
    """In Japan."""
    return in_japan(clock.now()).date() + timedelta(days=1)
