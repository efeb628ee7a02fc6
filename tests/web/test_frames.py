"""What is kept of pages is nobody's, and another when what it is drawn from has changed."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import HistoryLine
from hansatsu.web.shared import frames, patterns
from hansatsu.web.shared.lines import drawn_lines
from tests.support.clients import Visitor, words
from tests.town import Town, make_town

PAGES = ("", "balance/", "history/", "history/?show=payments")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"|data-pay-code="(\d+)"')


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """The process has drawn no page yet."""
    kept = (frames._frames, patterns._patterns)
    before = [dict(each) for each in kept]
    for each in kept:
        each.clear()
    yield
    for each, had in zip(kept, before, strict=True):
        each.clear()
        each.update(had)


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1_234_567)
    town.pay(town.resident, town.shop, 4_321)
    return town


def look_at_all(visitor: Visitor) -> str:
    return "".join(words(visitor.get(page)) for page in PAGES)


def kept_texts() -> str:
    texts = [str([*frames._frames, *patterns._patterns])]
    texts += [part for each in frames._frames.values() for part in each.parts]
    texts += [part for each in patterns._patterns.values() for part in each.parts]
    return "".join(part for part in texts if isinstance(part, str))


def test_nothing_of_a_person_is_kept(town: Town) -> None:
    seen = look_at_all(Visitor.logged_in(town.resident))
    secrets = [token or code for token, code in TOKEN.findall(seen)]
    assert len(secrets) == 2
    shown = [town.resident.full_name, "1,230,246", "4,321", town.shop.name, *secrets]
    assert [each for each in shown if each not in seen] == []
    assert [each for each in shown if each in kept_texts()] == []
    assert "残高詳細" in kept_texts()


def test_another_person_is_shown_what_was_kept(town: Town) -> None:
    look_at_all(Visitor.logged_in(town.resident))
    drawn = set(frames._frames) | set(patterns._patterns)
    other = town.add_resident("jiro", family_name="鈴木", given_name="次郎")
    town.charge(other, town.all_shops, 700)
    town.pay(other, town.large_shop, 50)
    seen = look_at_all(Visitor.logged_in(other))
    assert "鈴木" in seen
    assert town.resident.full_name not in seen
    assert "650" in seen
    assert set(frames._frames) | set(patterns._patterns) == drawn


def test_a_change_of_the_issuer_is_seen_at_once(town: Town) -> None:
    visitor = Visitor.logged_in(town.resident)
    look_at_all(visitor)
    Issuer.objects.filter(pk=town.issuer.pk).update(office_name="新しい事務局")
    for page in PAGES:
        assert "新しい事務局" in words(visitor.get(page))


def test_no_more_than_some_are_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST", 2)
    monkeypatch.setattr(patterns, "MOST", 2)
    assert "1,230,246" in look_at_all(Visitor.logged_in(town.resident))
    assert 0 < len(frames._frames) <= 2
    assert 0 < len(patterns._patterns) <= 2


def test_what_differs_from_row_to_row_is_escaped() -> None:
    line = HistoryLine("<b>&\"'", "", "A<1", date(2026, 12, 31), -5)
    drawn = drawn_lines([line])
    assert "&lt;b&gt;&amp;&quot;&#x27;" in drawn
    assert "A&lt;1" in drawn
    assert "<b>" not in drawn
    assert "2026/12/31" in drawn
    assert "\0" not in drawn
