"""調整: what statements add or take apart from payments, by whom, and which statement took it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import Adjustment, AdjustmentKind, AdjustmentLine
from hansatsu.parties.staff.two_people import ProposalState, has_lapsed
from hansatsu.web.console.frame.access import Clerk, console_url
from hansatsu.web.console.frame.cells import badge, link_to
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement.deciding import decision_links
from hansatsu.web.console.settlement.words import (
    adjustment_words,
    day_words,
    proposal_tone,
    proposal_words,
    signed_yen,
    state_words,
)
from hansatsu.web.shared.words import japan_time


class AdjustmentAdmin(IssuerAdmin):
    """Newest first; what waits is seen by its badge."""

    recorded_as = "adjustment"

    list_display = ("number_", "when", "kind_", "amounts", "state_", "by", "why")
    list_filter = (
        choice_filter("state", gettext_lazy("状態"), known(ProposalState.values, state_words)),
        choice_filter("kind", gettext_lazy("種類"), known(AdjustmentKind.values, adjustment_words)),
    )
    ordering = ("-id",)
    search_fields = ("payment_number__exact", "lines__shop__code__iexact", "lines__shop__name")
    search_help_text = gettext_lazy("決済IDか、加盟店番号、店名で探せます。")
    fields = (
        *("number_", "state_", "kind_", "amounts", "payment", "received", "by", "when", "why"),
        *("lapses", "decided", "decided_why", "taken"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows = super().get_queryset(request).select_related("proposed_by", "decided_by")
        return rows.prefetch_related("lines__shop", "lines__statement__closing")

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To propose one."""
        new = Link(_("調整を申請する"), console_url("adjustment_new"), "add")
        wrong = Link(_("お店の取り違えを直す"), console_url("adjustment_wrong_shop"), "swap_horiz")
        return clerk.only_open(("adjustment_new", new), ("adjustment_wrong_shop", wrong))

    def links(self, clerk: Clerk, thing: Adjustment) -> list[Link]:
        """To decide it."""
        return decision_links(clerk, thing, "adjustment")

    def name_of(self, thing: Adjustment) -> str:
        """Its number."""
        return self.number_(thing)

    @column(gettext_lazy("番号"), ordering="id")
    def number_(self, thing: Adjustment) -> str:
        """As clerks call it."""
        return f"#{thing.pk}"

    @column(gettext_lazy("申請日時"), ordering="proposed_at")
    def when(self, thing: Adjustment) -> str:
        """When it was proposed."""
        return japan_time(thing.proposed_at)

    @column(gettext_lazy("種類"), ordering="kind")
    def kind_(self, thing: Adjustment) -> str:
        """Why a statement has it."""
        return adjustment_words(thing.kind)

    @column(gettext_lazy("お店と金額"))
    def amounts(self, thing: Adjustment) -> SafeString:
        """Of each shop, what is added or taken."""
        return _each_line(
            (f"{line.shop.code} {line.shop.local_name}", signed_yen(line.yen))
            for line in thing.lines.all()
        )

    @column(gettext_lazy("状態"), ordering="state")
    def state_(self, thing: Adjustment) -> SafeString:
        """Where it is."""
        return badge(proposal_words(thing), proposal_tone(thing))

    @column(gettext_lazy("申請した人"))
    def by(self, thing: Adjustment) -> str:
        """Who proposed it."""
        return thing.proposed_by.display_name

    @column(gettext_lazy("理由"))
    def why(self, thing: Adjustment) -> str:
        """In their words."""
        return thing.reason

    @column(gettext_lazy("決済ID"))
    def payment(self, thing: Adjustment) -> Any:
        """The payment that is meant."""
        number = thing.payment_number
        return link_to(console_url("support_payment", number), number) if number else "—"

    @column(gettext_lazy("入金日"))
    def received(self, thing: Adjustment) -> str:
        """Of collected money."""
        return day_words(thing.received_on)

    @column(gettext_lazy("承認の期限"))
    def lapses(self, thing: Adjustment) -> str:
        """Until when it can be approved."""
        is_open = thing.state == ProposalState.PROPOSED or has_lapsed(thing)
        return japan_time(thing.lapses_at) if is_open else "—"

    @column(gettext_lazy("決めた人"))
    def decided(self, thing: Adjustment) -> str:
        """Who decided, and when."""
        if thing.decided_by is None or thing.decided_at is None:
            return "—"
        return f"{thing.decided_by.display_name} · {japan_time(thing.decided_at)}"

    @column(gettext_lazy("承認・却下の理由"))
    def decided_why(self, thing: Adjustment) -> str:
        """In their words."""
        return thing.decided_reason or "—"

    @column(gettext_lazy("載った精算書"))
    def taken(self, thing: Adjustment) -> Any:
        """Which statement has it, shop by shop."""
        if thing.state != ProposalState.APPROVED:
            return "—"
        return format_html_join("", "<p>{} {}</p>", (_taken(line) for line in thing.lines.all()))


def _taken(line: AdjustmentLine) -> tuple[str, Any]:
    if line.statement is None:
        return line.shop.code, _("次の精算書に載ります")
    href = console_url("settlement_statement_change", line.statement_id or 0)
    return line.shop.code, link_to(href, line.statement.number)


def _each_line(rows: Iterable[tuple[str, str]]) -> SafeString:
    line = '<p class="whitespace-nowrap">{} <strong>{}</strong></p>'
    return format_html_join("", line, rows)
