"""A page that acts is under an act of its own: who may look is no one who may act."""

from hansatsu.web.console.frame import permissions as console
from hansatsu.web.shop import permissions as shop
from tests.support.staff_pages import StaffPage, pages_of_staff

LOOKS = {
    "console": {console.Act.HOME, console.Act.LOOK, console.Act.ORDERS},
    "shop": {shop.Act.LOOK},
}
"""Acts that change nothing; roles that may do nothing have them too."""

ONLY_LOOKS = {
    "shop:card": "a card's code is sent in a form, so that it stands in no address and no log",
}
"""Pages under such an act that take a form, and why."""


def test_a_page_that_acts_is_under_an_act_that_does() -> None:
    pages = (each for each in pages_of_staff() if each.takes_forms)
    assert {each.page for each in pages if _act(each) in LOOKS[each.site]} == ONLY_LOOKS.keys()


def test_every_page_says_which_methods_it_takes() -> None:
    """Or it would answer forms, and none would be looked at above."""
    assert [each.page for each in pages_of_staff() if not each.methods] == []


def _act(page: StaffPage) -> str:
    pages = console.PAGES if page.site == "console" else shop.PAGES
    return pages[page.name]
