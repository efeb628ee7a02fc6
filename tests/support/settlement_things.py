"""Something of each kind of settling that a page can name: a closing with its statements, and what
waits for a second person."""

from hansatsu.flows.settlement import adjustments, holds
from hansatsu.flows.settlement.adjustments import Proposal
from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    BankLine,
    PayoutRequest,
    Reconciliation,
)
from hansatsu.flows.settlement.reconciliation.figures import found_until
from hansatsu.flows.settlement.reconciliation.frozen import GENESIS, freeze
from hansatsu.flows.settlement.reconciliation.months import month_of
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role
from tests.support.clerks import employ
from tests.support.settled import close, statement_of
from tests.support.settling import deed_of
from tests.support.tills import hire
from tests.town import Town


class SettlementThings:
    """A payment of 300 was closed; 500 are proposed to be paid more, and all to be held; the shop
    asks to be paid in between."""

    def __init__(self, town: Town) -> None:
        town.charge(town.resident, town.all_shops, 300)
        town.pay(town.resident, town.shop, 300)
        self.statement = statement_of(close(town.issuer), town.shop)
        self.proposer = employ(town.issuer, Role.ACCOUNTANT, "経理 太郎")
        deed = deed_of(self.proposer, "端末の不具合のおわび")
        today = in_japan(clock.now()).date()
        goodwill = Proposal(AdjustmentKind.GOODWILL, town.shop, 500)
        made = adjustments.propose(deed, self.proposer, goodwill, key="owed", today=today)
        assert made.adjustment is not None
        self.adjustment = made.adjustment
        hold = holds.propose(deed, self.proposer, town.shop, until_day=None)
        assert hold is not None
        self.hold = hold
        self.request = PayoutRequest.objects.create(
            issuer=town.issuer,
            shop=town.shop,
            asked_by=hire(town.shop, role=Role.MANAGER),
            asked_at=clock.now(),
        )
        self.bank_line = self._bank_line(town)
        self.reconciliation = self._reconciliation(town)

    def _bank_line(self, town: Town) -> BankLine:
        """What the account held when it was opened."""
        return BankLine.objects.create(
            issuer=town.issuer,
            day=in_japan(clock.now()).date(),
            kind="opening",
            yen=1_000,
            source="typed",
            key="opening",
            added_by=self.proposer,
            added_at=clock.now(),
        )

    def _reconciliation(self, town: Town) -> Reconciliation:
        """A month that was found right, and is not signed."""
        month = month_of(self.bank_line.day)
        found = found_until(town.issuer, month)
        return Reconciliation.objects.create(
            issuer=town.issuer,
            last_day=month.last_day,
            cut_at=month.cut_at,
            figures=freeze(town.issuer, month, found),
            lines=[],
            bank=found.bank,
            expected=found.bank,
            difference=0,
            previous_hash=GENESIS,
            hash=GENESIS,
            prepared_by=self.proposer,
            prepared_name=self.proposer.display_name,
            prepared_at=clock.now(),
        )
