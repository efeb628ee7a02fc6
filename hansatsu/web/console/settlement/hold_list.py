"""支払保留: of which shops the money waits, until when and why."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import Hold
from hansatsu.parties.staff.two_people import ProposalState, has_lapsed
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.cells import badge, link_to
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement.deciding import decision_links
from hansatsu.web.console.settlement.hold_words import (
    hold_ends_words,
    hold_tone,
    hold_words,
    is_going,
)
from hansatsu.web.console.settlement.words import state_words
from hansatsu.web.shared.words import japan_time


class HoldAdmin(IssuerAdmin):
    """Newest first; what waits, and what holds now, is seen by its badge."""

    recorded_as = "hold"

    list_display = ("when", "shop_", "state_", "until", "by", "why")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(ProposalState.values, state_words)),
    )
    ordering = ("-id",)
    search_fields = ("shop__code__iexact", "shop__name", "shop__name_kana", "shop__name_en")
    search_help_text = gettext_lazy("加盟店番号か、店名、フリガナで探せます。")
    fields = (
        *("shop_", "state_", "until", "by", "when", "why", "lapses"),
        *("decided", "decided_why", "released", "released_why"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("shop", "proposed_by", "decided_by", "released_by")

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To propose one."""
        new = Link(_("支払保留を申請する"), console_url("hold_new"), "add")
        return clerk.only_open(("hold_new", new))

    def links(self, clerk: Clerk, thing: Hold) -> list[Link]:
        """To decide it, and to end it."""
        if is_going(thing):
            release = Link(_("解除する"), console_url("hold_release", thing.pk), "lock_open")
            return clerk.only_open(("hold_release", release))
        return decision_links(clerk, thing, "hold")

    def name_of(self, thing: Hold) -> str:
        """Whose money."""
        return f"{thing.shop.code} {thing.shop.local_name}"

    @column(gettext_lazy("加盟店"), ordering="shop__code")
    def shop_(self, thing: Hold) -> str:
        """Whose money, with the way there."""
        return link_to(console_url("support_shop", thing.shop_id), self.name_of(thing))

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, thing: Hold) -> SafeString:
        """Where it is."""
        return badge(hold_words(thing), hold_tone(thing))

    @column(gettext_lazy("いつまで"), ordering="until_day")
    def until(self, thing: Hold) -> str:
        """On which day it ends by itself."""
        return hold_ends_words(thing.until_day)

    @column(gettext_lazy("申請した人"))
    def by(self, thing: Hold) -> str:
        """Who proposed it."""
        return thing.proposed_by.display_name

    @column(gettext_lazy("申請日時"), ordering="proposed_at")
    def when(self, thing: Hold) -> str:
        """When it was proposed."""
        return japan_time(thing.proposed_at)

    @column(gettext_lazy("理由"))
    def why(self, thing: Hold) -> str:
        """In their words."""
        return thing.reason

    @column(gettext_lazy("承認の期限"))
    def lapses(self, thing: Hold) -> str:
        """Until when it can be approved."""
        is_open = thing.state == ProposalState.PROPOSED or has_lapsed(thing)
        return japan_time(thing.lapses_at) if is_open else "—"

    @column(gettext_lazy("決めた人"))
    def decided(self, thing: Hold) -> str:
        """Who decided, and when."""
        if thing.decided_by is None or thing.decided_at is None:
            return "—"
        return f"{thing.decided_by.display_name} · {japan_time(thing.decided_at)}"

    @column(gettext_lazy("承認・却下の理由"))
    def decided_why(self, thing: Hold) -> str:
        """In their words."""
        return thing.decided_reason or "—"

    @column(gettext_lazy("解除した人"))
    def released(self, thing: Hold) -> str:
        """Who ended it, and when."""
        if thing.released_by is None or thing.released_at is None:
            return "—"
        return f"{thing.released_by.display_name} · {japan_time(thing.released_at)}"

    @column(gettext_lazy("解除の理由"))
    def released_why(self, thing: Hold) -> str:
        """In their words."""
        return thing.released_reason or "—"
