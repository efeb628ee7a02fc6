"""Pages of settling in the console, but for runs: no serious fault for axe, nothing off the side,
by day and by night, with text of twice its size as well."""

from playwright.sync_api import Browser

from tests.support.browsers import PHONE
from tests.support.cashiers import DESKTOP, TABLET
from tests.support.clerks import employ
from tests.support.desks import at_desk
from tests.support.looking import Looker
from tests.support.settlement_things import SettlementThings
from tests.support.sites import Site
from tests.town import Town

LISTS = [
    *("settlement/", "settlement/close/", "settlement/dry-run/", "closing/", "statement/"),
    *("adjustment/", "hold/", "payoutrequest/", "bankline/", "debts/", "reconciliation/"),
    *("adjustments/new/", "adjustments/wrong-shop/", "holds/new/", "bank-lines/new/"),
    *("bank-lines/import/", "expirymove/"),
]


def addresses(town: Town, things: SettlementThings) -> list[str]:
    statement, adjustment, hold = things.statement, things.adjustment, things.hold
    month = f"{things.reconciliation.last_day:%Y-%m}"
    return [
        *(f"closing/{statement.closing_id}/", f"closings/{statement.closing_id}/files/"),
        *(f"statement/{statement.pk}/", f"statements/{statement.pk}/entries/?kind=payment"),
        *(f"adjustment/{adjustment.pk}/", f"adjustments/{adjustment.pk}/approve/"),
        *(f"adjustments/{adjustment.pk}/decline/", f"debts/{town.shop.pk}/collect/"),
        *(f"hold/{hold.pk}/", f"holds/{hold.pk}/approve/", f"holds/{hold.pk}/release/"),
        *(f"payoutrequest/{things.request.pk}/", f"payout-requests/{things.request.pk}/close/"),
        *(f"bankline/{things.bank_line.pk}/", f"bank-lines/{things.bank_line.pk}/reverse/"),
        *(f"reconciliation/{month}/", f"reconciliation/{things.reconciliation.pk}/sign/"),
    ]


def test_every_page_of_settling(browser: Browser, site: Site, town: Town) -> None:
    things = SettlementThings(town)
    with at_desk(browser, site.url, employ(town.issuer)) as page:
        looker = Looker(page, site.url, [DESKTOP, TABLET, PHONE])
        for address in (*LISTS, *addresses(town, things)):
            answer = page.goto(f"/console/{address}")
            assert answer is not None
            assert answer.status == 200, address
            looker.look(address, dense=True)
    assert looker.faults == []
