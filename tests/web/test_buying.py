"""チャージ (購入) without a browser: the guide's pages, refusals, stale pages, who may see what."""

import secrets
from datetime import timedelta
from html import unescape

import pytest

from hansatsu.flows.charging import checkouts
from hansatsu.flows.charging.models import Checkout, Order, OrderState, ProviderAccount
from hansatsu.flows.charging.polling import lapse_orders, remind_of_deadlines
from hansatsu.flows.charging.provider_accounts import provider_of
from hansatsu.flows.charging.psp.base import ProviderDownError
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.formats.japan import in_japan
from hansatsu.formats.qr import bearer_code
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.programs.models import CodeState, Sale
from hansatsu.parties.programs.purchase_codes import void_purchase_code
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.buying import Stall, deliver_all, page_of
from tests.support.clients import Visitor, words
from tests.town import Town, make_town

CANNOT_BE_USED = "この購入コードは使えません。"


@pytest.fixture
def stall(town: Town) -> Stall:
    return Stall(town)


@pytest.fixture
def visitor(town: Town) -> Visitor:
    return Visitor.logged_in(town.resident, REMOTE_ADDR=f"host-{secrets.token_hex(4)}")


def enter(visitor: Visitor, stall: Stall, text: str, units: int = 1) -> str:
    """Type a code; the words of the page it leads to, or its address."""
    answer = visitor.post(f"charge/{stall.products[units - 1].pk}/", {"code": text})
    return answer["Location"] if answer.status_code == 303 else unescape(words(answer))


def test_the_pages_of_the_guide_with_its_labels(stall: Stall, visitor: Visitor) -> None:
    assert "チャージ (購入)" in words(visitor.get(""))
    listed = words(visitor.get("charge/"))
    for label in (
        "商品を選択してください",
        "商品一覧",
        "当選した口数を選択",
        "小山市共通商品券 (4口)",
    ):
        assert label in listed
    asked = words(visitor.get(f"charge/{stall.products[0].pk}/"))
    for label in (
        *("購入コード入力", "購入コードを入力してください", "ご購入商品", "購入コード"),
        "事前に送付された当選コードを入力",
    ):
        assert label in asked
    text, _ = stall.code()
    confirm = enter(visitor, stall, bearer_code.grouped(text).lower())
    page = words(visitor.get(confirm))
    for label in (
        *("チャージ額確認", "今回の購入によりチャージする金額をご確認ください", "ご購入商品"),
        *("ご購入予定金額", "セット内容内訳", "ご利用可能額", "中小店舗限定", "8,000", "5,000"),
        *("払い戻しはできません。", "2027年3月31日(水)まで(当日23:59まで)"),
    ):
        assert label in page
    pay = visitor.post(confirm)["Location"]
    page = words(visitor.get(pay))
    for label in ("合計", "お支払い方法を選択してください", "クレジットカード", "コンビニ"):
        assert label in page
    assert visitor.post(pay, {"method": "card"})["Location"].startswith("/sandbox-pay/")


def test_a_stranger_learns_nothing_of_products_and_codes(stall: Stall) -> None:
    stranger = Visitor(stall.town.issuer)
    text, code = stall.code()
    for page in ("charge/", f"charge/{stall.products[0].pk}/", "orders/"):
        assert "/login/" in stranger.get(page)["Location"]
    good = stranger.post(f"charge/{stall.products[0].pk}/", {"code": text})
    bad = stranger.post(f"charge/{stall.products[0].pk}/", {"code": "P" + "0" * 16})
    assert (good.status_code, good["Location"]) == (bad.status_code, bad["Location"])
    code.refresh_from_db()
    assert code.state == CodeState.FREE


def test_unknown_void_and_other_peoples_codes_get_the_same_answer(
    town: Town, stall: Stall, visitor: Visitor
) -> None:
    other = town.add_resident("taro")
    void, void_code = stall.code()
    assert void_purchase_code(void_code)
    bound, _ = stall.code(resident=other)
    held_by_other, _ = stall.code()
    assert stall.hold(held_by_other, resident=other).outcome == "held"
    typed = (bearer_code.new_code("P"), void, bound, held_by_other)
    pages = [enter(visitor, stall, text).replace(text, "") for text in typed]
    assert CANNOT_BE_USED in pages[0]
    # up to the form, whose own token is another each time
    assert len({page.partition("<main")[2].partition("<form")[0] for page in pages}) == 1
    assert not Order.objects.filter(resident=town.resident).exists()


def test_words_for_what_is_safe_to_say(town: Town, stall: Stall, visitor: Visitor) -> None:
    now = clock.now()
    early, _ = stall.code(valid_from=now + timedelta(days=1))
    assert "からお使いになれます。" in enter(visitor, stall, early)
    over, _ = stall.code(valid_from=now - timedelta(days=2), valid_until=now - timedelta(days=1))
    assert "購入期間は終わりました。" in enter(visitor, stall, over)
    one, _ = stall.code(1)
    assert "あと1口です。" in enter(visitor, stall, one, units=2)
    elsewhere, _ = Stall(town).code()
    assert "この商品には使えません。" in enter(visitor, stall, elsewhere)
    assert "購入コードを入力してください。" in enter(visitor, stall, " ")
    used, _ = stall.code()
    order = stall.hold(used).order
    assert order is not None
    checkouts.begin_payment(order, "card")
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    assert "すでにご購入に使われています。" in enter(visitor, stall, used)
    assert Order.objects.of(town.issuer).count() == 1


def test_a_code_of_two_units_buys_one_and_later_the_other(town: Town, stall: Stall) -> None:
    text, code = stall.code(2)
    for left in (1, 0):
        order = stall.hold(text, units=1).order
        assert order is not None
        checkouts.begin_payment(order, "card")
        books.pay(page_of(order))
        deliver_all(town.issuer.code)
        code.refresh_from_db()
        assert code.units_left == left
    assert code.state == CodeState.USED
    assert total_balance(town.issuer, town.resident.wallet_id) == 26_000


def test_guessing_is_locked_out_with_a_waiting_time_and_an_alarm(
    town: Town, stall: Stall, visitor: Visitor
) -> None:
    for _ in range(5):
        assert CANNOT_BE_USED in enter(visitor, stall, bearer_code.new_code("P"))
    good, code = stall.code()
    page = enter(visitor, stall, good)
    assert "約1分後にもう一度お試しください。" in page
    code.refresh_from_db()
    assert code.state == CodeState.FREE
    (alarm,) = Alarm.objects.of(town.issuer)
    assert (alarm.kind, alarm.subject) == (
        "purchase_code_guesses",
        f"resident:{town.resident.pk}",
    )


def test_an_address_is_limited_over_many_residents(town: Town, stall: Stall) -> None:
    address = f"host-{secrets.token_hex(4)}"
    for number in range(8):
        resident = town.add_resident(f"guesser{number}")
        outcomes = [
            stall.hold(bearer_code.new_code("P"), resident=resident, address=address).outcome
            for _ in range(4)
        ]
    assert outcomes[-1] == "wait"
    assert stall.hold(stall.code()[0], address="elsewhere").outcome == "held"


def test_a_limit_a_person_counts_what_is_being_bought(town: Town) -> None:
    stall = Stall(town, units_per_person=3)
    assert stall.hold(stall.code(2)[0], units=2).outcome == "held"
    assert stall.hold(stall.code(2)[0], units=2).outcome == "over_limit"
    assert stall.hold(stall.code(1)[0], units=1).outcome == "held"


def test_a_second_tab_with_the_same_code_goes_on_with_the_same_order(
    stall: Stall, visitor: Visitor
) -> None:
    text, _ = stall.code()
    first = enter(visitor, stall, text)
    second = enter(visitor, stall, text)
    assert second == first.removesuffix("confirm/")
    order = Order.objects.get(resident=stall.town.resident)
    visitor.post(f"orders/{order.number}/confirm/")
    pay = f"orders/{order.number}/pay/"
    pages = {visitor.post(pay, {"method": "card"})["Location"] for _ in range(3)}
    assert len(pages) == 1
    assert Checkout.objects.filter(order=order).count() == 1


def test_while_the_provider_is_down_nothing_is_paid_and_the_code_is_kept(
    town: Town, stall: Stall, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise ProviderDownError

    order = stall.order()
    with monkeypatch.context() as down:
        down.setattr(SandboxProvider, "start", silent)
        answer = visitor.post(f"orders/{order.number}/pay/", {"method": "card"})
        assert answer.status_code == 503
        assert "お支払い会社につながりません。" in words(answer)
        assert "購入コードはお取り置きしたままです。" in words(answer)
        cancelled = visitor.post(f"orders/{order.number}/cancel/")
        assert "取り消しを確認できませんでした" in words(visitor.get(cancelled["Location"]))
    order.refresh_from_db()
    order.purchase_code.refresh_from_db()
    assert (order.state, order.purchase_code.state) == (OrderState.CONFIRMED, CodeState.HELD)
    assert total_balance(town.issuer, town.resident.wallet_id) == 0
    again = visitor.post(f"orders/{order.number}/pay/", {"method": "card"})
    assert again["Location"] == f"/sandbox-pay/{page_of(order).reference}/"
    assert Checkout.objects.filter(order=order).count() == 1


def test_stale_pages_lead_to_the_order_as_it_is(stall: Stall, visitor: Visitor) -> None:
    order = stall.order()
    visitor.post(f"orders/{order.number}/cancel/")
    page = f"orders/{order.number}/"
    for stale in (f"{page}confirm/", f"{page}pay/"):
        assert visitor.post(stale, {"method": "card"})["Location"] == visitor.address(page)
    assert "取りやめになりました。" in words(visitor.get(page))
    assert not Checkout.objects.filter(order=order).exists()


def test_an_order_is_its_residents_alone(town: Town, stall: Stall) -> None:
    order = stall.order()
    stranger = Visitor.logged_in(town.add_resident("taro"))
    for page in ("", "confirm/", "pay/", "back/", "state.json"):
        assert stranger.get(f"orders/{order.number}/{page}").status_code == 404
    assert stranger.post(f"orders/{order.number}/cancel/").status_code == 404
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED


def test_an_order_that_is_not_paid_lapses_and_its_code_can_be_used_again(
    stall: Stall, visitor: Visitor
) -> None:
    text, code = stall.code()
    order = stall.hold(text).order
    assert order is not None
    Order.objects.filter(pk=order.pk).update(pay_by=clock.now() - timedelta(seconds=1))
    lapse_orders()
    order.refresh_from_db()
    code.refresh_from_db()
    assert (order.state, code.state) == (OrderState.LAPSED, CodeState.FREE)
    assert "もう一度申し込む" in words(visitor.get(f"orders/{order.number}/"))
    assert stall.hold(text).outcome == "held"


def test_a_reminder_is_mailed_once_a_day_before_the_deadline(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    deliver_all(town.issuer.code)
    remind_of_deadlines()
    reminders = Mail.objects.of(town.issuer).filter(kind="order_reminder")
    assert not reminders.exists()
    Order.objects.filter(pk=order.pk).update(pay_by=clock.now() + timedelta(hours=23))
    remind_of_deadlines()
    remind_of_deadlines()
    assert reminders.count() == 1


def test_a_wallet_that_would_hold_too_much_is_told_before_paying() -> None:
    town = make_town(limits=ledger.Limits(holding=20_000))
    stall = Stall(town)
    town.charge(town.resident, town.all_shops, 10_000)
    order = stall.hold(stall.code()[0]).order
    assert order is not None
    answer = Visitor.logged_in(town.resident).post(f"orders/{order.number}/confirm/")
    assert answer.status_code == 422
    assert "上限を超えるため、チャージできません。" in words(answer)
    order.refresh_from_db()
    assert order.state == OrderState.HELD
    assert total_balance(town.issuer, town.resident.wallet_id) == 10_000


def test_the_sandboxs_pages_are_of_no_live_issuer(stall: Stall) -> None:
    order = stall.awaiting()
    page = f"/sandbox-pay/{page_of(order).reference}/"
    visitor = Visitor(stall.town.issuer)
    assert "テスト用の決済ページ" in words(visitor.get(page))
    assert visitor.get("/sandbox-pay/cs_000000000000000000000000/").status_code == 404


def test_the_secrets_of_an_account_are_sealed_and_never_shown(stall: Stall) -> None:
    account = ProviderAccount.objects.of(stall.town.issuer).get()
    assert "whsec" not in account.secrets
    assert "whsec" not in repr(provider_of(account).__dict__)


def test_the_hosted_page_names_the_product_in_the_language_that_is_read(
    stall: Stall, visitor: Visitor
) -> None:
    """Not in that of the account: who reads English here, pays in English there."""
    text, _ = stall.code()
    visitor.get("charge/", {"languageCd": "en"})
    pay = visitor.post(enter(visitor, stall, text))["Location"]
    page = words(visitor.get(visitor.post(pay, {"method": "card"})["Location"]))
    assert "Oyama Vouchers (1)" in page
    assert "小山市共通商品券 (1口)" not in page


def test_a_product_whose_sale_is_stopped_says_so(stall: Stall, visitor: Visitor) -> None:
    text, _code = stall.code()
    page, sale = f"charge/{stall.products[0].pk}/", stall.products[0].sale
    Sale.objects.filter(pk=sale.pk).update(closes_at=clock.now())
    shown = visitor.get(page)
    assert (shown.status_code, "いまは販売していません" in words(shown)) == (200, True)
    assert "終わったか、止まっています" in words(shown)
    sent = visitor.post(page, {"code": text})
    assert (sent.status_code, "購入コードは使われていません" in words(sent)) == (409, True)
    assert not Order.objects.of(stall.town.issuer).exists()
    opens = clock.now() + timedelta(days=2)
    Sale.objects.filter(pk=sale.pk).update(opens_at=opens, closes_at=None)
    assert f"{in_japan(opens):%Y/%m/%d %H:%M}" in words(visitor.get(page))
    other = Stall(make_town()).products[0]
    assert visitor.get(f"charge/{other.pk}/").status_code == 404
