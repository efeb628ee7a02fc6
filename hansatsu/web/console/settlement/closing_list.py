"""締め: every closing, with how far its money has come."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import Closing, ClosingKind
from hansatsu.flows.settlement.standing import Part, Standing, parts_of
from hansatsu.web.console.frame.access import Clerk, clerk_of, console_url
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.cells import moment
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin, Link
from hansatsu.web.console.settlement import closing_page
from hansatsu.web.console.settlement.words import (
    closing_name,
    day_words,
    kind_of_closing,
    period_of,
    standing_badge,
)


class ClosingAdmin(IssuerAdmin):
    """Newest first; a page of its own shows one."""

    recorded_as = "closing"

    list_display = ("number_", "period", "payout_", "carry_", "paying", "pay_on_", "kind_", "cut")
    list_filter = (
        choice_filter("kind", gettext_lazy("種類"), known(ClosingKind.values, kind_of_closing)),
    )
    ordering = ("-number",)

    def list_links(self, clerk: Clerk) -> list[Link]:
        """To what there is before a closing."""
        dry = Link(_("もし今日締めたら"), console_url("dry_run"), "calculate")
        return clerk.only_open(("dry_run", dry))

    def prepare(self, rows: Iterable[Any], clerk: Clerk) -> None:
        """How far each one's money has come."""
        closings = list(rows)
        found = parts_of(clerk.issuer, (each.pk for each in closings))
        for each in closings:
            each.parts = found.get(each.pk, {})

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        closing = self.get_queryset(request).filter(pk=object_id).first()
        if closing is None:
            raise Http404("not this issuer's")
        return closing_page.page(request, clerk_of(request), closing)

    @column(gettext_lazy("締め"), ordering="number")
    def number_(self, closing: Closing) -> str:
        """第12回の締め."""
        return closing_name(closing)

    @column(gettext_lazy("期間"), ordering="cut_at")
    def period(self, closing: Closing) -> str:
        """The days that it is about."""
        return period_of(closing)

    @column(gettext_lazy("振込する合計"), ordering="payout")
    def payout_(self, closing: Closing) -> str:
        """What shops are paid."""
        return yen_words(closing.payout)

    @column(gettext_lazy("次回繰越"), ordering="carry")
    def carry_(self, closing: Closing) -> str:
        """What shops owe."""
        return yen_words(closing.carry)

    @column(gettext_lazy("支払の状態"))
    def paying(self, closing: Any) -> SafeString:
        """How many statements stand how."""
        parts: dict[Standing, Part] = closing.parts
        shown = ((standing_badge(each), part.count) for each, part in parts.items())
        said = format_html_join(" ", '<span class="whitespace-nowrap">{} {}</span>', shown)
        return said or SafeString("—")

    @column(gettext_lazy("支払日"), ordering="pay_on")
    def pay_on_(self, closing: Closing) -> str:
        """When shops are paid."""
        return day_words(closing.pay_on)

    @column(gettext_lazy("種類"), ordering="kind")
    def kind_(self, closing: Closing) -> str:
        """Of all shops, or of one."""
        return kind_of_closing(closing.kind)

    @column(gettext_lazy("締めの時刻"), ordering="cut_at")
    def cut(self, closing: Closing) -> str:
        """The first moment after it."""
        return moment(closing.cut_at)
