"""A town whose money can be followed: residents buy, shops are paid, and the bank says so."""

import hashlib
import itertools
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Method, Order, PaymentRole
from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    BankLineKind,
    Payable,
    PayoutRow,
    PayoutRun,
)
from hansatsu.flows.settlement.reconciliation import lines
from hansatsu.flows.settlement.reconciliation.figures import Found, found_until
from hansatsu.flows.settlement.reconciliation.lines import NewLine
from hansatsu.flows.settlement.reconciliation.months import month_of
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.programs.services import Expiry
from hansatsu.parties.seals.bank_accounts import seal_account
from hansatsu.parties.shops.models import BY_SYSTEM, AccountVersion, Shop
from tests.flows.charging.shopper import PRICE, Shopper
from tests.support.adjusting import adjust
from tests.support.paying_out import ACCOUNT
from tests.support.settling import Settling, deed_of

K = BankLineKind
FEE = 360
"""Yen that the provider keeps of an order."""


@dataclass
class Money:
    """``settling``'s town from its first day on, with a bank account that held 1,000,000 yen."""

    settling: Settling
    bank_pays: bool = True
    _keys: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.issuer = self.settling.town.issuer
        self.shopper = Shopper(self.settling.town, Expiry(months=1))
        self.one = self.settling.clerk("口座 係")
        self.other = self.settling.clerk("署名 係")
        self.line(K.OPENING, 1_000_000)
        self.orders: list[tuple[Order, str]] = []
        self.sales: list[str] = []

    @property
    def today(self) -> date:
        """The day in Japan."""
        return in_japan(clock.now()).date()

    def line(self, kind: BankLineKind, yen: int, withheld: int = 0) -> None:
        """The bank says so, today."""
        new = NewLine(self.today, kind, yen, withheld=withheld)
        said = lines.add(deed_of(self.one), self.one, new, key=f"line {next(self._keys)}")
        assert said == "", said

    def buy(self, method: Method = Method.CARD) -> tuple[Order, str]:
        """An order that is paid and charged."""
        self.orders.append(self.shopper.charged(method))
        return self.orders[-1]

    def provider_pays(self, orders: int = 1) -> None:
        """It pays for so many orders, less its fee."""
        self.line(K.PROVIDER_PAYOUT, orders * (PRICE - FEE), orders * FEE)

    def sell(self, amount: int, shop: Shop | None = None) -> None:
        """Somebody pays at a shop."""
        self.sales.append(self.settling.pay(amount, shop))

    def correct(self, amount: int) -> None:
        """As much is taken from the resident's oldest lot that has it."""
        wallet = self.settling.town.resident.wallet_id
        held = ledger.lots(ledger_connection(), self.issuer.pk, wallet)
        lot = next((each for each in held if each.balance >= amount), None)
        if lot is None:
            return
        request = ledger.Request.of("test", secrets.token_hex(8), "correct")
        correction = ledger.Correction(request, self.issuer.pk, wallet, -amount, lot.lot_id)
        assert ledger.correct(ledger_connection(), correction).outcome in ("corrected", "expired")

    def double(self, order: Order) -> None:
        """An order is paid a second time."""
        assert self.shopper.tell("paid", order, secrets.token_hex(8)) == PaymentRole.DOUBLE

    def adjust(self, kind: AdjustmentKind, yen: int, received_on: date | None = None) -> None:
        """Two people decide that the shop has more, or less."""
        adjust(self.settling, kind, yen, received_on)

    def pay_out(self, *, fail: bool = False, fee: int = 0) -> PayoutRun | None:
        """A run pays all that is owed, the bank sends it today; with ``fail``, the last row is not
        made. ``fee`` yen a row are borne by the shops."""
        payables = [*Payable.objects.of(self.issuer).filter(state="waiting", yen__gt=fee)]
        if not payables:
            return None
        run = self._run(payables, fee, fail)
        if self.bank_pays:
            self.line(K.SHOP_PAYOUT, -run.total)
            self.line(K.TRANSFER_FEE, -110 * run.count)
        return run

    def _run(self, payables: list[Payable], fee: int, fail: bool) -> PayoutRun:
        now = clock.now()
        with transaction.atomic():
            run = PayoutRun.objects.create(
                issuer=self.issuer,
                number=PayoutRun.objects.of(self.issuer).count() + 1,
                pay_on=self.today,
                hand_in_by=self.today,
                state="paid",
                count=len(payables),
                total=sum(each.yen - fee for each in payables),
                originator={},
                file_name="file",
                file_sha256=hashlib.sha256(secrets.token_bytes(8)).hexdigest(),
                sealed_file=b"sealed",
                prepared_by=self.one,
                prepared_at=now,
                approved_by=self.other,
                approved_at=now,
                handed_over_by=self.one,
                handed_over_at=now,
                marked_by=self.one,
                marked_at=now,
            )
            PayoutRow.objects.bulk_create(
                PayoutRow(
                    issuer=self.issuer,
                    run=run,
                    place=place,
                    payable=each,
                    account_version=self._account(each.shop_id),
                    account="sealed",
                    payee="ﾐｾ",
                    yen=each.yen,
                    transfer_fee=fee,
                    net_yen=each.yen - fee,
                    new_code="0",
                    outcome="failed" if fail and place == len(payables) else "paid",
                    failed_reason="口座なし" if fail and place == len(payables) else "",
                )
                for place, each in enumerate(payables, 1)
            )
            paid = payables[:-1] if fail else payables
            Payable.objects.filter(pk__in=[each.pk for each in paid]).update(
                state="paid", paid_at=now
            )
            for each in payables[len(paid) :]:
                Payable.objects.filter(pk=each.pk).update(state="in_run")
        return run

    def _account(self, shop_id: int) -> AccountVersion:
        """The one that the shop is paid to."""
        found = AccountVersion.objects.of(self.issuer).filter(shop=shop_id, state="approved")
        return found.first() or AccountVersion.objects.create(
            issuer=self.issuer,
            shop_id=shop_id,
            sealed=seal_account(ACCOUNT),
            entered_at=clock.now(),
            state="approved",
            decided_by=BY_SYSTEM,
            decided_at=clock.now(),
        )

    def come_back(self, kept: int = 0) -> None:
        """What could not be paid is back, less ``kept`` yen."""
        for row in PayoutRow.objects.of(self.issuer).filter(outcome="failed", returned_on=None):
            yen = max(1, row.net_yen - kept)
            row.returned_on, row.returned_yen = self.today, yen
            row.returned_noted_by, row.released_at = self.one, clock.now()
            row.save()
            Payable.objects.filter(pk=row.payable_id).update(state="waiting")
            self.line(K.RETURNED, yen)

    def found(self, day: str) -> Found:
        """The month that a day is in."""
        return found_until(self.issuer, month_of(date.fromisoformat(day)))

    def gaps(self, day: str) -> dict[str, int]:
        """The difference of a month, and the pairs that do not meet."""
        found = self.found(day)
        gaps = {each.code: each.gap for each in found.pairs if each.gap}
        assert found.difference == sum(gaps.values())
        return gaps

    def later(self, hours: int) -> None:
        """Time goes by, without leaving the hours of the day."""
        self.settling.clock.show(clock.now() + timedelta(hours=hours))
