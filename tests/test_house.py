"""The house checks itself: wings, rooms and doors. What more it checks stands in `tests/house/`.

import-linter (`pyproject.toml`) holds the order of the layers; here stands what layers do not say.
That each page stands in a table of who may open it: `tests/web/test_console_permissions.py` and
`tests/web/test_shop_permissions.py`.
"""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.imports import arrows_between, circle, imports, in_words, rooms_of

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "hansatsu"

WINGS = ("flows", "messages", "parties", "formats", "lab", "web")
"""Packages of rooms, whose first lines say who lives there and what may be imported."""

SITES = ("api", "console", "sandbox", "shop", "wallet")
"""Those of `hansatsu.web` that never import each other."""

LEDGER_DOOR = "hansatsu.ledger.api"
"""What others may import of the ledger; the SQL and its rows are nobody else's matter."""

OLD_NAMES = {
    "hansatsu": "accounts bench cards charging gifts identity issuers notifications payments"
    " printing printouts programs qr sheets shops support taking torture wallets webhooks zengin",
    "hansatsu/database": "gathering",
    "hansatsu/flows": "taking",
    "hansatsu/flows/accounts": "endings forgetting guessing mailing one_time services telling",
    "hansatsu/flows/charging": "accounts confirming contents desk giving_back guesses holding"
    " machine paying_back rounds settling todo told",
    "hansatsu/flows/payments": "asking intents judging reference requested services sign standing"
    " told watch",
    "hansatsu/flows/payments/pos": "callers cancelling desk inquiring payers plays practising",
    "hansatsu/flows/printouts": "making",
    "hansatsu/formats/sheets": "weighing",
    "hansatsu/lab": "torture",
    "hansatsu/messages": "reference told",
    "hansatsu/messages/mail": "mailing telling",
    "hansatsu/messages/webhooks": "forgetting",
    "hansatsu/parties/identity": "endings forgetting guessing passkey_answers passkey_making"
    " services",
    "hansatsu/processes": "changes stopping surroundings",
    "hansatsu/web": "psp",
    "hansatsu/web/api": "calls door figures shapes",
    "frontend/helpers": "certain gun inplace once",
}
"""Rooms and doors that were called by everyday words, by where they would stand now: a stranger
searched for them in vain. What took their place is called by a noun of the field."""


def test_no_circle_of_files() -> None:
    way = circle(imports())
    assert not way, f"files import each other in a circle: {in_words(way)}"


@pytest.mark.parametrize(
    "container",
    ["", "flows", "messages", "parties", "formats", "lab", "web", "web.console"],
)
def test_no_circle_of_rooms(container: str) -> None:
    package = f"hansatsu.{container}".rstrip(".")
    way = circle(rooms_of(package, imports()))
    steps = pairwise(way)
    by = [arrows_between(one, other, imports())[:3] for one, other in steps]
    assert not way, f"rooms import each other in a circle: {in_words(way)}, by {by}"


def test_a_circle_is_found_by_its_shortest_way() -> None:
    arrows = {"a": "b", "b": "c", "c": "ad", "d": "ce", "e": ""}
    assert circle({name: frozenset(to) for name, to in arrows.items()}) == ["c", "d", "c"]
    assert circle({"a": frozenset("b"), "b": frozenset(), "c": frozenset("a")}) == []


def test_nobody_goes_past_the_ledgers_door() -> None:
    past = [
        f"{name} → {each}"
        for name, imported in imports().items()
        if not name.startswith("hansatsu.ledger")
        for each in sorted(imported)
        if each.startswith("hansatsu.ledger.") and each != LEDGER_DOOR
    ]
    assert past == []


@pytest.mark.parametrize("site", SITES)
def test_no_site_imports_a_sibling(site: str) -> None:
    siblings = [each for each in SITES if each != site]
    own = f"hansatsu.web.{site}"
    assert [
        arrow
        for each in siblings
        for arrow in arrows_between(own, f"hansatsu.web.{each}", imports())
    ] == []


def test_every_site_is_there() -> None:
    """A site that is renamed or added is not forgotten here."""
    shared = {"demo", "shared", "templatetags"}
    packages = {path.parent.name for path in (HOUSE / "web").glob("*/__init__.py")}
    assert packages - shared == set(SITES)


def test_the_house_has_few_doors() -> None:
    """What lives where is learned from one look at `ls hansatsu`."""
    names = [path.name for path in HOUSE.iterdir() if not path.name.startswith("__")]
    assert len(names) <= 16, sorted(names)


@pytest.mark.parametrize("wing", WINGS)
def test_each_wing_says_who_lives_there(wing: str) -> None:
    lines = (HOUSE / wing / "__init__.py").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines[1:] if "ay import" in line], f"{wing} says not what it imports"


@pytest.mark.parametrize("folder", OLD_NAMES)
def test_no_old_name_is_left(folder: str) -> None:
    assert (ROOT / folder).is_dir()  # or nothing is looked for
    left = [path.name for path in (ROOT / folder).iterdir() if path.stem in _old_names(folder)]
    assert left == []


def _old_names(folder: str) -> list[str]:
    return OLD_NAMES[folder].split()
