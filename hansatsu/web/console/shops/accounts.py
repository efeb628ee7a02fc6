"""振込先の口座: what was entered for shops, what waits for a second person, what became of it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.parties.issuers.names import shop_name
from hansatsu.parties.shops.account_versions import why_not, words_of
from hansatsu.parties.shops.models import AccountState, AccountVersion
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link, record_links
from hansatsu.web.console.frame.tables import linked
from hansatsu.web.console.shops.account_words import (
    account_state_words,
    decided_words,
    entered_words,
)
from hansatsu.web.shared.time_words import moment_words


class AccountVersionAdmin(IssuerAdmin):
    """Newest first. The numbers are masked: pages that decide show them whole."""

    list_display = ("when", "shop_", "account_", "state_", "who", "decided")
    list_filter = (
        choice_filter(
            "state", gettext_lazy("状態"), known(AccountState.values, account_state_words)
        ),
    )
    search_fields = ("shop__code", "shop__name", "shop__name_kana")
    search_help_text = gettext_lazy("加盟店の番号、店名、フリガナで探せます。")
    ordering = ("-id",)
    fields = (
        *("state_", "shop_", "account_", "notes_", "who", "why", "file"),
        *("decided", "decided_why"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("shop", "issuer")
        return rows

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """Where a shop's page is, for who may open it."""
        for each in rows:
            each.leads = clerk.may_open("shops_shop_change")

    def name_of(self, thing: AccountVersion) -> str:
        """Whose it is."""
        return f"{thing.shop.code} {thing.shop.local_name}"

    def links(self, clerk: Clerk, thing: AccountVersion) -> list[Link]:
        """To decide it, to the shop and to its record."""
        shop = Link(_("加盟店"), console_url("shops_shop_change", thing.shop_id), "storefront")
        found = clerk.only_open(("shops_shop_change", shop))
        if thing.state == AccountState.WAITING:
            approve = Link(_("承認する"), console_url("account_approve", thing.pk), "check")
            decline = Link(_("却下する"), console_url("account_decline", thing.pk), danger=True)
            ways = [("account_decline", decline)]
            if not why_not(thing, clerk.staff.actor):
                ways.insert(0, ("account_approve", approve))
            found = clerk.only_open(*ways) + found
        return found + record_links(clerk, shop_name(thing.shop_id))

    @column(gettext_lazy("入力日時"), ordering="id")
    def when(self, version: AccountVersion) -> str:
        """When it was entered."""
        return moment_words(version.entered_at)

    @column(gettext_lazy("加盟店"), ordering="shop__code")
    def shop_(self, version: Any) -> Any:
        """Number and name."""
        name = self.name_of(version)
        href = console_url("shops_shop_change", version.shop_id)
        return linked(name, href) if getattr(version, "leads", False) else name

    @column(gettext_lazy("口座"))
    def account_(self, version: AccountVersion) -> str:
        """With the names of bank and branch, the number masked."""
        return words_of(version)

    @column(
        gettext_lazy("状態"),
        label={
            gettext_lazy("承認待ち"): "warning",
            gettext_lazy("承認済み"): "success",
            gettext_lazy("却下"): "danger",
        },
    )
    def state_(self, version: AccountVersion) -> str:
        """Where it is."""
        return account_state_words(version.state)

    @column(gettext_lazy("入力した人"))
    def who(self, version: AccountVersion) -> str:
        """Who entered it, and when."""
        return entered_words(version)

    @column(gettext_lazy("理由"))
    def why(self, version: AccountVersion) -> str:
        """Why, in their words."""
        return version.reason or "—"

    @column(gettext_lazy("読み替え"))
    def notes_(self, version: AccountVersion) -> str:
        """What was read otherwise than it was typed."""
        return " / ".join(version.notes) or "—"

    @column(gettext_lazy("ファイル"))
    def file(self, version: AccountVersion) -> Any:
        """The file that it came with."""
        if version.batch_id is None:
            return "—"
        return linked(_("ファイル登録"), console_url("shops_batch_change", version.batch_id))

    @column(gettext_lazy("決めた人"))
    def decided(self, version: AccountVersion) -> str:
        """Who decided, and when."""
        return decided_words(version)

    @column(gettext_lazy("承認・却下の理由"))
    def decided_why(self, version: AccountVersion) -> str:
        """In their words."""
        return version.decided_reason or "—"
