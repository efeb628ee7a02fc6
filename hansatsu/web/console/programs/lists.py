"""電子マネー, 販売 and 商品."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.withdrawing import unbought
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.programs.models import Emoney, Product, Sale
from hansatsu.parties.programs.selectors import offered
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter
from hansatsu.web.console.frame.listing import how_many_shops, listed
from hansatsu.web.console.frame.lists import IssuerAdmin, Link, of_issuer
from hansatsu.web.console.programs.words import (
    expiry_of,
    expiry_words,
    premium_words,
    product_state_words,
    values_words,
)
from hansatsu.web.shared.time_words import until_words


class EmoneyAdmin(IssuerAdmin):
    """The kinds of value."""

    recorded_as = "emoney"

    list_display = ("name_", "name_en_", "shops")
    ordering = ("id",)
    fields = ("name_", "name_en_", "shops", "planned")
    readonly_fields = fields

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add one."""
        new = Link(_("電子マネーを追加"), console_url("emoney_new"), "add")
        return clerk.only_open(("emoney_new", new))

    def links(self, clerk: Clerk, thing: Emoney) -> list[Link]:
        """What is done with one."""
        accept = Link(_("使える加盟店を変える"), console_url("emoney_accept", thing.pk))
        edit = Link(_("名前を変える"), console_url("emoney_edit", thing.pk))
        return clerk.only_open(("emoney_accept", accept), ("emoney_edit", edit))

    @column(gettext_lazy("名前"), ordering="name")
    def name_(self, emoney: Emoney) -> str:
        """In Japanese."""
        return emoney.name

    @column(gettext_lazy("英語名"))
    def name_en_(self, emoney: Emoney) -> str:
        """In English."""
        return emoney.name_en or "—"

    @column(gettext_lazy("使える加盟店"))
    def shops(self, emoney: Emoney) -> str:
        """How many take it now."""
        taken = ledger.takes(ledger_connection(), emoney.issuer_id)
        count = sum(emoney.pk in emoneys for emoneys in taken.values())
        return how_many_shops(count)

    @column(gettext_lazy("これから変わる加盟店"))
    def planned(self, emoney: Emoney) -> str:
        """How many begin or end later."""
        now = clock.now()
        rows = ledger.acceptances(ledger_connection(), emoney.issuer_id, emoney_id=emoney.pk)
        begin = sum(row.start > now for row in rows)
        end = sum(row.end is not None and row.end > now for row in rows)
        return _("開始 %(begin)d店、終了 %(end)d店") % {"begin": begin, "end": end}


class SaleAdmin(IssuerAdmin):
    """The sales."""

    recorded_as = "sale"

    list_display = ("name_", "opens", "closes", "per_person")
    ordering = ("-id",)
    fields = ("name_", "name_en_", "opens", "closes", "per_person", "products_")
    readonly_fields = fields

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add one."""
        return clerk.only_open(("sale_new", Link(_("販売を追加"), console_url("sale_new"), "add")))

    def links(self, clerk: Clerk, thing: Sale) -> list[Link]:
        """What is done with one."""
        product = Link(_("商品を追加"), f"{console_url('product_new')}?sale={thing.pk}", "add")
        edit = Link(_("販売を変える"), console_url("sale_edit", thing.pk))
        return clerk.only_open(("product_new", product), ("sale_edit", edit))

    @column(gettext_lazy("名前"), ordering="name")
    def name_(self, sale: Sale) -> str:
        """In the reader's language."""
        return sale.local_name

    @column(gettext_lazy("英語名"))
    def name_en_(self, sale: Sale) -> str:
        """In English."""
        return sale.name_en or "—"

    @column(gettext_lazy("販売開始"), ordering="opens_at")
    def opens(self, sale: Sale) -> str:
        """In Japan."""
        return f"{in_japan(sale.opens_at):%Y/%m/%d %H:%M}"

    @column(gettext_lazy("販売終了"), ordering="closes_at")
    def closes(self, sale: Sale) -> str:
        """In Japan, or none."""
        return until_words(sale.closes_at) if sale.closes_at else _("なし")

    @column(gettext_lazy("1人が買える口数"))
    def per_person(self, sale: Sale) -> str:
        """Or no limit."""
        if sale.units_per_person is None:
            return _("制限なし")
        return _("%(units)d口") % {"units": sale.units_per_person}

    @column(gettext_lazy("商品"))
    def products_(self, sale: Sale) -> str:
        """Their names."""
        return listed(each.local_name for each in offered(sale)) or "—"


def _sales(clerk: Clerk) -> list[tuple[str, str]]:
    return [(str(each.pk), each.local_name) for each in of_issuer(Sale, clerk.issuer)]


class ProductAdmin(IssuerAdmin):
    """The products. What was bought is never changed: orders point to it."""

    list_display = ("name_", "sale_", "units_", "price_", "parts_", "premium", "expiry", "state")
    list_filter = (choice_filter("sale", gettext_lazy("販売"), _sales),)
    ordering = ("-sale", "units")
    fields = (
        *("name_", "name_en_", "sale_", "units_", "price_", "parts_", "premium", "expiry"),
        "state",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With sale and parts."""
        rows = super().get_queryset(request).select_related("sale")
        products: QuerySet[Any] = rows.prefetch_related("parts__emoney")
        return products

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """Add to each whether it can be bought."""
        _add_states(rows)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add some."""
        new = Link(_("商品を追加"), console_url("product_new"), "add")
        return clerk.only_open(("product_new", new))

    def links(self, clerk: Clerk, thing: Product) -> list[Link]:
        """To put it right, while nobody has bought it."""
        if not unbought(thing.sale).filter(pk=thing.pk).exists():
            return []
        edit = Link(_("商品を変える"), console_url("product_edit", thing.pk))
        back = Link(_("取り下げる"), console_url("product_withdraw", thing.pk), danger=True)
        return clerk.only_open(("product_edit", edit), ("product_withdraw", back))

    @column(gettext_lazy("商品名"), ordering="name")
    def name_(self, product: Product) -> str:
        """In the reader's language."""
        return product.local_name

    @column(gettext_lazy("英語名"))
    def name_en_(self, product: Product) -> str:
        """In English."""
        return product.name_en or "—"

    @column(gettext_lazy("販売"), ordering="sale")
    def sale_(self, product: Product) -> str:
        """What it is sold in."""
        return product.sale.local_name

    @column(gettext_lazy("口数"), ordering="units")
    def units_(self, product: Product) -> str:
        """How many units it is."""
        return _("%(units)d口") % {"units": product.units}

    @column(gettext_lazy("価格"), ordering="price")
    def price_(self, product: Product) -> str:
        """For all of its units."""
        return yen_words(product.price)

    @column(gettext_lazy("中身"))
    def parts_(self, product: Product) -> str:
        """Yen of each emoney."""
        return values_words((each.emoney, each.amount) for each in product.parts.all())

    @column(gettext_lazy("プレミアム"))
    def premium(self, product: Product) -> str:
        """What is got beyond the price."""
        return premium_words(product.price, sum(each.amount for each in product.parts.all()))

    @column(gettext_lazy("有効期限"))
    def expiry(self, product: Product) -> str:
        """The rule."""
        return expiry_words(expiry_of(product))

    @column(
        gettext_lazy("状態"),
        label={
            gettext_lazy("販売中"): "success",
            gettext_lazy("下書き"): "info",
            gettext_lazy("取り下げ"): "danger",
        },
    )
    def state(self, product: Product) -> str:
        """Whether it can be bought."""
        if not hasattr(product, "state_words"):
            _add_states([product])
        words: str = product.state_words  # type: ignore[attr-defined] # see _add_states
        return words


def _add_states(products: Iterable[Any]) -> None:
    """Write into each of them whether it can be bought, by one look at the clock."""
    now = clock.now()
    for product in products:
        product.state_words = product_state_words(product, now)
