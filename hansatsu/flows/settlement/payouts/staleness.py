"""What has changed since a run was prepared, so that it may not go to the bank as it is."""

from dataclasses import dataclass
from typing import Literal, assert_never

from hansatsu.flows.charging import bank_transfers
from hansatsu.flows.settlement.holds import held_shops
from hansatsu.flows.settlement.models import PayoutRow, PayoutRun, RunState
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.shops import account_versions

WhyStale = Literal[
    "account_changed",  # another account of the shop is in force
    "held",  # 支払保留 since
    "refund_changed",  # an order's refund is of less, or went another way
]

ALARM = "run_stale"
"""The kind of alarm about a run that was approved before."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A row that says what is so no more."""

    row: PayoutRow
    why: WhyStale


def rows_of(run: PayoutRun) -> list[PayoutRow]:
    """A run's rows in the order of its file, with whom they pay."""
    rows = run.rows.select_related(
        "payable__shop",
        "payable__statement__closing",
        "transfer__task__order",
        "transfer__task__payment",
        "transfer__resident",
        "account_version",
    )
    return list(rows.order_by("place"))


def stale_rows(run: PayoutRun) -> list[Stale]:
    """The rows of a run that no longer say what is so; empty for one that may go on."""
    rows = rows_of(run)
    shops = {row.payable.shop_id for row in rows if row.payable}
    in_force = account_versions.to_pay(run.issuer, shops)
    held = held_shops(run.issuer, run.pay_on, shops)
    found: list[Stale] = []
    for row in rows:
        if row.payable is None:
            assert row.transfer is not None
            if bank_transfers.why_not(row.transfer, row.yen, row.account):
                found.append(Stale(row, "refund_changed"))
            continue
        version = in_force.get(row.payable.shop_id)
        if version is None or version.pk != row.account_version_id:
            found.append(Stale(row, "account_changed"))
        elif row.payable.shop_id in held:
            found.append(Stale(row, "held"))
    return found


def alarm_of_changes() -> int:
    """Tell issuers, once each, of what changed in runs that are approved and not yet paid; returns
    how many were told. For the worker."""
    going = PayoutRun.objects.filter(state__in=[RunState.APPROVED, RunState.HANDED_OVER])
    return sum(_alarm(run) for run in going.select_related("issuer").order_by("pk"))


def _alarm(run: PayoutRun) -> int:
    told = 0
    known = set(
        Alarm.objects.of(run.issuer)
        .filter(kind=ALARM, subject=run.subject)
        .values_list("text", flat=True)
    )
    for each in stale_rows(run):
        text = _text(run, each)
        if text not in known:
            raise_alarm(run.issuer, kind=ALARM, subject=run.subject, text=text)
            told += 1
    return told


def _text(run: PayoutRun, stale: Stale) -> str:
    payable = stale.row.payable
    whose = f"{payable.shop.code} {payable.shop.name}" if payable else "利用者への返金"
    text = f"承認済みの振込 第{run.number}回: {whose}({stale.row.net_yen:,}円)"
    match stale.why:
        case "account_changed":
            return f"{text}の口座が、承認のあとに変わりました。"
        case "held":
            return f"{text}が、承認のあとに支払保留になりました。"
        case "refund_changed":
            return f"{text}の金額か口座が、承認のあとに変わりました。"
        case never:
            assert_never(never)
