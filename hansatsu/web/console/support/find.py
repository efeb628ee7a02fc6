"""お問い合わせ: finding who or what somebody asks about."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextInputWidget

from hansatsu.flows.support.finding import MOST, Found, find
from hansatsu.flows.support.residents import mask_resident, resident_of_wallet
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.wallets.selectors import last_day
from hansatsu.web.console.frame.access import Clerk, console_url, for_clerks
from hansatsu.web.console.frame.amount_words import value_words, yen_words
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.fields import Typed
from hansatsu.web.console.frame.tables import linked, table
from hansatsu.web.console.support.common import card_link, holder_of, resident_link
from hansatsu.web.console.support.words import (
    card_state_words,
    gift_state_words,
    order_state_words,
    purchase_code_state_words,
)
from hansatsu.web.shared.words import breakable, japan_time, until_short

PAYMENT = 33
"""Characters of 決済ID of a payment; a refund's begins with its payment's."""


class FindForm(forms.Form):
    """What they say of it."""

    text = Typed(
        label=gettext_lazy("探すもの"),
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=gettext_lazy(
            "お名前・フリガナ(姓から)、電話番号、メールアドレス、決済ID、コード(ID)・管理番号など。カード・ギフトコード・購入コードは、全部の文字が必要です。"
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_clerks
def find_page(request: HttpRequest, clerk: Clerk) -> HttpResponse:
    """Ask, and list what was found, masked. What was asked is sent, not put into the address:
    addresses are kept in logs."""
    form = FindForm(request.POST or None)
    page: dict[str, Any] = {"title": _("お問い合わせ"), "form": form}
    if not form.is_bound:
        return show(request, "support_find", **page)
    if not form.is_valid():
        return show(request, "support_find", status=422, **page)
    found = find(clerk.issuer, form.cleaned_data["text"])
    page |= {
        "asked": True,
        "residents": _residents(found),
        "shops": _shops(found),
        "lots": _lots(clerk, found),
        "others": _others(clerk, found),
        "is_long": MOST in (len(found.residents), len(found.shops)),
        "most": MOST,
    }
    return show(request, "support_find", **page)


def _residents(found: Found) -> dict[str, Any] | None:
    if not found.residents:
        return None
    headers = [_("お名前"), _("フリガナ"), _("電話番号"), _("メールアドレス"), _("ログインID")]
    headers += [_("住所"), _("登録日")]
    rows = []
    for each in map(mask_resident, found.residents):
        name = f"{each.name}{_('(退会済み)')}" if each.closed_at else each.name
        address = console_url("support_resident", each.resident_id)
        cells = [
            linked(name, address),
            each.kana,
            each.texts["phone"] or "—",
            each.texts["email"],
            each.texts["login_id"],
        ]
        rows.append([*cells, each.city or "—", f"{each.since:%Y/%m/%d}"])
    return table(headers, rows)


def _shops(found: Found) -> dict[str, Any] | None:
    if not found.shops:
        return None
    rows = [
        (linked(each.local_name, console_url("support_shop", each.pk)), each.code, each.phone)
        for each in found.shops
    ]
    return table([_("加盟店"), _("加盟店番号"), _("電話番号")], rows)


def _lots(clerk: Clerk, found: Found) -> dict[str, Any] | None:
    """Masked as their holders see them, and in whose wallet."""
    if not found.lots:
        return None
    names = emoney_names(clerk.issuer)
    headers = [_("コード(ID)"), _("管理番号"), _("電子マネー"), _("有効期限"), _("残高")]
    rows = [
        (
            each.masked_code,
            each.management_number,
            names[each.emoney_id],
            until_short(last_day(each.expires_at)),
            value_words(each.balance),
            holder_of(clerk, each.wallet_id),
        )
        for each in found.lots
    ]
    return table([*headers, _("利用者")], rows)


def _others(clerk: Clerk, found: Found) -> dict[str, Any] | None:
    """What is one of its kind, and whose it is."""
    rows: list[tuple[Any, ...]] = []
    if found.payment:
        entry = found.payment
        kind = _("返金") if entry.kind == "refund" else _("決済")
        number = entry.number or ""
        said = f"{japan_time(entry.at)} · {yen_words(-entry.amount)}"
        owner = _whose(resident_of_wallet(clerk.issuer, entry.wallet_id))
        address = console_url("support_payment", number[:PAYMENT])
        rows.append((kind, linked(breakable(number), address), said, owner))
    if found.order:
        order = found.order
        said = f"{order_state_words(order.state)} · {yen_words(order.price)}"
        address = console_url("support_order", order.number)
        rows.append((_("ご購入"), linked(order.number, address), said, _whose(order.resident)))
    if found.card:
        card = found.card
        rows.append((_("カード"), card_link(card), card_state_words(card.state), "—"))
    if found.gift:
        gift = found.gift
        state = gift_state_words(gift.state)
        rows.append((_("ギフトコード"), _tail(gift.last_four), state, _whose(gift.taken_by)))
    if found.purchase_code:
        code = found.purchase_code
        state = purchase_code_state_words(code.state)
        rows.append((_("購入コード"), _tail(code.last_four), state, _whose(code.resident)))
    return table([_("種類"), _("番号"), _("内容"), _("利用者")], rows) if rows else None


def _whose(resident: Resident | None) -> Any:
    return resident_link(resident) if resident else "—"


def _tail(last_four: str) -> str:
    return f"…{last_four}"
