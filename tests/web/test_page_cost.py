"""What a page asks the database does not grow, neither with our code nor with what people have."""

import re
from pathlib import Path

import pytest

from tests.support.clients import Visitor
from tests.support.statements import statements
from tests.town import Town, make_town

TEMPLATES = Path("hansatsu/web/templates")
KEPT = re.compile(r"{% kept ?(.*?) ?%}(.*?){% endkept %}", re.DOTALL)
READ = re.compile(r"\b(?:issuer|resident|balance|pay|code|request|sells)(?:\.\w+)*\b")


@pytest.fixture(scope="module")
def town() -> Town:
    town = make_town()
    for amount in range(1000, 1030):
        town.charge(town.resident, town.all_shops, amount)
        town.charge(town.resident, town.small_shops, amount)
    for _ in range(25):
        town.pay(town.resident, town.shop, 300)
    return town


@pytest.mark.parametrize(
    ("page", "most"),
    [
        (
            "",
            7,
        ),  # issuer, session, browser and resident; standing, balance, names, whether it sells
        ("code.json", 4),  # the same without what the page shows
        ("balance/", 8),
        ("history/", 6),
    ],
)
def test_a_page_asks_no_more_than_it_did(town: Town, page: str, most: int) -> None:
    visitor = Visitor.logged_in(town.resident)
    visitor.get(page)  # what is noted once an hour, and drawn once
    with statements() as asked:
        assert visitor.get(page).status_code == 200
    assert len(asked) <= most, "\n".join(asked)


def test_the_top_page_reads_no_lot_by_itself(town: Town) -> None:
    visitor = Visitor.logged_in(town.resident)
    with statements() as asked:
        visitor.get("")
    (balance,) = [each for each in asked if "from ledger.lot" in each]
    assert "sum(l.balance)" in balance


def test_what_is_kept_reads_only_what_it_is_kept_by() -> None:
    parts = [part for path in TEMPLATES.rglob("*.html") for part in KEPT.findall(path.read_text())]
    assert len(parts) > 3
    for named, inside in parts:
        tags = " ".join(re.findall(r"{[{%].*?[}%]}", inside))
        read = READ.findall(re.sub(r"'[^']*'|\"[^\"]*\"| as \w+", "", tags))
        assert set(read) <= set(named.split()), inside


def test_what_is_kept_is_drawn_anew_for_another_issuer_and_language(town: Town) -> None:
    other = make_town(name="小川", office_name="小川事務局")
    shown = [
        Visitor.logged_in(each.resident).get("", {"languageCd": language}).content.decode()
        for each in (town, other)
        for language in ("ja", "en")
    ]
    assert len({re.findall(r'<a class="list__row".*?</a>', each)[0] for each in shown}) == 4
    assert [("小川事務局" in each) for each in shown] == [False, False, True, True]
    assert all(f"/{town.issuer.code}/history/" in each for each in shown[:2])
    assert all(f"/{other.issuer.code}/history/" in each for each in shown[2:])
