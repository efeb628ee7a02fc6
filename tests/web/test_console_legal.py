"""The issuer's own words where the law asks for them: versions, two languages, back to standard."""

import pytest

from hansatsu.flows.accounts.legal_texts import current_legal_text, publish_legal_text
from hansatsu.parties.identity.models import LegalKind, LegalText
from hansatsu.parties.issuers.models import AuditEntry, Issuer
from hansatsu.web.console.settings.views import OfficeForm
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.racing import race
from tests.town import Town, make_town

STANDARD = {
    LegalKind.COMMERCE: ("law/", "お支払いを確認したあと、すぐにウォレットへチャージします。"),
    LegalKind.PAYMENT_SERVICES: ("law/", "おつりは出ません。"),
    LegalKind.PRIVACY: ("privacy/", "広告や追跡には使いません。"),
}
OWN = {"text": "## 販売業者\n\n小山<市>です。\n二行目", "text_en": "Oyama City.", "reason": "要綱"}


def office(town: Town, **changes: str) -> dict[str, str]:
    known = Issuer.objects.filter(pk=town.issuer.pk).values().get()
    fields = [*OfficeForm.field_order[:-2]]
    return {name: known[name] for name in fields} | changes | {"reason": "特商法"}


def test_who_sells_and_where_stands_on_the_page_of_law(town: Town, desk: Desk) -> None:
    missing = "所在地か運営責任者が未登録です"
    assert missing not in words(desk.get(""))  # nothing is sold online
    desk.post("settings/provider/keys/?provider=sandbox", {"reason": "練習"})
    page = words(desk.get(""))
    assert missing in page
    assert 'href="/console/settings/office/"' in page
    assert "運営責任者" not in words(Visitor(town.issuer).get("law/"))
    told = office(town, seller_address="栃木県小山市中央町1-1-1", seller_representative="小山 一郎")
    assert desk.post("settings/office/", told).status_code == 303
    shown = words(Visitor(town.issuer).get("law/"))
    assert "栃木県小山市中央町1-1-1" in shown
    assert "小山 一郎" in shown
    assert missing not in words(desk.get(""))


def test_words_of_ones_own_are_ones_own_matter(town: Town, desk: Desk) -> None:
    desk.post("settings/provider/keys/?provider=sandbox", {"reason": "練習"})
    desk.post(f"settings/legal/{LegalKind.COMMERCE}/", OWN)
    assert "所在地か運営責任者が未登録です" not in words(desk.get(""))


@pytest.mark.parametrize("kind", LegalKind)
def test_own_words_stand_for_the_standard_ones_until_they_are_taken_back(
    town: Town, desk: Desk, kind: LegalKind
) -> None:
    page, standard = STANDARD[kind]
    visitor = Visitor(town.issuer)
    assert standard in words(visitor.get(page))
    assert desk.post(f"settings/legal/{kind}/", OWN).status_code == 303
    shown = visitor.get(page).content.decode()
    assert "小山&lt;市&gt;です。<br>二行目" in shown
    assert standard not in shown
    for other, (elsewhere, words_there) in STANDARD.items():
        assert other == kind or words_there in words(visitor.get(elsewhere))
    assert "Oyama City." in words(visitor.get(page, {"languageCd": "en"}))
    assert "第1版" in words(desk.get("settings/"))
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.reason) == ("legal_text_published", "要綱")
    assert act.after == {"kind": kind, "version": 1}

    assert desk.post(f"settings/legal/{kind}/", {"reason": "戻す"}).status_code == 303
    assert standard in words(visitor.get(page, {"languageCd": "ja"}))
    versions = LegalText.objects.of(town.issuer).filter(kind=kind).order_by("version")
    assert [each.text for each in versions] == [OWN["text"], ""]


def test_no_reason_publishes_nothing(town: Town, desk: Desk) -> None:
    assert desk.post("settings/legal/privacy/", OWN | {"reason": ""}).status_code == 422
    assert not LegalText.objects.of(town.issuer).exists()


def test_another_issuer_keeps_its_words(town: Town, desk: Desk) -> None:
    desk.post("settings/legal/privacy/", OWN)
    other = make_town()
    assert current_legal_text(other.issuer, LegalKind.PRIVACY) is None
    assert STANDARD[LegalKind.PRIVACY][1] in words(Visitor(other.issuer).get("privacy/"))


def test_versions_published_at_the_same_moment_are_all_there(town: Town) -> None:
    made = race(lambda n: publish_legal_text(town.issuer, LegalKind.PRIVACY, f"{n}", ""))
    assert sorted(each.version for each in made) == list(range(1, len(made) + 1))
