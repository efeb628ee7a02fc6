"""What is printed: read back as scanner and reader would, with its codes and its legal texts."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from hansatsu.flows.printouts.cards import NewCards, print_card, print_new_cards
from hansatsu.flows.printouts.gifts import print_new_gifts
from hansatsu.flows.printouts.models import PrintFile
from hansatsu.flows.printouts.posters import Form, poster
from hansatsu.flows.printouts.store import take_out
from hansatsu.flows.printouts.winners import WinnersLetter, winners_letters
from hansatsu.formats.qr.bearer_code import grouped, new_code
from hansatsu.formats.qr.mpm import ShopCode, account_identifier, parse, read_shop_code
from hansatsu.formats.qr.poster import read_poster_url
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.services import NewGifts, find_gift
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.papers import codes_of, fonts_of, text_of
from tests.support.racing import CALLERS, race
from tests.town import Town, make_town

WHO = "staff:1"
LEGAL = ["0285-00-0000", "平日 9:00", "苦情やご相談の窓口", "事務局", "おつりは出ません", "terms/"]
"""What the law wants on papers (domain.md §3), beside amount, period and where they work."""


@pytest.fixture
def town() -> Town:
    return make_town(cards_may_be_taken=True)


def by(town: Town) -> Actor:
    return Actor(town.issuer, WHO, "事務 一郎", CONSOLE)


def opened(town: Town, file: PrintFile) -> bytes:
    pdf = take_out(town.issuer, file.pk, actor=WHO)
    assert pdf is not None
    return pdf


def wallet(town: Town) -> str:
    return f"{settings.SITE_URL}/{town.issuer.code}/"


def said_in(pdf: bytes, *words: str) -> list[str]:
    """Those of ``words`` that do not stand in the file, spaces aside."""
    text = "".join(text_of(pdf).split())
    return [each for each in words if "".join(each.split()) not in text]


def test_ten_cards_stand_on_a_sheet_and_each_pays(town: Town) -> None:
    new = NewCards([(town.all_shops, 5000), (town.small_shops, 8000)], date(2099, 3, 31))
    pdf = opened(town, print_new_cards(by(town), new, 12, reason="試験"))
    fronts, back, more, more_back = codes_of(pdf)
    assert [len(fronts), back, len(more), more_back] == [10, [], 2, []]
    for code in fronts + more:
        card = find_card(town.issuer, code)
        assert card is not None
        assert total_balance(town.issuer, card.wallet_id) == 13000
    assert said_in(pdf, *map(grouped, fronts + more)) == []
    period = "2099年3月31日(火)まで"
    assert said_in(pdf, "5,000円", "8,000円", "全店共通", period, "加盟店でご確認", *LEGAL) == []
    assert fonts_of(pdf) == {"BIZUDPGothic-Regular": True, "BIZUDPGothic-Bold": True}


def test_a_reissued_card_is_printed_alone(town: Town) -> None:
    _, old = town.card(700)
    made = reissue_card(old, actor=WHO, reason="紛失")
    pdf = opened(town, print_card(town.issuer, made.code, actor=WHO))
    assert codes_of(pdf) == [[made.code], []]


def test_a_gift_letter_leads_to_its_page_and_says_everything(town: Town) -> None:
    new = NewGifts(
        "冬",
        [(town.all_shops, 3000)],
        Expiry(after=6),
        takeable_from=datetime(2026, 12, 1, 1, tzinfo=UTC),
        takeable_until=datetime(2027, 3, 31, 15, tzinfo=UTC),
    )
    pdf = opened(town, print_new_gifts(by(town), new, 2, reason="試験"))
    for (address,) in codes_of(pdf):
        page, _, code = address.partition("#")
        assert page == f"{wallet(town)}charge/code/"
        assert find_gift(town.issuer, code) is not None
        assert said_in(pdf, grouped(code)) == []
    life, window = "チャージした日から6か月", "2027年3月31日(水)まで"
    assert said_in(pdf, "3,000円", life, window, "shops/", *LEGAL) == []


def test_a_winners_letter_goes_to_a_name_or_to_the_bearer(town: Town) -> None:
    first, second = new_code("P"), new_code("P")
    days = (date(2026, 12, 1), date(2026, 12, 18))
    letters = [
        WinnersLetter(
            first,
            "共通商品券 #1",
            4,
            *days,
            name="髙﨑 *花子*",
            postal_code="3230023",
            address=("栃木県小山市中央町1-1-1", "$ハイツ$ 101"),
        ),
        WinnersLetter(second, "共通商品券", 1, *days),
    ]
    pdf = winners_letters(town.issuer, letters)
    assert codes_of(pdf) == [[f"{wallet(town)}charge/"]] * 2
    assert said_in(pdf, grouped(first), grouped(second), "髙﨑 *花子* 様", "〒323-0023") == []
    assert said_in(pdf, "$ハイツ$ 101", "4口まで", "共通商品券 #1", "2026年12月18日(金) まで") == []
    assert said_in(pdf, "購入コードをお持ちの方へ", *LEGAL) == []
    assert winners_letters(town.issuer, letters) == pdf  # the same data, the same bytes


def test_a_print_file_is_kept_encrypted_and_given_out_once(town: Town) -> None:
    file = print_new_cards(by(town), NewCards([(town.all_shops, 100)]), 1, reason="試験")
    assert b"%PDF" not in bytes(file.sealed or b"")
    assert take_out(make_town().issuer, file.pk, actor=WHO) is None
    assert take_out(town.issuer, file.pk, actor="staff:2") is not None
    assert take_out(town.issuer, file.pk, actor=WHO) is None
    file.refresh_from_db()
    assert (file.sealed, file.downloaded_by) == (None, "staff:2")


def test_one_of_many_gets_the_file(town: Town) -> None:
    file = print_new_cards(by(town), NewCards([(town.all_shops, 100)]), 1, reason="試験")
    taken = race(lambda _: take_out(town.issuer, file.pk, actor=WHO))
    assert sum(each is not None for each in taken) == 1
    assert len(taken) == CALLERS


def test_cards_without_their_file_are_not_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr("hansatsu.flows.printouts.cards.typeset", fails)
    with pytest.raises(RuntimeError, match="no paper"):
        print_new_cards(by(town), NewCards([(town.all_shops, 100)]), 3, reason="試験")
    assert not Card.objects.of(town.issuer).exists()
    assert not PrintFile.objects.of(town.issuer).exists()


@pytest.mark.parametrize("form", ["a4", "stand"])
def test_a_poster_leads_to_its_shop(town: Town, form: Form) -> None:
    pdf = poster(town.shop, form, "url")
    (codes,) = codes_of(pdf)
    assert len(codes) == (2 if form == "stand" else 1)
    for code in codes:
        sites = {settings.SITE_URL}
        assert read_poster_url(code, site_urls=sites, issuer_code=town.issuer.code) == "S0001"
    steps = ["お支払確認", "press “Pay”", "スマホのカメラ"]
    assert said_in(pdf, "天王洲飯店", "Tennozu Hanten", "S0001", *steps) == []


@pytest.mark.parametrize("form", ["a4", "stand"])
def test_an_emvco_poster_holds_a_whole_payload(town: Town, form: Form) -> None:
    pdf = poster(town.shop, form, "emv")
    (codes,) = codes_of(pdf)
    assert codes
    for code in codes:
        assert read_shop_code(code, account=account_identifier(wallet(town))) == ShopCode("S0001")
        fields = {field.tag: field.value for field in parse(code)}
        assert (fields["01"], fields["53"], fields["58"]) == ("11", "392", "JP")
        assert (fields["59"], fields["60"]) == ("Tennozu Hanten", "West")
        assert "jp.or.paymentsjapan" not in code
    assert said_in(pdf, "カメラ") == ["カメラ"]


def test_a_poster_of_a_shop_without_latin_names(town: Town) -> None:
    shop = town.add_shop("S0077", town.all_shops, name="𠮷野家", name_en="吉野家")
    fields = {f.tag: f.value for f in parse(codes_of(poster(shop, "a4", "emv"))[0][0])}
    assert fields["59"] == "S0077"
    assert said_in(poster(shop, "a4", "url"), "𠮷野家") == []
