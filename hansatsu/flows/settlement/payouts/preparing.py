"""Preparing a run: what was shown is frozen, and the bank's file is made of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db import transaction

from hansatsu.flows.charging import bank_transfers
from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    PayoutRun,
    RunState,
)
from hansatsu.flows.settlement.payouts import bank_file
from hansatsu.flows.settlement.payouts.choosing import Payee, Preview, preview
from hansatsu.flows.settlement.payouts.writing import insert_rows
from hansatsu.flows.settlement.rules import locked_rules, rules_of
from hansatsu.formats.bank_days import is_bank_day
from hansatsu.formats.japan import in_japan
from hansatsu.formats.zengin.bulk_transfer import MOST_ROWS
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.secrets_box import seal_file

MOST_DAYS_AHEAD: Final = 180
"""Days from today within which a run is paid. The file says month and day without a year: of a day
that is further away a bank could take the one before it, and pay what is held until then."""

DayRefused = Literal[
    "",
    "no_bank_day",  # banks do not work on it
    "too_soon",  # the bank wanted the file before today
    "too_far",  # the bank could take it for the same day a year before
]
"""Why no run is paid on a day; empty when one can be."""

Prepared = Literal[
    "prepared",
    "no_originator",  # the issuer's own account is not set
    "no_bank_day",
    "too_soon",
    "too_far",
    "nothing",  # nothing is due that can be paid
    "too_many",  # more than one file holds
    "changed",  # it is not what was shown
    "not_missed",  # the run that it is to follow was not dropped, or has one that does
]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of preparing; ``run`` when there is one."""

    outcome: Prepared
    run: PayoutRun | None = None


def why_not_on(issuer: Issuer, shown: Preview) -> DayRefused:
    """Why no run can be paid on the day of a preview."""
    if not is_bank_day(shown.pay_on, rules_of(issuer).own_closed_days):
        return "no_bank_day"
    if shown.hand_in_by < in_japan(clock.now()).date():
        return "too_soon"
    return "too_far" if is_too_far(shown.pay_on) else ""


def is_too_far(day: date) -> bool:
    """True when a run cannot be paid on a day because it is too far away."""
    return day > in_japan(clock.now()).date() + timedelta(days=MOST_DAYS_AHEAD)


def prepare(
    deed: Deed,
    by: Staff,
    pay_on: date,
    *,
    with_refunds: bool,
    shown: str,
    follows: PayoutRun | None = None,
) -> Made:
    """Prepare a run of all that can be paid on ``pay_on``: accounts are frozen, the file is made.
    Anything but ``prepared`` has changed nothing. Two that prepare at once make one run: the second
    finds that what was shown is under way.

    Args:
        deed: who prepares, and why.
        by: the same person.
        pay_on: when the bank is to pay.
        with_refunds: whether residents' refunds are paid, too.
        shown: the digest of the preview that was looked at.
        follows: the run that missed its day and was dropped, whose place this one takes.
    """
    issuer = by.issuer
    with transaction.atomic():
        rules = locked_rules(issuer)
        if follows is not None and not may_be_followed(follows):
            return Made("not_missed")
        if not rules.has_originator:
            return Made("no_originator")
        found = preview(issuer, pay_on, with_refunds=with_refunds)
        if refused := why_not_on(issuer, found):
            return Made(refused)
        if found.digest != shown:
            return Made("changed")
        if not found.payees:
            return Made("nothing")
        if len(found.payees) > MOST_ROWS:
            return Made("too_many")
        if not _take(found):
            transaction.set_rollback(True)
            return Made("changed")
        run = _write(by, found, bank_file.frozen_originator(rules), follows)
        deed.record(
            "run_prepared",
            run.subject,
            after={
                "run": run.number,
                "count": run.count,
                "total": run.total,
                "pay_on": pay_on.isoformat(),
                "file_sha256": run.file_sha256,
                "follows": follows.number if follows else None,
            },
        )
    return Made("prepared", run)


def may_be_followed(run: PayoutRun) -> bool:
    """True when another run may take the place of a dropped one."""
    is_free = not PayoutRun.objects.filter(follows=run).exists()
    return is_free and PayoutRun.objects.get(pk=run.pk).state == RunState.DROPPED


def _take(found: Preview) -> bool:
    """Have the run pay what was shown; False when something of it waits no more."""
    payables = [each.payable.pk for each in found.payees if each.payable]
    held = list(Payable.objects.select_for_update().filter(pk__in=payables).order_by("pk"))
    if any(each.state != PayableState.WAITING for each in held):
        return False
    Payable.objects.filter(pk__in=payables).update(state=PayableState.IN_RUN)
    transfers = [each.transfer for each in found.payees if each.transfer]
    return not any(
        bank_transfers.put_in_run(each, shown=each.yen)
        for each in bank_transfers.in_order_of_locks(transfers)
    )


def _write(
    by: Staff, found: Preview, originator: dict[str, object], follows: PayoutRun | None
) -> PayoutRun:
    issuer = by.issuer
    last = PayoutRun.objects.of(issuer).order_by("-number").first()
    number = last.number + 1 if last else 1
    rows = [_row(issuer, place, payee) for place, payee in enumerate(found.payees, start=1)]
    content = bank_file.make_file(originator, found.pay_on, rows)
    run = PayoutRun.objects.create(
        issuer=issuer,
        number=number,
        pay_on=found.pay_on,
        hand_in_by=found.hand_in_by,
        count=len(rows),
        total=found.total,
        originator=originator,
        file_name=bank_file.file_name(issuer, number, found.pay_on),
        file_sha256=bank_file.digest_of(content),
        sealed_file=seal_file(content),
        follows=follows,
        prepared_by=by,
        prepared_at=clock.now(),
    )
    for row in rows:
        row.run = run
    insert_rows(rows)
    return run


def _row(issuer: Issuer, place: int, payee: Payee) -> PayoutRow:
    return PayoutRow(
        issuer=issuer,
        place=place,
        payable=payee.payable,
        transfer=payee.transfer,
        account_version=payee.version,
        account=payee.sealed,
        payee=payee.name,
        yen=payee.yen,
        transfer_fee=payee.fee,
        net_yen=payee.net,
        new_code=payee.new_code,
    )
