"""What shops are owed, without waiting for a month to end: goodwill of the issuer that a closing on
demand has told them of, so that the books agree with it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hansatsu.flows.settlement.models import ClosingKind, Payable, Statement
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop
from tests.support.clerks import employ
from tests.support.settled import Terms, adjustment, close, statement_of, tonight
from tests.town import Town


def owe(town: Town, yen: Mapping[Shop, int], due_on: date | None = None) -> list[Payable]:
    """Have the town owe each shop as much, due today or on ``due_on``."""
    one, other = employ(town.issuer, name="調整 一"), employ(town.issuer, name="調整 二")
    day = due_on or in_japan(clock.now()).date()
    found = []
    for shop, each in yen.items():
        terms = Terms(adjusted={shop.pk: [adjustment(shop, each, one, other)]}, pay_on=day)
        closing = close(
            town.issuer, _until(shop), shops=[shop], terms=terms, kind=ClosingKind.ON_DEMAND
        )
        found.append(Payable.objects.get(statement=statement_of(closing, shop)))
    return found


def _until(shop: Shop) -> datetime:
    """The midnight after what the shop was told last."""
    last = Statement.objects.of(shop.issuer).filter(shop=shop).order_by("ends_at").last()
    return last.ends_at + timedelta(days=1) if last else tonight()
