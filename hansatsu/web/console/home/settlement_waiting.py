"""What of settling waits for the person who looks: nothing that they may not do, and no approval of
their own."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import ngettext

from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.models import (
    Adjustment,
    Hold,
    PayableState,
    PayoutRequest,
    PayoutRun,
    Reconciliation,
    ReconciliationState,
    RequestState,
    RunState,
    Statement,
)
from hansatsu.flows.settlement.payouts.approving import who_entered
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.flows.settlement.standing import Standing, with_standing
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff.two_people import ProposalState
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.permissions import Act
from hansatsu.web.console.home.concern import Concern

Counted = tuple[int, str, str]
"""How many, in which words, and where one sees to them."""


def waiting_for(clerk: Clerk) -> list[Concern]:
    """In words with their number, and where one sees to it."""
    counted: list[Counted] = []
    if clerk.may(Act.APPROVE_SETTLEMENT):
        counted += _to_approve(clerk)
    if clerk.may(Act.SETTLE):
        counted += _to_settle(clerk)
    return [
        Concern(said % {"count": count}, console_url(page) if clerk.may_open(page) else "")
        for count, said, page in counted
        if count
    ]


def _to_approve(clerk: Clerk) -> Iterator[Counted]:
    n = _proposed(clerk, Adjustment.objects.of(clerk.issuer))
    said = ngettext(
        "精算の調整%(count)d件が、あなたの承認を待っています。",
        "精算の調整%(count)d件が、あなたの承認を待っています。",
        n,
    )
    yield n, said, "settlement_adjustment_changelist"
    n = _proposed(clerk, Hold.objects.of(clerk.issuer))
    said = ngettext(
        "支払保留%(count)d件が、あなたの承認を待っています。",
        "支払保留%(count)d件が、あなたの承認を待っています。",
        n,
    )
    yield n, said, "settlement_hold_changelist"
    runs = PayoutRun.objects.of(clerk.issuer).filter(state=RunState.PREPARED)
    others = runs.exclude(prepared_by=clerk.staff).select_related("issuer")
    n = sum(clerk.staff.actor not in who_entered(run) for run in others)
    said = ngettext(
        "店舗への振込%(count)d件が、あなたの承認を待っています。",
        "店舗への振込%(count)d件が、あなたの承認を待っています。",
        n,
    )
    yield n, said, "settlement_payoutrun_changelist"
    prepared = Reconciliation.objects.of(clerk.issuer).filter(state=ReconciliationState.PREPARED)
    n = prepared.exclude(prepared_by=clerk.staff).count()
    said = ngettext(
        "資金照合%(count)d件が、あなたの署名を待っています。",
        "資金照合%(count)d件が、あなたの署名を待っています。",
        n,
    )
    yield n, said, "reconciliations"


def _to_settle(clerk: Clerk) -> Iterator[Counted]:
    issuer = clerk.issuer
    n = len(plans.due(issuer, rules_of(issuer), clock.now()))
    said = ngettext(
        "締める日を過ぎた精算が%(count)d回分あります。まもなく自動で締めます。",
        "締める日を過ぎた精算が%(count)d回分あります。まもなく自動で締めます。",
        n,
    )
    yield n, said, "closing_close"
    n = PayoutRequest.objects.of(issuer).filter(state=RequestState.ASKED).count()
    said = ngettext(
        "随時払いの申請が%(count)d件、返事を待っています。",
        "随時払いの申請が%(count)d件、返事を待っています。",
        n,
    )
    yield n, said, "settlement_payoutrequest_changelist"
    n = _unpaid(issuer)
    said = ngettext(
        "支払いを待つ精算書が%(count)d通あります。振込を作成してください。",
        "支払いを待つ精算書が%(count)d通あります。振込を作成してください。",
        n,
    )
    yield n, said, "run_new"
    runs = PayoutRun.objects.of(issuer)
    n = runs.filter(state=RunState.APPROVED).count()
    said = ngettext(
        "承認済みの振込%(count)d件が、銀行への引き渡しを待っています。",
        "承認済みの振込%(count)d件が、銀行への引き渡しを待っています。",
        n,
    )
    yield n, said, "settlement_payoutrun_changelist"
    today = in_japan(clock.now()).date()
    n = runs.filter(state=RunState.HANDED_OVER, pay_on__lte=today).count()
    said = ngettext(
        "支払日の来た振込%(count)d件が、銀行の結果の記録を待っています。",
        "支払日の来た振込%(count)d件が、銀行の結果の記録を待っています。",
        n,
    )
    yield n, said, "settlement_payoutrun_changelist"


def _unpaid(issuer: Issuer) -> int:
    """Statements that the next run can pay: nothing is in their way."""
    waiting = Statement.objects.of(issuer).filter(payable__state=PayableState.WAITING)
    return with_standing(issuer, waiting).filter(standing=Standing.WAITING).count()


def _proposed(clerk: Clerk, rows: "QuerySet[Adjustment] | QuerySet[Hold]") -> int:
    """What somebody else proposed and may still be approved."""
    waiting = rows.filter(state=ProposalState.PROPOSED, lapses_at__gt=clock.now())
    return waiting.exclude(proposed_by=clerk.staff).count()
