"""加盟店, 地区 and 業種."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.account_versions import entered, to_pay, words_of
from hansatsu.parties.shops.models import AccountState, Area, Category, Grouping, Shop
from hansatsu.parties.staff.first_managers import active_managers
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter
from hansatsu.web.console.frame.listing import listed
from hansatsu.web.console.frame.lists import IssuerAdmin, Link, of_issuer
from hansatsu.web.console.frame.tables import linked
from hansatsu.web.console.shops.account_words import entered_words
from hansatsu.web.console.support.links import story_links
from hansatsu.web.shared.time_words import period_words


def _groups(model: type[Grouping]) -> Any:
    def offered(clerk: Clerk) -> list[tuple[str, str]]:
        return [(str(each.pk), each.local_name) for each in of_issuer(model, clerk.issuer)]

    return offered


class ShopAdmin(IssuerAdmin):
    """The shops of the issuer, stopped ones too."""

    recorded_as = "shop"

    list_display = ("code_", "name_", "area_", "category_", "takes", "manager", "state")
    list_display_links = ("code_", "name_")
    list_filter = (
        choice_filter("area", gettext_lazy("地区"), _groups(Area)),
        choice_filter("category", gettext_lazy("業種"), _groups(Category)),
        choice_filter(
            "open",
            gettext_lazy("状態"),
            lambda clerk: [("True", _("利用中")), ("False", _("停止中"))],
        ),
    )
    ordering = ("code",)
    search_fields = ("code", "name", "name_kana", "name_en", "address", "phone")
    search_help_text = gettext_lazy("番号、店名、フリガナ、住所、電話番号で探せます。")
    fields = (
        *("code_", "name_", "name_kana_", "name_en_", "area_", "category_", "address_", "phone_"),
        "contact_email_",
        *("state", "manager", "takes", "accepted", "account_", "account_waiting"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(has_manager=Exists(active_managers()))
        return rows.select_related("area", "category", "issuer")

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """What they take now."""
        _add_taken(rows, clerk.issuer)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """What is done with many."""
        return clerk.only_open(
            ("shop_new", Link(_("加盟店を登録"), console_url("shop_new"), "add_business")),
            ("shop_import", Link(_("ファイルから登録"), console_url("shop_import"), "upload")),
            ("shop_posters", Link(_("ポスターを印刷"), console_url("shop_posters"), "print")),
            ("shop_letters", Link(_("案内状を作る"), console_url("shop_letters"), "mail")),
        )

    def name_of(self, thing: Shop) -> str:
        """Its code, too: names are alike."""
        return f"{thing.code} {thing.local_name}"

    def links(self, clerk: Clerk, thing: Shop) -> list[Link]:
        """To its story, and what is done with it."""
        where = {name: console_url(name, thing.pk) for name in SHOP_PAGES}
        accounts = console_url("shops_accountversion_changelist")
        history = f"{accounts}?{urlencode({'q': thing.code})}"
        stop = ("shop_stop", Link(_("取り扱いを停止"), where["shop_stop"], danger=True))
        start = ("shop_start", Link(_("取り扱いを再開"), where["shop_start"]))
        return story_links(clerk, "support_shop", thing.pk) + clerk.only_open(
            ("shop_staff", Link(_("加盟店の担当者"), where["shop_staff"], "badge")),
            ("shop_edit", Link(_("登録内容を変える"), where["shop_edit"])),
            ("shop_takes", Link(_("使える電子マネー"), where["shop_takes"])),
            ("shop_account", Link(_("口座を入力する"), where["shop_account"])),
            ("shops_accountversion_changelist", Link(_("口座の履歴"), history, "history")),
            ("shop_poster", Link(_("ポスター"), where["shop_poster"], "print")),
            stop if thing.open else start,
        )

    @column(gettext_lazy("加盟店番号"), ordering="code")
    def code_(self, shop: Shop) -> str:
        """As on the poster."""
        return shop.code

    @column(gettext_lazy("店名"), ordering="name")
    def name_(self, shop: Shop) -> str:
        """In the reader's language."""
        return shop.local_name

    @column(gettext_lazy("フリガナ"))
    def name_kana_(self, shop: Shop) -> str:
        """How it is read."""
        return shop.name_kana

    @column(gettext_lazy("英語名"))
    def name_en_(self, shop: Shop) -> str:
        """In English."""
        return shop.name_en or "—"

    @column(gettext_lazy("地区"), ordering="area")
    def area_(self, shop: Shop) -> str:
        """Where in town."""
        return shop.area.local_name

    @column(gettext_lazy("業種"), ordering="category")
    def category_(self, shop: Shop) -> str:
        """What kind."""
        return shop.category.local_name

    @column(gettext_lazy("住所"))
    def address_(self, shop: Shop) -> str:
        """Where."""
        return shop.address

    @column(gettext_lazy("電話番号"))
    def phone_(self, shop: Shop) -> str:
        """Or a dash."""
        return shop.phone or "—"

    @column(gettext_lazy("連絡先メールアドレス"))
    def contact_email_(self, shop: Shop) -> str:
        """Whom the office writes to, or a dash."""
        return shop.contact_email or "—"

    @column(gettext_lazy("使える電子マネー"))
    def takes(self, shop: Shop) -> str:
        """What it takes now."""
        if not hasattr(shop, "taken_words"):
            _add_taken([shop], shop.issuer)
        words: str = shop.taken_words  # type: ignore[attr-defined] # see _add_taken
        return words

    @column(
        gettext_lazy("状態"),
        ordering="open",
        label={gettext_lazy("利用中"): "success", gettext_lazy("停止中"): "danger"},
    )
    def state(self, shop: Shop) -> str:
        """Whether it is listed and takes value."""
        return _("利用中") if shop.open else _("停止中")

    @column(
        gettext_lazy("店長"),
        label={gettext_lazy("いる"): "success", gettext_lazy("いない"): "warning"},
    )
    def manager(self, shop: Any) -> str:
        """Whether one has an account of the shop site that works."""
        return _("いる") if shop.has_manager else _("いない")

    @column(gettext_lazy("取り扱いの期間"))
    def accepted(self, shop: Shop) -> str:
        """From when until when it takes and took what."""
        names = emoney_names(shop.issuer)
        rows = ledger.acceptances(ledger_connection(), shop.issuer_id, shop_id=shop.pk)
        return " / ".join(
            f"{names[row.emoney_id]} {period_words(row.start, row.end)}" for row in rows
        )

    @column(gettext_lazy("振込先の口座"))
    def account_(self, shop: Shop) -> str:
        """The one in force, with the names of bank and branch, the number masked."""
        version = to_pay(shop.issuer, [shop.pk]).get(shop.pk)
        return words_of(version) if version else _("未登録")

    @column(gettext_lazy("承認待ちの口座"))
    def account_waiting(self, shop: Shop) -> Any:
        """The one that waits for a second person, with the way to its page."""
        version = entered(shop.issuer, [shop.pk]).get(shop.pk)
        if version is None or version.state != AccountState.WAITING:
            return "—"
        words = f"{words_of(version)} ({entered_words(version)})"
        return linked(words, console_url("shops_accountversion_change", version.pk))


SHOP_PAGES = (
    "shop_staff",
    "shop_edit",
    "shop_takes",
    "shop_account",
    "shop_poster",
    "shop_stop",
    "shop_start",
)


def _add_taken(shops: Iterable[Shop], issuer: Issuer) -> None:
    """Write into each of them what it takes, asked of the ledger once for all."""
    taken, names = ledger.takes(ledger_connection(), issuer.pk), emoney_names(issuer)
    for shop in shops:
        words = listed(names[each] for each in taken.get(shop.pk, [])) or "—"
        shop.taken_words = words  # type: ignore[attr-defined]


class _GroupAdmin(IssuerAdmin):
    """Areas or categories, with how many open shops each has."""

    list_display = ("name_", "name_en_", "order_", "shops")
    ordering = ("order", "id")
    fields = ("name_", "name_en_", "order_", "shops")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With the number of shops."""
        counted = Count("shops", filter=Q(shops__open=True))
        groups: QuerySet[Any] = super().get_queryset(request).annotate(open_shops=counted)
        return groups

    @column(gettext_lazy("名前"), ordering="name")
    def name_(self, group: Grouping) -> str:
        """In Japanese."""
        return group.name

    @column(gettext_lazy("英語名"))
    def name_en_(self, group: Grouping) -> str:
        """In English."""
        return group.name_en or "—"

    @column(gettext_lazy("並び順"), ordering="order")
    def order_(self, group: Grouping) -> str:
        """Small ones first."""
        return str(group.order)

    @column(gettext_lazy("利用中の加盟店"))
    def shops(self, group: Any) -> str:
        """How many."""
        return f"{group.open_shops:,}"


class AreaAdmin(_GroupAdmin):
    """地区."""

    recorded_as = "area"

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add one."""
        return clerk.only_open(("area_new", Link(_("地区を追加"), console_url("area_new"), "add")))

    def links(self, clerk: Clerk, thing: Area) -> list[Link]:
        """To call it otherwise."""
        edit = Link(_("名前と並び順を変える"), console_url("area_edit", thing.pk))
        return clerk.only_open(("area_edit", edit))


class CategoryAdmin(_GroupAdmin):
    """業種."""

    recorded_as = "category"

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To add one."""
        new = Link(_("業種を追加"), console_url("category_new"), "add")
        return clerk.only_open(("category_new", new))

    def links(self, clerk: Clerk, thing: Category) -> list[Link]:
        """To call it otherwise."""
        edit = Link(_("名前と並び順を変える"), console_url("category_edit", thing.pk))
        return clerk.only_open(("category_edit", edit))
