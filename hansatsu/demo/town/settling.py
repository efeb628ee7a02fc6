"""How the demo's town settles: three months of closings before today, with what goes wrong.

It begins inside the seed's one transaction (``begin``). The rest comes after it (``go_on``), since
a cut is committed by itself; each step finds what is done already, so that a seed that was killed
goes on at the next start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from dateutil.relativedelta import relativedelta
from django.db import transaction

from hansatsu.demo.clock import Clock
from hansatsu.demo.town.history import GiveBack, History
from hansatsu.demo.town.issuers import OYAMA
from hansatsu.flows.charging.models import ProviderPayment
from hansatsu.flows.settlement import adjustments, holds, on_demand, plans
from hansatsu.flows.settlement.adjustments import Proposal
from hansatsu.flows.settlement.closing import close_due
from hansatsu.flows.settlement.fee_classes import make_fee_class, move_shops
from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    BankLineKind,
    Closing,
    PayoutRow,
    PayoutRun,
    Reconciliation,
    RunState,
    Statement,
)
from hansatsu.flows.settlement.payouts import approving, choosing, handing_over, marking, preparing
from hansatsu.flows.settlement.reconciliation import lines, signing
from hansatsu.flows.settlement.reconciliation.lines import NewLine
from hansatsu.flows.settlement.reconciliation.months import Month
from hansatsu.flows.settlement.rule_changes import change_rules
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.bank_days import next_bank_day
from hansatsu.formats.japan import JAPAN, in_japan
from hansatsu.parties import clock as ledger_clock
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.audit import CONSOLE, Actor, place_of_shop
from hansatsu.parties.issuers.closing_terms import Days, change_term
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import LAST_DAY, Issuer
from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountVersion, Shop

MONTHS: Final = 3
PAYOUT_DAY: Final = 15
OPENING: Final = 2_000_000
"""Yen in the account when the town began to settle."""
WITHHELD: Final = 360
"""Basis points that the provider keeps of what it pays."""
BANK_FEE: Final = 165
"""Yen that the bank takes for a transfer."""
LARGE, FIRST, HELD, NEGATIVE, FAILING = "S0002", "S0001", "S0012", "S0017", "S0005"
"""Shops: one with a fee, one that asks to be paid in between, one whose money is held, one that
gave back more than it took, one whose account was wrong."""
NEW_NUMBER: Final = "2100001"
BACK, BACK_LATER = 15_000, timedelta(days=10)

K = BankLineKind


def first_of(today: datetime, months_ago: int) -> date:
    """The first day of a month before today's."""
    return in_japan(today).date().replace(day=1) - relativedelta(months=months_ago)


def begin(history: History, resident: Resident, emoney: int, shops: list[Shop]) -> None:
    """Plan that the town begins to settle, and a payment that is given back in the month after."""
    start = first_of(history.today, MONTHS)
    at = _at(start, 9)
    history.plan(at, lambda: _begin(history.issuer, start, shops))
    large = next(shop for shop in shops if shop.code == NEGATIVE)
    paid = _at(start + relativedelta(day=LAST_DAY) - timedelta(days=4), 13)
    history.charge(paid - timedelta(days=1), resident, {emoney: BACK}, history.end_of_month(3))
    history.payment(paid, resident, large, BACK, GiveBack(BACK_LATER, None))


def _begin(issuer: Issuer, start: date, shops: list[Shop]) -> None:
    rules_of(issuer)
    one, _other = _people(issuer)
    deed = _deed(one, "精算の開始")
    change_term(deed.actor, LAST_DAY, Days(LAST_DAY, 1, PAYOUT_DAY), reason=deed.reason)
    fee = make_fee_class(deed, "大型店 1.5%", 150, 0)
    on_demand_fee = make_fee_class(deed, "随時払い 200円", 0, 200)
    move_shops(deed, [shop for shop in shops if shop.code == LARGE], fee, start)
    change_rules(
        deed,
        {
            "originator_code": "1234567890",
            "originator_name": "ｵﾔﾏｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝｼﾞﾂｺｳｲｲﾝｶｲ",
            "own_bank": "0129",
            "own_branch": "100",
            "own_type": "1",
            "own_number": "7654321",
            "registration_number": "T1234567890123",
            "on_demand": True,
            "on_demand_minimum": 1_000,
            "on_demand_fee_class": on_demand_fee,
        },
    )
    _line(one, start, K.OPENING, OPENING, "口座のはじめの残高")


def go_on(clock: Clock, today: datetime) -> bool:
    """What happened since, in the order of time, up to now; False when it had happened before."""
    issuer = find_issuer(OYAMA.code)
    if issuer is None or lines.opening_of(issuer) is None or _is_over(issuer):
        return False
    for at, happen in sorted(_steps(issuer, today), key=lambda step: step[0]):
        if at < today:
            clock.show(at)
            happen()
    _told_long_ago(issuer, today)
    return True


def _told_long_ago(issuer: Issuer, now: datetime) -> None:
    """As far as the demo's mails go."""
    versions = AccountVersion.objects.of(issuer).exclude(decided_at=None)
    versions.update(told_entered_at=now, told_decided_at=now)
    Statement.objects.of(issuer).filter(told_at=None).update(told_at=now)


def _is_over(issuer: Issuer) -> bool:
    """True when the first month was compared with the bank: who uses the demo goes on then."""
    return Reconciliation.objects.of(issuer).exists()


def _steps(issuer: Issuer, today: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
    desk = _Desk(issuer)
    for place in range(MONTHS):
        after = first_of(today, MONTHS - place - 1)
        month = _month(today, MONTHS - place)
        yield _at(after, 0, 5), desk.close
        yield _at(after, 10, 30), partial(desk.premium, month)
        pay_on = _pay_on(issuer, after)
        run = _Run(desk, pay_on, fails=place == 0)
        yield _at(pay_on - timedelta(days=8), 10), run.prepare
        yield _at(pay_on - timedelta(days=7), 11), run.hand_over
        yield _at(pay_on, 15), run.mark
        yield _at(pay_on + timedelta(days=3), 10), run.returned
        yield (
            _at(after + timedelta(days=1), 16),
            partial(desk.reconcile, month, is_last=place == MONTHS - 1),
        )
    second = first_of(today, MONTHS - 1)
    yield _at(second + timedelta(days=1), 14), desk.hold
    yield _at(second + timedelta(days=4), 14), desk.goodwill
    yield _at(second + timedelta(days=22), 10), desk.new_account
    asked = first_of(today, 1) + timedelta(days=19)
    pay_on, _hand_in_by = plans.on_demand_pay_on(rules_of(issuer), asked)
    between = _Run(desk, pay_on, fails=False)
    yield _at(asked, 10), desk.on_demand
    yield _at(asked, 12), between.prepare
    yield _at(asked, 14), between.hand_over
    yield _at(pay_on, 15), between.mark
    for payment in ProviderPayment.objects.of(issuer).order_by("pk"):
        at = _at(in_japan(payment.paid_at).date() + timedelta(days=6), 9)
        yield at, partial(desk.provider, payment)


class _Desk:
    """The two people at the office, and what they do."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.one, self.other = _people(issuer)

    def deed(self, reason: str) -> Deed:
        """Of who prepares."""
        return _deed(self.one, reason)

    def approval(self, reason: str) -> Deed:
        """Of who approves."""
        return _deed(self.other, reason)

    def shop(self, code: str) -> Shop:
        """A shop of the town."""
        return Shop.objects.of(self.issuer).select_related("issuer").get(code=code)

    def close(self) -> None:
        """What is due."""
        _must(close_due(self.issuer).outcome in ("closed", "nothing_due"))

    def premium(self, month: Month) -> None:
        """The town pays what was used of its part until a month's end."""
        found = signing.found_now(self.issuer, month)
        owed = -next(each.yen for each in found.figures if each.code == "premium")
        day = month.last_day + timedelta(days=1)
        _line(self.one, day, K.PREMIUM, owed, "小山市 プレミアム分", key=f"premium {day}")

    def provider(self, payment: ProviderPayment) -> None:
        """It pays what a resident paid, less its fee."""
        fee = payment.amount * WITHHELD // 10_000
        day = in_japan(payment.paid_at).date() + timedelta(days=6)
        text, key = "決済代行 売上金", f"provider {payment.pk}"
        _line(self.one, day, K.PROVIDER_PAYOUT, payment.amount - fee, text, key=key, withheld=fee)

    def hold(self) -> None:
        """A shop's money waits."""
        shop = self.shop(HELD)
        hold = holds.propose(
            self.deed("口座名義の変更の届け出待ち"), self.one, shop, until_day=None
        )
        if hold is not None:
            _must(holds.approve(self.approval("届け出を確認するまで"), self.other, hold) == "")

    def goodwill(self) -> None:
        """A shop is paid a little more."""
        proposal = Proposal(AdjustmentKind.GOODWILL, self.shop(FIRST), 500)
        today = _today()
        made = adjustments.propose(
            self.deed("端末の不具合で失った売上の分"),
            self.one,
            proposal,
            key="demo goodwill",
            today=today,
        )
        if made.adjustment is not None:
            adjustments.approve(self.approval("確認しました"), self.other, made.adjustment)

    def new_account(self) -> None:
        """The account that the bank did not know is another now."""
        shop = self.shop(FAILING)
        before = account_versions.to_pay(self.issuer, [shop.pk])[shop.pk]
        account = replace(account_versions.open_version(before), number=NEW_NUMBER)
        deed, approval = self.deed("口座番号の訂正"), self.approval("通帳の写しで確認")
        if account_versions.enter(deed.actor, shop, account, reason=deed.reason):
            version = account_versions.entered(self.issuer, [shop.pk])[shop.pk]
            _must(account_versions.approve(approval, version) == "")

    def on_demand(self) -> None:
        """A shop asks to be paid in between, and is."""
        shop = self.shop(FIRST)
        if Closing.objects.of(self.issuer).filter(kind="on_demand").exists():
            return
        manager = Staff.objects.of(self.issuer).get(shop=shop, role="manager")
        ask = Deed(
            Actor(self.issuer, manager.actor, manager.display_name, place_of_shop(shop.pk)), ""
        )
        expected = on_demand.expected(shop)
        if expected is None or on_demand.ask(ask, manager, shop) != "asked":
            return
        request = on_demand.open_request(shop)
        assert request is not None
        request = on_demand.find_request(self.issuer, request.pk)
        assert request is not None
        answer = on_demand.close(self.deed("随時払い"), self.one, request, shown=expected.payout)
        _must(answer.outcome == "closed")

    def reconcile(self, month: Month, *, is_last: bool) -> None:
        """A month is compared with the bank; the last one waits for its signature."""
        if signing.standing(self.issuer, month) is None:
            wanted = signing.Wanted(month, (), 0)
            signing.prepare(self.deed("月次の資金照合"), self.one, wanted)
        row = signing.standing(self.issuer, month)
        if row is not None and row.state == "prepared" and not is_last:
            _must(signing.sign(self.approval("金額を確認"), self.other, row) == "")


@dataclass(frozen=True, slots=True)
class _Run:
    """A run on its way; ``fails`` when the bank does not know one account of it."""

    desk: _Desk
    pay_on: date
    fails: bool

    @property
    def row(self) -> PayoutRun | None:
        """The run of that day."""
        runs = PayoutRun.objects.of(self.desk.issuer).exclude(state=RunState.DROPPED)
        return runs.select_related("issuer").filter(pay_on=self.pay_on).first()

    def prepare(self) -> None:
        """By one person."""
        if self.row is None:
            shown = choosing.preview(self.desk.issuer, self.pay_on, with_refunds=True)
            preparing.prepare(
                self.desk.deed("定例の支払"),
                self.desk.one,
                self.pay_on,
                with_refunds=True,
                shown=shown.digest,
            )

    def hand_over(self) -> None:
        """Approved by another, and fetched for the bank."""
        run = self.row
        if run is None:
            return
        if run.state == RunState.PREPARED:
            said = approving.approve(
                self.desk.approval("合計と宛先を確認"), self.desk.other, run, total=run.total
            )
            _must(said == "")
        if self.row is not None and self.row.state == RunState.APPROVED:
            fetched = handing_over.fetch(self.desk.deed("銀行へ送信"), self.desk.one, self.row)
            _must(fetched.refusal == "")

    @transaction.atomic
    def mark(self) -> None:
        """The bank has paid, but for one account that it does not know."""
        run = self.row
        if run is None or run.state != RunState.HANDED_OVER:
            return
        rows = PayoutRow.objects.filter(run=run, payable__shop__code=FAILING)
        failed = {row.place: "口座番号相違" for row in rows} if self.fails else {}
        said = marking.mark_paid(
            self.desk.deed("入出金明細で確認"), self.desk.one, run, failed=failed
        )
        _must(said == "")
        one, number = self.desk.one, run.number
        _line(one, run.pay_on, K.SHOP_PAYOUT, -run.total, "総合振込", key=f"run {number}")
        fees = -BANK_FEE * run.count
        _line(one, run.pay_on, K.TRANSFER_FEE, fees, "振込手数料", key=f"fees {number}")

    @transaction.atomic
    def returned(self) -> None:
        """What could not be paid is back."""
        run = self.row
        if run is None:
            return
        for row in PayoutRow.objects.filter(run=run, outcome="failed", returned_on=None):
            day, yen = _today(), row.net_yen
            deed = self.desk.deed("組戻しの入金を確認")
            _must(marking.take_back(deed, self.desk.one, row, on=day, yen=yen) == "")
            _line(self.desk.one, day, K.RETURNED, yen, "組戻し", key=f"returned {row.pk}")


def _line(
    by: Staff,
    day: date,
    kind: BankLineKind,
    yen: int,
    text: str,
    *,
    key: str = "opening",
    withheld: int = 0,
) -> None:
    if yen or kind == K.OPENING:
        new = NewLine(day, kind, yen, text, withheld)
        _must(lines.add(_deed(by, "通帳から"), by, new, key=f"demo {key}") == "")


def _people(issuer: Issuer) -> tuple[Staff, Staff]:
    """Who prepares and who approves."""
    staff = Staff.objects.of(issuer).select_related("issuer")
    return staff.get(login_id="accountant"), staff.get(login_id="admin")


def _deed(staff: Staff, reason: str) -> Deed:
    return Deed(Actor(staff.issuer, staff.actor, staff.display_name, CONSOLE), reason)


def _month(today: datetime, months_ago: int) -> Month:
    return Month(first_of(today, months_ago - 1) - timedelta(days=1))


def _today() -> date:
    return in_japan(ledger_clock.now()).date()


def _pay_on(issuer: Issuer, after: date) -> date:
    """When the closing at the beginning of this month is paid."""
    return next_bank_day(after.replace(day=PAYOUT_DAY), tuple(rules_of(issuer).own_closed_days))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), JAPAN)


def _must(happened: bool) -> None:
    if not happened:
        raise RuntimeError("the demo's settling does not hold together")
