"""An issuer that has nothing yet: lists and forms say what comes first, with the way there."""

import re

import pytest

from hansatsu.flows.support.models import Correction
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.services import open_issuer
from hansatsu.parties.programs.services import open_emoney
from hansatsu.parties.shops.services import open_area, open_category
from hansatsu.web.console.frame.access import console_url
from hansatsu.web.console.frame.needing import MAKES, NEEDS
from hansatsu.web.console.frame.permissions import PAGES
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import new_issuer

EMPTY_CHOICE = re.compile(r"<select[^>]*>\s*</select>|<ul[^>]*>\s*</ul>")


@pytest.fixture
def issuer() -> Issuer:
    return open_issuer(new_issuer())


@pytest.fixture
def desk(issuer: Issuer) -> Desk:
    return Desk(issuer)


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("products/new/", ["emoneys/new/", "sales/new/"]),
        ("makings/codes/", ["sales/new/", "products/new/"]),
        ("codes/import/", ["sales/new/", "products/new/"]),
        ("makings/gifts/", ["emoneys/new/"]),
        ("makings/cards/", ["emoneys/new/"]),
        ("shops/new/", ["areas/new/", "categories/new/", "emoneys/new/"]),
        ("shops/import/", ["areas/new/", "categories/new/", "emoneys/new/"]),
        ("shops/posters/", ["shops/new/"]),
        ("shops/letters/", ["shops/new/"]),
    ],
)
def test_a_form_says_what_comes_first(desk: Desk, page: str, first: list[str]) -> None:
    for answer in (desk.get(page), desk.post(page, {"reason": "x"})):
        shown = words(answer)
        assert answer.status_code == 200
        assert "先に用意するものがあります" in shown
        assert 'name="reason"' not in shown
        assert [each for each in first if f'href="/console/{each}"' not in shown] == []


def test_what_is_there_is_not_asked_for(issuer: Issuer, desk: Desk) -> None:
    open_area(issuer, name="駅西", name_en="West", order=1)
    open_category(issuer, name="中小店舗", name_en="Small shops", order=1)
    shown = words(desk.get("shops/new/"))
    assert ("areas/new/" in shown, "emoneys/new/" in shown) == (False, True)


@pytest.mark.parametrize(
    ("page", "way"),
    [
        *(("emoney/", "emoneys/new/"), ("sale/", "sales/new/"), ("product/", "emoneys/new/")),
        *(("making/", "sales/new/"), ("purchasecode/", "sales/new/"), ("card/", "emoneys/new/")),
        *(("giftcode/", "emoneys/new/"), ("shop/", "areas/new/"), ("area/", "areas/new/")),
        *(("category/", "categories/new/"), ("correction/", "emoneys/new/")),
    ],
)
def test_an_empty_list_leads_to_what_comes_first(desk: Desk, page: str, way: str) -> None:
    shown = words(desk.get(page)).split("data-empty")[1]
    assert f'href="/console/{way}"' in shown
    assert "絞り込みを解除" not in shown
    narrowed = words(desk.get(f"{page}?q=x")).split("data-empty")
    assert len(narrowed) == 1 or "絞り込みを解除" in narrowed[1] or page not in ("shop/", "making/")


def test_who_may_not_make_it_is_led_nowhere(issuer: Issuer) -> None:
    shown = words(Desk(issuer, "viewer").get("product/")).split("data-empty")[1]
    assert "電子マネーがまだありません" in shown
    assert "/new/" not in shown


def test_no_form_of_an_empty_issuer_offers_nothing(desk: Desk) -> None:
    forms = {name for name in PAGES if name.endswith(("_new", "_make", "_import"))}
    forms -= {"shop_staff_new"}  # of a shop, which it does not have
    forms |= {"shop_posters", "shop_letters"}
    for name in sorted(forms):
        shown = words(desk.get(console_url(name)))
        assert not EMPTY_CHOICE.search(shown.partition("<form")[2]), name


def test_a_correction_says_what_comes_first(issuer: Issuer, desk: Desk) -> None:
    ((_, card),) = make_cards(issuer, 1)
    up = f"support/wallets/{card.wallet_id}/up/"
    for answer in (desk.get(up), desk.post(up, {"reason": "x", "amount": "5"})):
        shown = words(answer)
        assert "先に用意するものがあります" in shown
        assert 'href="/console/emoneys/new/"' in shown
        assert 'name="reason"' not in shown
    down = f"support/wallets/{card.wallet_id}/down/"
    for answer in (desk.get(down), desk.post(down, {"reason": "x", "lot": "1", "amount": "5"})):
        assert "減らせる残高はありません" in words(answer)
        assert 'name="reason"' not in words(answer)
    assert not Correction.objects.of(issuer).exists()


def test_corrections_begin_at_whom_they_are_for(issuer: Issuer, desk: Desk) -> None:
    open_emoney(issuer, name="全店共通", name_en="All shops")
    for page in ("correction/", "expirymove/"):
        shown = words(desk.get(page)).split("data-empty")[1]
        assert 'href="/console/support/"' in shown, page


def test_the_tables_name_pages_that_are_there() -> None:
    needed = {need.page for needs in NEEDS.values() for need in needs}
    assert {*NEEDS, *MAKES, *MAKES.values(), *needed} <= PAGES.keys()
