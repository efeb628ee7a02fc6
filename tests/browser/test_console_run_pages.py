"""Pages of payout runs, each state of one: no serious fault for axe, nothing off the side, by day
and by night, with text of twice its size as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from hansatsu.flows.settlement.models import PayoutRun
from tests.support.browsers import PHONE
from tests.support.cashiers import DESKTOP, TABLET
from tests.support.looking import Looker
from tests.support.owed import owe
from tests.support.paying_out import ACCOUNT, OTHER, Office, rows
from tests.support.sites import Site
from tests.support.tills import new_code
from tests.town import PASSWORD, Town


class Runs:
    """One that waits for its approval, one that can be fetched, one paid with a failed transfer;
    and something that is left out."""

    def __init__(self, town: Town) -> None:
        office = self.office = Office(town)
        office.owe({town.shop: 4_281_650, town.large_shop: 15_230})
        self.paid: PayoutRun = office.paid({2: "口座名義相違"})
        office.owe({town.shop: 800})
        self.approved: PayoutRun = office.approved()
        new = town.add_shop("S0003", town.all_shops, name="絹の里 朝市")
        office.account(new, OTHER)
        owe(town, {new: 74_800, town.add_shop("S0004", town.all_shops): 41_350})
        self.prepared: PayoutRun = office.prepared()
        office.owe({town.shop: 900})
        assert ACCOUNT != OTHER


@pytest.fixture
def desk(browser: Browser, site: Site, town: Town) -> Iterator[tuple[Page, Runs]]:
    """The owner's, who approves."""
    runs = Runs(town)
    context = browser.new_context(
        base_url=site.url,
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    page.goto("/console/")
    page.locator("#login_id").fill(runs.office.owner.login_id)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.locator("#code").fill(new_code(runs.office.owner))
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/")
    yield page, runs
    context.close()


def addresses(runs: Runs) -> list[str]:
    failed = rows(runs.paid)[1]
    return [
        *("payoutrun/", "runs/new/"),
        *(f"payoutrun/{run.pk}/" for run in (runs.prepared, runs.approved, runs.paid)),
        *(f"runs/{runs.prepared.pk}/{each}/" for each in ("approve", "drop", "rows")),
        *(f"runs/{runs.approved.pk}/file/", f"runs/{runs.approved.pk}/paid/"),
        *(f"runs/rows/{failed.pk}/{each}/" for each in ("fail", "returned", "paid")),
    ]


def test_every_page_of_a_run(desk: tuple[Page, Runs], site: Site) -> None:
    page, runs = desk
    looker = Looker(page, site.url, [DESKTOP, TABLET, PHONE])
    for address in addresses(runs):
        page.goto(f"/console/{address}")
        looker.look(address, dense=True)
    assert looker.faults == []
