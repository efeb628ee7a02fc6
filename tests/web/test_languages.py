"""Every page in both languages: the address asks for one, and each page leads to the other."""

import pytest

from tests.support.clients import Visitor, words
from tests.town import Town, make_town

PUBLIC = [
    *("login/", "register/", "recover/", "shops/"),
    *("terms/", "privacy/", "law/", "contact/", "faq/", "books/"),
]
PERSONAL = [
    *("", "scan/", "scan/?code=S9999", "charge/code/", "pay/S0001", "balance/", "history/"),
    *("account/", "account/devices/"),
]


@pytest.fixture(scope="module")
def town() -> Town:
    """One for all pages, which only are looked at."""
    return make_town()


@pytest.mark.parametrize("path", PUBLIC + PERSONAL)
def test_each_page_is_in_both_languages(town: Town, path: str) -> None:
    visitor = Visitor.logged_in(town.resident) if path in PERSONAL else Visitor(town.issuer)
    visitor.get("", {"languageCd": "en"})
    english = words(visitor.get(path))
    assert '<html lang="en"' in english
    assert ">日本語<" in english
    visitor.get("", {"languageCd": "ja"})
    assert '<html lang="ja"' in words(visitor.get(path))
