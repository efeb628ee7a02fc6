"""Support finds who asks, from whatever they can say; masked, until it is asked for and why."""

import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.buying import Stall
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town

PERSON = {
    "family_name": "髙橋",
    "given_name": "次郎",
    "family_kana": "タカハシ",
    "given_kana": "ジロウ",
    "email": "Jiro.Takahashi@example.jp",
    "phone": "+819012345678",
    "nickname": "じろちゃん",
    "prefecture": "栃木県",
    "city": "小山市",
    "street": "中央町1-1-1",
}
PRIVATE = ("次郎", "ジロウ", "Takahashi", "090-1234-5678", "じろちゃん", "中央町1-1-1", "jiro-t")
"""What stands in no masked page."""


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="module")
def jiro(town: Town) -> Resident:
    return town.add_resident(f"jiro-t-{town.issuer.code.lower()}", **PERSON)


@pytest.fixture(scope="module")
def desk(town: Town) -> Desk:
    return Desk(town.issuer, "support")


def find(desk: Desk, text: str) -> HttpResponse:
    return desk.post("support/", {"text": text})


def leads_to(answer: HttpResponse, page: str) -> bool:
    return f'href="/console/support/{page}/"' in words(answer)


def lots_of(owner: Resident | Card) -> list[ledger.Lot]:
    """What it holds, as it is spent."""
    return ledger.lots(ledger_connection(), owner.issuer_id, owner.wallet_id)


def shown_part(code: str) -> str:
    """What a holder sees of コード(ID)."""
    return code[:4] + code[8:12]


@pytest.mark.parametrize(
    "text",
    [
        "髙橋 次郎",
        "髙橋次郎",
        "髙橋",
        "タカハシ　ジロウ",
        "たかはしじろう",
        "ﾀｶﾊｼ",
        "090-1234-5678",
        "０９０１２３４５６７８",
        "jiro.takahashi@example.jp",
    ],
)
def test_a_resident_is_found_and_masked(desk: Desk, jiro: Resident, text: str) -> None:
    answer = find(desk, text)
    assert answer.status_code == 200
    assert leads_to(answer, f"residents/{jiro.pk}")
    shown = words(answer).replace(f'value="{text}"', "")
    assert "髙＊ 次＊" in shown
    assert not [word for word in PRIVATE if word in shown]


def test_by_login_id(desk: Desk, jiro: Resident) -> None:
    assert leads_to(find(desk, jiro.login_id), f"residents/{jiro.pk}")


@pytest.mark.parametrize("text", ["高橋", "次郎", "090-1234", "example.jp", "%", "髙_", "nobody"])
def test_what_does_not_fit_is_not_found(desk: Desk, jiro: Resident, text: str) -> None:
    answer = find(desk, text)
    assert "見つかりませんでした" in words(answer)
    assert "/console/support/residents/" not in words(answer)


def test_nothing_asked_is_a_mistake(desk: Desk) -> None:
    assert find(desk, "").status_code == 422
    assert find(desk, "\0\0").status_code == 422


def test_by_the_numbers_and_codes_that_they_hold(town: Town, desk: Desk, jiro: Resident) -> None:
    town.charge(jiro, town.all_shops, 1000)
    number = town.pay(jiro, town.shop, 300).number
    assert number is not None
    refund = town.refund(number, 100).number
    assert refund is not None
    card_code, card = town.card(500)
    gift_code, _ = town.gift()
    stall = Stall(town)
    purchase_code, _ = stall.code(1, resident=jiro)
    order = stall.order(resident=jiro)
    for text in (number, refund, number.lower()):
        answer = find(desk, text)
        assert leads_to(answer, f"payments/{number}")
        assert leads_to(answer, f"residents/{jiro.pk}")
    assert leads_to(find(desk, order.number), f"orders/{order.number}")
    assert leads_to(find(desk, card_code.lower()), f"cards/{card.pk}")
    assert "未使用" in words(find(desk, gift_code))
    assert leads_to(find(desk, purchase_code), f"residents/{jiro.pk}")
    assert "見つかりませんでした" in words(find(desk, card_code[:-1]))


def test_a_lot_is_found_by_what_its_holder_reads_out_and_leads_to_them(
    town: Town, desk: Desk, jiro: Resident
) -> None:
    town.charge(jiro, town.all_shops, 1200)
    lot = lots_of(jiro)[-1]
    shown = lot.masked_code
    read_out = shown_part(lot.code)
    spelled = f"{read_out[:4].lower()} {read_out[4:].lower()}"
    for text in (shown, shown.replace("*", "＊"), read_out, spelled, lot.code):
        page = words(find(desk, text))
        assert f'href="/console/support/residents/{jiro.pk}/"' in page, text
        assert shown in page
        assert lot.management_number in page
        assert lot.code not in page.replace(f'value="{text}"', "")
    assert leads_to(find(desk, lot.management_number.upper()), f"residents/{jiro.pk}")


def test_a_spent_lot_and_a_cards_are_found(town: Town, desk: Desk, jiro: Resident) -> None:
    poor = town.add_resident(f"poor-{town.issuer.code.lower()}")
    town.charge(poor, town.all_shops, 700)
    (lot,) = lots_of(poor)
    town.pay(poor, town.shop, 700)
    assert lots_of(poor) == []
    spent = find(desk, lot.management_number)
    assert leads_to(spent, f"residents/{poor.pk}")
    assert "0円分" in words(spent)
    _, card = town.card(500)
    (held,) = lots_of(card)
    assert leads_to(find(desk, held.masked_code), f"cards/{card.pk}")


def test_a_lot_is_not_found_by_a_part_of_what_is_shown(
    town: Town, desk: Desk, jiro: Resident
) -> None:
    town.charge(jiro, town.all_shops, 1200)
    lot = lots_of(jiro)[-1]
    hidden = lot.code[4:8] + lot.code[12:]
    other = lot.code[:-1] + ("A" if lot.code[-1] not in "Aa" else "B")  # case is nothing to it
    for text in (lot.code[:4], shown_part(lot.code)[:7], hidden, other, lot.management_number[:-1]):
        assert "見つかりませんでした" in words(find(desk, text)), text


def test_by_a_shop(town: Town, desk: Desk) -> None:
    for text in ("天王洲", "s0001", "テンノウズ"):
        assert leads_to(find(desk, text), f"shops/{town.shop.pk}")


def test_nothing_of_another_issuer(town: Town, jiro: Resident) -> None:
    stranger = Desk(make_town().issuer, "owner")
    town.charge(jiro, town.all_shops, 1000)
    number = town.pay(jiro, town.shop, 300).number or ""
    card_code, card = town.card(500)
    stall = Stall(town)
    order = stall.order(resident=jiro)
    lot = lots_of(jiro)[0]
    asked = [jiro.login_id, jiro.email, jiro.phone, "髙橋", number, card_code, order.number]
    asked += [lot.code, lot.masked_code, shown_part(lot.code), lot.management_number]
    for text in asked:
        assert "見つかりませんでした" in words(find(stranger, text)), text
    pages = [
        f"residents/{jiro.pk}",
        f"residents/{jiro.pk}/personal",
        f"shops/{town.shop.pk}",
        f"payments/{number}",
        f"orders/{order.number}",
        f"cards/{card.pk}",
    ]
    for page in pages:
        assert stranger.get(f"support/{page}/").status_code == 404, page


def test_more_than_fit_are_said_to_be_more(desk: Desk, town: Town) -> None:
    for number in range(51):
        town.add_resident(f"many-{number}-{town.issuer.code.lower()}", family_name="多数")
    shown = words(find(desk, "多数"))
    assert shown.count("/console/support/residents/") == 50
    assert "50件まで表示しています" in shown


def acts(desk: Desk, act: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.of(desk.issuer).filter(act=act).order_by("pk"))


def test_personal_data_is_shown_for_a_reason_that_is_kept(desk: Desk, jiro: Resident) -> None:
    page = f"support/residents/{jiro.pk}/personal/"
    before = len(acts(desk, "personal_data_shown"))
    for masked in (desk.get(f"support/residents/{jiro.pk}/"), desk.get(page)):
        assert not [word for word in PRIVATE if word in words(masked)]
    refused = desk.post(page, {"reason": "  "})
    assert refused.status_code == 422
    assert not [word for word in PRIVATE if word in words(refused)]
    assert len(acts(desk, "personal_data_shown")) == before
    answer = desk.post(page, {"reason": "本人から電話"})
    shown = words(answer)
    assert all(word in shown for word in ("髙橋 次郎", "Jiro.Takahashi@", "090-1234-5678"))
    assert "no-store" in answer["Cache-Control"]
    line = acts(desk, "personal_data_shown")[-1]
    assert (line.subject, line.reason) == (f"resident:{jiro.pk}", "本人から電話")
    assert line.actor == desk.staff.actor
    assert "本人から電話" in words(Desk(desk.issuer).get(f"auditentry/{line.pk}/"))
    assert len(acts(desk, "personal_data_shown")) == before + 1


def test_who_may_not_see_personal_data(town: Town, jiro: Resident) -> None:
    accountant, viewer = Desk(town.issuer, "accountant"), Desk(town.issuer, "viewer")
    before = len(acts(accountant, "personal_data_shown"))
    page = f"support/residents/{jiro.pk}/"
    assert "個人情報を表示" not in words(accountant.get(page))
    for desk in (accountant, viewer):
        assert desk.post(f"{page}personal/", {"reason": "見たい"}).status_code == 403
    assert viewer.get(page).status_code == 403
    assert viewer.post("support/", {"text": "髙橋"}).status_code == 403
    assert len(acts(accountant, "personal_data_shown")) == before
