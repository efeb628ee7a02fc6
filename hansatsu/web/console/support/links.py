"""What can be done with a resident, a card, a payment, and where the data of an order and of a shop
stand: only what this clerk may, and what fits."""

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Order
from hansatsu.flows.printouts.store import is_own_card
from hansatsu.flows.support.acts import waiting_file
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.names import card_name, payment_name, shop_name
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.lists import Link, record_links


def resident_links(clerk: Clerk, resident: Resident) -> list[Link]:
    """For a resident's page."""
    state = ledger.wallet_state(ledger_connection(), resident.issuer_id, resident.wallet_id)
    pages = [("support_personal", _("個人情報を表示"), "visibility", False)]
    if state == "open":
        pages.append(("support_freeze", _("ウォレットを停止"), "pause", True))
    if state == "frozen" and resident.closed_at is None:
        pages.append(("support_unfreeze", _("ウォレットを再開"), "play_arrow", False))
    if resident.closed_at is None:
        pages.append(("support_devices", _("端末をすべて停止"), "phonelink_erase", True))
    acts = _links(clerk, pages, resident.pk) + _corrections(clerk, resident.wallet_id, state)
    return acts + record_links(clerk, resident.actor)


def card_links(clerk: Clerk, card: Card) -> list[Link]:
    """For a card's page."""
    data = _links(clerk, [("cards_card_change", _("登録内容を見る"), "info", False)], card.pk)
    data += record_links(clerk, card_name(card.pk))
    if card.state != CardState.ISSUED:
        return data
    state = ledger.wallet_state(ledger_connection(), card.issuer_id, card.wallet_id)
    pages = []
    file = waiting_file(card)
    if file is not None and not is_own_card(file, clerk.staff.actor):
        pages.append(("support_card_file", _("印刷ファイルを受け取る"), "download", False))
    if state == "open":
        pages.append(("support_card_stop", _("カードを停止"), "pause", True))
    if state == "frozen":
        pages.append(("support_card_resume", _("カードを再開"), "play_arrow", False))
    pages.append(("support_card_reissue", _("新しいカードに再発行"), "credit_card", True))
    return data + _links(clerk, pages, card.pk) + _corrections(clerk, card.wallet_id, state)


def payment_links(clerk: Clerk, number: str, left: int) -> list[Link]:
    """For a payment's page; ``left`` yen of it can be given back."""
    if not left:
        return record_links(clerk, payment_name(number))
    wrong = f"{console_url('adjustment_wrong_shop')}?{urlencode({'payment': number})}"
    said = _("この決済は別のお店のものでした")
    return [
        *_links(clerk, [("support_refund", _("返金"), "undo", True)], number),
        *clerk.only_open(("adjustment_wrong_shop", Link(said, wrong, "swap_horiz"))),
        *record_links(clerk, payment_name(number)),
    ]


def story_links(clerk: Clerk, page: str, argument: str | int) -> list[Link]:
    """For a page of data: to the same thing's story, which stands on ``page``."""
    return _links(clerk, [(page, _("できごとを見る"), "history", False)], argument)


def order_links(clerk: Clerk, order: Order) -> list[Link]:
    """For an order's story: to its data, with its money and what is to be done."""
    page = ("charging_order_change", _("注文の内容を見る"), "info", False)
    return _links(clerk, [page], order.pk) + record_links(clerk, order.subject)


def shop_links(clerk: Clerk, shop: Shop) -> list[Link]:
    """For a shop's story: to what is registered of it."""
    page = ("shops_shop_change", _("登録内容を見る"), "info", False)
    return _links(clerk, [page], shop.pk) + record_links(clerk, shop_name(shop.pk))


def _corrections(clerk: Clerk, wallet_id: int, state: str | None) -> list[Link]:
    pages = [
        ("correction_up", _("残高を増やす訂正"), "add", False),
        ("correction_down", _("残高を減らす訂正"), "remove", False),
        ("expiry_move", _("有効期限の延長"), "event", False),
        ("expiry_unexpire", _("期限切れの取消"), "restore", False),
    ]
    return [] if state == "closed" else _links(clerk, pages, wallet_id)


def _links(
    clerk: Clerk, pages: list[tuple[str, str, str, bool]], argument: str | int
) -> list[Link]:
    return [
        Link(label, console_url(page, argument), icon, danger)
        for page, label, icon, danger in pages
        if clerk.may_open(page)
    ]
