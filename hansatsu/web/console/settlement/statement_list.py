"""精算書: what each closing says to each shop, by shop, closing and how far its money has come."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from hansatsu.flows.settlement.models import Closing, Statement
from hansatsu.flows.settlement.standing import Standing, with_standing
from hansatsu.web.console.frame.access import Clerk, clerk_of
from hansatsu.web.console.frame.amount_words import yen_words
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin
from hansatsu.web.console.settlement import statement_page
from hansatsu.web.console.settlement.words import (
    closing_name,
    period_of,
    standing_badge,
    standing_words,
)

CLOSINGS = 36
"""The newest, offered as a filter: three years of months. Links narrow to any of them."""


def _closings(clerk: Clerk) -> list[tuple[str, str]]:
    newest = Closing.objects.of(clerk.issuer).order_by("-number")[:CLOSINGS]
    return [(str(each.pk), f"{closing_name(each)} {period_of(each)}") for each in newest]


class _ByClosing(SimpleListFilter):
    """Those of one closing. One that is too old to be offered is found all the same."""

    title = gettext_lazy("締め")
    parameter_name = "closing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What may be chosen."""
        return _closings(clerk_of(request))

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrowed, when one is chosen."""
        chosen = self.value() or ""
        return queryset.filter(closing=int(chosen)) if chosen.isdecimal() else queryset


class StatementAdmin(IssuerAdmin):
    """The newest closing first, in it by the shops' numbers."""

    list_display = ("number_", "shop_", "period", "taken", "payout_", "carry_", "standing_")
    list_filter = (
        _ByClosing,
        choice_filter("standing", gettext_lazy("状態"), known(Standing, standing_words)),
    )
    ordering = ("-closing__number", "shop__code")
    search_fields = ("shop__code__iexact", "shop__name", "shop__name_kana", "shop__name_en")
    search_help_text = gettext_lazy("加盟店番号か、店名、フリガナで探せます。")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what the list shows."""
        rows = super().get_queryset(request).select_related("closing", "shop")
        return with_standing(clerk_of(request).issuer, rows)

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        statement = self.get_queryset(request).filter(pk=object_id).first()
        if statement is None:
            raise Http404("not this issuer's")
        return statement_page.page(request, clerk_of(request), statement)

    @column(gettext_lazy("精算書番号"), ordering="closing__number")
    def number_(self, statement: Statement) -> str:
        """As it is printed."""
        return statement.number

    @column(gettext_lazy("加盟店"), ordering="shop__code")
    def shop_(self, statement: Statement) -> str:
        """In the reader's language."""
        return statement.shop.local_name

    @column(gettext_lazy("期間"))
    def period(self, statement: Statement) -> str:
        """The days that the closing is about."""
        return period_of(statement.closing)

    @column(gettext_lazy("決済 − 返金"))
    def taken(self, statement: Statement) -> str:
        """What the shop took, net."""
        return yen_words(statement.payments - statement.refunds)

    @column(gettext_lazy("支払"), ordering="payout")
    def payout_(self, statement: Statement) -> str:
        """What it is paid."""
        return yen_words(statement.payout)

    @column(gettext_lazy("次回繰越"), ordering="carry")
    def carry_(self, statement: Statement) -> str:
        """What it owes."""
        return yen_words(statement.carry)

    @column(gettext_lazy("状態"))
    def standing_(self, statement: Any) -> SafeString:
        """How far the money has come."""
        return standing_badge(statement.standing)
