"""A shop, a payment, an order, a card: what it is, and its story."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support.finding import find_order, find_shop
from hansatsu.flows.support.timelines import (
    card_timeline,
    order_timeline,
    payment_timeline,
    shop_timeline,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.wallets.selectors import HistoryRow, history_rows
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import value_words, yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.support.common import (
    card_link,
    card_tail,
    found_card,
    found_payment,
    holder_of,
    resident_link,
    to_find,
    what_is_held,
)
from hansatsu.web.console.support.links import card_links, order_links, payment_links, shop_links
from hansatsu.web.console.support.timelines import asked_cursor, shown
from hansatsu.web.console.support.words import (
    card_state_words,
    order_state_words,
    wallet_state_words,
)
from hansatsu.web.shared.words import japan_time, until_short


@require_safe
@for_clerks
def shop_page(request: HttpRequest, clerk: Clerk, shop_id: int) -> HttpResponse:
    """A shop."""
    shop = find_shop(clerk.issuer, shop_id)
    if shop is None:
        raise Http404("not this issuer's")
    facts = [
        (_("加盟店"), shop.local_name),
        (_("加盟店番号"), shop.code),
        (_("業種"), shop.category.local_name),
        (_("地区"), shop.area.local_name),
        (_("住所"), shop.address),
        (_("電話番号"), shop.phone or "—"),
        (_("状態"), _("掲載中") if shop.open else _("掲載していません")),
    ]
    timeline = shop_timeline(shop, asked_cursor(request))
    return show(
        request,
        "support_thing",
        title=_("加盟店"),
        subtitle=shop.local_name,
        back=to_find(),
        facts=facts,
        links=shop_links(clerk, shop),
        timeline=shown(request, clerk, timeline),
    )


@require_safe
@for_clerks
def payment_page(request: HttpRequest, clerk: Clerk, number: str) -> HttpResponse:
    """A payment and its refunds."""
    standing = found_payment(clerk, number)
    (row,) = history_rows(clerk.issuer, [standing.entry])
    facts: list[tuple[str, Any]] = [
        (_("決済ID"), number),
        (_("利用日時"), japan_time(row.at)),
        (_("決済金額"), yen_words(standing.amount)),
        (_("返金済み"), yen_words(standing.refunded)),
        (_("利用店舗"), linked(row.shop or "", console_url("support_shop", row.shop_id or 0))),
        (_("利用者"), holder_of(clerk, standing.entry.wallet_id)),
    ]
    return show(
        request,
        "support_thing",
        title=_("決済"),
        subtitle=number,
        back=to_find(),
        facts=facts,
        aside=_uses(row),
        links=payment_links(clerk, number, standing.left),
        timeline=shown(
            request, clerk, payment_timeline(clerk.issuer, number, asked_cursor(request))
        ),
    )


@require_safe
@for_clerks
def order_page(request: HttpRequest, clerk: Clerk, number: str) -> HttpResponse:
    """An order."""
    order = find_order(clerk.issuer, number)
    if order is None:
        raise Http404("not this issuer's")
    facts: list[tuple[str, Any]] = [
        (_("お申し込み番号"), order.number),
        (_("ご購入商品"), order.product.local_name),
        (_("口数"), _("%(units)d口") % {"units": order.units}),
        (_("お支払い金額"), yen_words(order.price)),
        (_("状態"), order_state_words(order.state)),
        (_("お支払い期限"), japan_time(order.pay_by)),
        (_("利用者"), resident_link(order.resident)),
    ]
    timeline = order_timeline(order, asked_cursor(request))
    return show(
        request,
        "support_thing",
        title=_("ご購入"),
        subtitle=order.number,
        back=to_find(),
        facts=facts,
        links=order_links(clerk, order),
        timeline=shown(request, clerk, timeline),
    )


@require_safe
@for_clerks
def card_page(request: HttpRequest, clerk: Clerk, card_id: int) -> HttpResponse:
    """A card."""
    card = found_card(clerk, card_id)
    state = ledger.wallet_state(ledger_connection(), card.issuer_id, card.wallet_id)
    facts: list[tuple[str, Any]] = [
        (_("カード"), card_tail(card)),
        (_("発行日"), japan_time(card.made_at)),
        (_("状態"), card_state_words(card.state)),
        (_("ウォレット"), wallet_state_words(state)),
    ]
    if card.taken_by:
        facts.append((_("利用者"), resident_link(card.taken_by)))
    if card.replaced_by:
        facts.append((_("新しいカード"), card_link(card.replaced_by)))
    former = Card.objects.of(clerk.issuer).filter(replaced_by=card).first()
    if former:
        facts.append((_("前のカード"), card_link(former)))
    return show(
        request,
        "support_thing",
        title=_("カード"),
        subtitle=card_tail(card),
        back=to_find(),
        facts=facts,
        aside=what_is_held(card.issuer, card.wallet_id),
        links=card_links(clerk, card),
        timeline=shown(request, clerk, card_timeline(card, asked_cursor(request))),
    )


def _uses(row: HistoryRow) -> dict[str, Any]:
    headers = [_("電子マネー"), _("管理番号"), _("有効期限"), _("金額")]
    lines = [
        (
            each.emoney,
            each.management_number,
            until_short(each.expires_on),
            value_words(each.amount),
        )
        for each in row.lines
    ]
    return {"title": _("ご利用の内訳"), "table": table(headers, lines)}
