"""What payout runs sent from the account, what of it came back, and what residents were sent.

A run's day is when its money leaves, whenever somebody marked it.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from hansatsu.flows.charging.models import Transfer, TransferState
from hansatsu.flows.settlement.models import Payable, PayableState, PayoutRow, RowOutcome
from hansatsu.formats.japan import in_japan
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class PaidOut:
    """Yen, all until a day.

    Attributes:
        payables: of payables that count as paid.
        shop_rows: of payables, by the rows of runs that paid them.
        shops_sent: what of it the bank sent: less the fees that shops bore.
        failed_sent: what the bank sent that could not be paid.
        failed_returned: what of that was back by then, as it was noted.
        failed_kept_by_bank: what of it will not come back: the bank's fee.
        residents: of transfers to residents, by their payment (id).
    """

    payables: int
    shop_rows: int
    shops_sent: int
    failed_sent: int
    failed_returned: int
    failed_kept_by_bank: int
    residents: dict[int, int]

    @property
    def fees_borne_by_shops(self) -> int:
        """What the shops were sent less, since they pay the bank."""
        return self.shop_rows - self.shops_sent

    @property
    def coming_back(self) -> int:
        """What the bank sent in vain and is not back."""
        return self.failed_sent - self.failed_returned - self.failed_kept_by_bank

    @property
    def sent(self) -> int:
        """All that left the account by bank transfers."""
        return self.shops_sent + self.failed_sent + sum(self.residents.values())


def paid_out_until(issuer: Issuer, last_day: date) -> PaidOut:
    """What was paid out up to a day, that day included."""
    rows = PayoutRow.objects.of(issuer).filter(run__pay_on__lte=last_day)
    paid = rows.filter(outcome=RowOutcome.PAID)
    failed = rows.filter(outcome=RowOutcome.FAILED)
    back = failed.filter(returned_on__lte=last_day)
    returned = _sum(back, "returned_yen")
    return PaidOut(
        payables=_payables_paid(issuer, last_day),
        shop_rows=_sum(paid.filter(payable__isnull=False), "yen"),
        shops_sent=_sum(paid.filter(payable__isnull=False), "net_yen"),
        failed_sent=_sum(failed, "net_yen"),
        failed_returned=returned,
        failed_kept_by_bank=_sum(back, "net_yen") - returned,
        residents=_residents(issuer, last_day),
    )


def _sum(rows: "QuerySet[PayoutRow]", column: str) -> int:
    return rows.order_by().aggregate(all=Sum(column))["all"] or 0


def _payables_paid(issuer: Issuer, last_day: date) -> int:
    """By the payables themselves; one is paid on the day of the run that paid it, or, should there
    be none, when it says so."""
    paid = Payable.objects.of(issuer).filter(state=PayableState.PAID)
    by_run = Q(payout_rows__outcome=RowOutcome.PAID)
    until = paid.filter(by_run, payout_rows__run__pay_on__lte=last_day)
    yen = until.order_by().aggregate(all=Sum("yen"))["all"] or 0
    strays = paid.exclude(pk__in=paid.filter(by_run).values("pk"))
    return yen + sum(
        each.yen for each in strays if each.paid_at and in_japan(each.paid_at).date() <= last_day
    )


def _residents(issuer: Issuer, last_day: date) -> dict[int, int]:
    paid = Transfer.objects.of(issuer).filter(state=TransferState.PAID)
    ran = dict(
        PayoutRow.objects.of(issuer)
        .filter(transfer__isnull=False, outcome=RowOutcome.PAID)
        .values_list("transfer_id", "run__pay_on")
    )
    sums: dict[int, int] = {}
    for each in paid.annotate(payment=F("task__payment_id")):
        day = ran.get(each.pk) or (in_japan(each.paid_at).date() if each.paid_at else None)
        if day is not None and day <= last_day:
            sums[each.payment] = sums.get(each.payment, 0) + each.yen
    return sums
