"""随時払いの申請: which shops ask to be paid in between, and what became of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import PayoutRequest, RequestState
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import badge, link_to
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement.words import Tone, request_words
from hansatsu.web.shared.words import japan_time

TONES: dict[str, Tone] = {
    RequestState.ASKED: "warning",
    RequestState.CLOSED: "success",
    RequestState.DECLINED: "danger",
}


class PayoutRequestAdmin(IssuerAdmin):
    """What waits is seen by its badge."""

    recorded_as = "payout_request"

    list_display = ("when", "shop_", "state_", "by", "paid", "decided")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(RequestState.values, request_words)),
    )
    ordering = ("-id",)
    search_fields = ("shop__code__iexact", "shop__name", "shop__name_kana", "shop__name_en")
    search_help_text = gettext_lazy("加盟店番号か、店名、フリガナで探せます。")
    fields = ("shop_", "state_", "when", "by", "paid", "decided", "decided_why")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        names = ("shop", "asked_by", "decided_by", "statement__closing", "statement__shop")
        return rows.select_related(*names)

    def links(self, clerk: Clerk, thing: PayoutRequest) -> list[Link]:
        """To answer it."""
        if thing.state != RequestState.ASKED:
            return []
        close = console_url("payout_request_close", thing.pk)
        decline = console_url("payout_request_decline", thing.pk)
        return clerk.only_open(
            ("payout_request_close", Link(_("締めて支払う"), close, "check")),
            ("payout_request_decline", Link(_("見送る"), decline, danger=True)),
        )

    def name_of(self, thing: PayoutRequest) -> str:
        """Who asks."""
        return f"{thing.shop.code} {thing.shop.local_name}"

    @column(gettext_lazy("加盟店"), ordering="shop__code")
    def shop_(self, thing: PayoutRequest) -> SafeString:
        """Who asks, with the way there."""
        return link_to(console_url("support_shop", thing.shop_id), self.name_of(thing))

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, thing: PayoutRequest) -> SafeString:
        """Where it is."""
        return badge(request_words(thing.state), TONES.get(thing.state, ""))

    @column(gettext_lazy("申請日時"), ordering="asked_at")
    def when(self, thing: PayoutRequest) -> str:
        """When they asked."""
        return japan_time(thing.asked_at)

    @column(gettext_lazy("申請した人"))
    def by(self, thing: PayoutRequest) -> str:
        """Who asked."""
        return thing.asked_by.display_name

    @column(gettext_lazy("精算書"))
    def paid(self, thing: PayoutRequest) -> Any:
        """Its statement, and what it pays."""
        if thing.statement is None:
            return "—"
        href = console_url("settlement_statement_change", thing.statement_id or 0)
        return link_to(href, f"{thing.statement.number} {yen_words(thing.statement.payout)}")

    @column(gettext_lazy("決めた人"))
    def decided(self, thing: PayoutRequest) -> str:
        """Who answered, and when."""
        if thing.decided_by is None or thing.decided_at is None:
            return "—"
        return f"{thing.decided_by.display_name} · {japan_time(thing.decided_at)}"

    @column(gettext_lazy("見送りなどの理由"))
    def decided_why(self, thing: PayoutRequest) -> str:
        """In their words."""
        return thing.decided_reason or "—"
