"""A town without English: whatever has a name is made with the Japanese one alone, which stands on
pages in English too."""

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.programs.models import Emoney, Sale
from hansatsu.parties.shops.models import Area, Shop
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.town import Town


def test_names_without_english_are_kept_and_shown(town: Town, desk: Desk) -> None:
    why = {"reason": "開設"}
    assert desk.post("areas/new/", {"name": "駅東", "order": 5} | why).status_code == 303
    assert (
        desk.post("categories/new/", {"name": "農産物直売所", "order": 5, **why}).status_code == 303
    )
    assert desk.post("emoneys/new/", {"name": "子育て応援"} | why).status_code == 303
    sale = {"name": "秋の販売", "opens_at": f"{in_japan(clock.now()):%Y-%m-%dT%H:%M}"}
    assert desk.post("sales/new/", sale | why).status_code == 303
    area, emoney = (
        Area.objects.of(town.issuer).get(name="駅東"),
        Emoney.objects.get(issuer=town.issuer, name="子育て応援"),
    )
    shop = {"code": "S0009", "name": "喫茶ひまわり", "name_kana": "キッサヒマワリ"}
    shop |= {"area": area.pk, "category": town.category.pk, "address": "中央町1-2-3"}
    shop |= {"takes": emoney.pk}
    assert desk.post("shops/new/", shop | why).status_code == 303
    assert Shop.objects.of(town.issuer).get(code="S0009").name_en == ""
    assert Sale.objects.of(town.issuer).get().name_en == ""
    page = words(Visitor(town.issuer).get("shops/", {"languageCd": "en"}))
    for name in ("喫茶ひまわり", "駅東", "農産物直売所", "子育て応援"):
        assert name in page


def test_the_terms_need_no_english(town: Town, desk: Desk) -> None:
    form = {"text": "## 第1条\n\n改めます。", "reason": "改正"}
    assert desk.post("settings/terms/", form).status_code == 303
    assert "改めます。" in words(Visitor(town.issuer).get("terms/", {"languageCd": "en"}))
