"""Which payables a run would pay, to whom as the bank reads it, and which it leaves out and why."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from hansatsu.flows.charging.bank_transfers import ready_transfers
from hansatsu.flows.charging.models import Transfer
from hansatsu.flows.settlement.holds import held_shops
from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    RowOutcome,
    SettlementRules,
)
from hansatsu.flows.settlement.payouts.transfer_fees import fee_of_shop
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.bank_days import bank_days_before
from hansatsu.formats.japan import in_japan
from hansatsu.formats.zengin.names import BankName, Conversion, read_name
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import BY_SYSTEM, AccountVersion

Why = Literal[
    "held",  # 支払保留
    "no_account",
    "account_waiting",  # nobody has approved the only one there is
    "first_days",  # a new account waits for some days after its approval
    "unfit",  # the payee's name cannot stand in a bank file
    "below_fee",  # the transfer would cost the shop all of it
]
"""Why something that is due is left out of a run."""

NewCode = Literal["0", "1", "2"]
"""1: an account that is paid the first time, 2: the first time after another, 0: paid before."""


@dataclass(frozen=True, slots=True)
class Payee:
    """What a run would pay: a shop's payable to an account version, or an order's refund.

    Attributes:
        sealed: the account, as it is kept.
        name: as the bank reads it; ``conversions`` and ``notes`` tell what was made of what.
        yen: what is owed; ``fee`` of it the shop bears.
    """

    account: BankAccount
    sealed: str
    name: str
    yen: int
    fee: int
    new_code: NewCode
    conversions: tuple[Conversion, ...] = ()
    notes: tuple[str, ...] = ()
    payable: Payable | None = None
    version: AccountVersion | None = None
    transfer: Transfer | None = None

    @property
    def net(self) -> int:
        """Yen that the bank sends."""
        return self.yen - self.fee


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is due and not paid. ``until``: the first day on which it may be, where that is known;
    ``holder``: whose name it is that does not fit, and ``name`` how a bank would read it."""

    why: Why
    yen: int
    payable: Payable | None = None
    transfer: Transfer | None = None
    until: date | None = None
    holder: str = ""
    name: BankName | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A run as it would be on ``pay_on``."""

    pay_on: date
    hand_in_by: date
    payees: tuple[Payee, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def total(self) -> int:
        """Yen that the bank sends."""
        return sum(each.net for each in self.payees)

    @property
    def left_yen(self) -> int:
        """Yen that are due and not paid."""
        return sum(each.yen for each in self.left_out)

    @property
    def digest(self) -> str:
        """Another one as soon as a payee, an account or a yen is another."""
        parts = [self.pay_on.isoformat()]
        for each in self.payees:
            what = f"p{each.payable.pk}" if each.payable else ""
            what += f"t{each.transfer.pk}" if each.transfer else ""
            parts.append(f"{what} {each.sealed} {each.yen} {each.fee}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked once for all shops of a preview."""

    rules: SettlementRules
    pay_on: date
    held: Mapping[int, date | None]
    in_force: Mapping[int, AccountVersion]
    waiting: frozenset[int]
    paid_before: Mapping[int, set[int]] = field(default_factory=dict)


def hand_in_day(rules: SettlementRules, pay_on: date) -> date:
    """The last day on which the bank takes the file of a run that it pays on ``pay_on``."""
    return bank_days_before(pay_on, rules.hand_in_days, rules.own_closed_days)


def preview(issuer: Issuer, pay_on: date, *, with_refunds: bool) -> Preview:
    """The run that would be prepared now: all that is due by ``pay_on``, in the order of the shops'
    numbers, and then the residents' refunds where they are chosen."""
    rules = rules_of(issuer)
    waiting = Payable.objects.of(issuer).filter(state=PayableState.WAITING, due_on__lte=pay_on)
    rows = list(waiting.select_related("shop", "statement__closing").order_by("shop__code", "pk"))
    known = _known(issuer, rules, pay_on, {row.shop_id for row in rows})
    found = [_judged(row, known) for row in rows]
    if with_refunds:
        found += [_refund(each) for each in ready_transfers(issuer)]
    return Preview(
        pay_on,
        hand_in_day(rules, pay_on),
        tuple(each for each in found if isinstance(each, Payee)),
        tuple(each for each in found if isinstance(each, LeftOut)),
    )


def paid_versions(issuer: Issuer, shop_ids: Sequence[int] | set[int]) -> dict[int, set[int]]:
    """By the shops' ids, the account versions that a bank has paid to already."""
    rows = PayoutRow.objects.of(issuer).filter(
        outcome=RowOutcome.PAID, payable__shop__in=list(shop_ids)
    )
    found: dict[int, set[int]] = {}
    for shop, version in rows.values_list("payable__shop_id", "account_version_id").distinct():
        found.setdefault(shop, set()).add(version)
    return found


def _known(issuer: Issuer, rules: SettlementRules, pay_on: date, shop_ids: set[int]) -> Known:
    held = held_shops(issuer, pay_on, shop_ids)
    waiting = account_versions.waiting(issuer).filter(shop__in=list(shop_ids))
    return Known(
        rules,
        pay_on,
        {shop: hold.until_day for shop, hold in held.items()},
        account_versions.to_pay(issuer, shop_ids),
        frozenset(waiting.values_list("shop_id", flat=True)),
        paid_versions(issuer, shop_ids),
    )


def _judged(payable: Payable, known: Known) -> Payee | LeftOut:
    shop = payable.shop_id
    if shop in known.held:
        return LeftOut("held", payable.yen, payable, until=known.held[shop])
    version = known.in_force.get(shop)
    if version is None:
        why: Why = "account_waiting" if shop in known.waiting else "no_account"
        return LeftOut(why, payable.yen, payable)
    first = first_day_of(version, known.rules)
    if first is not None and first > known.pay_on:
        return LeftOut("first_days", payable.yen, payable, until=first)
    account = account_versions.open_version(version)
    name = read_name(account.holder)
    if not name.fits():
        return LeftOut("unfit", payable.yen, payable, holder=account.holder, name=name)
    fee = fee_of_shop(known.rules, payable.yen, account.bank)
    if fee >= payable.yen:
        return LeftOut("below_fee", payable.yen, payable)
    before = known.paid_before.get(shop, set())
    new_code: NewCode = "0" if version.pk in before else "2" if before else "1"
    return Payee(
        account,
        version.sealed,
        name.text,
        payable.yen,
        fee,
        new_code,
        name.conversions,
        tuple(version.notes),
        payable=payable,
        version=version,
    )


def first_day_of(version: AccountVersion, rules: SettlementRules) -> date | None:
    """The first day on which an approved account may be paid; None for one that was there before
    accounts were approved."""
    if version.decided_by == BY_SYSTEM or version.decided_at is None:
        return None
    return in_japan(version.decided_at).date() + timedelta(days=rules.first_payout_hold_days)


def _refund(transfer: Transfer) -> Payee | LeftOut:
    """An order's refund: a resident bears no fee."""
    account = open_account(transfer.account)
    name = read_name(account.holder)
    if not name.fits():
        holder = account.holder
        return LeftOut("unfit", transfer.yen, transfer=transfer, holder=holder, name=name)
    return Payee(
        account,
        transfer.account,
        name.text,
        transfer.yen,
        0,
        "1",
        name.conversions,
        transfer=transfer,
    )
