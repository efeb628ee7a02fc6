"""一括変更: what was done with many shops at once."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from hansatsu.parties.shops.models import Batch, BatchKind
from hansatsu.web.console.frame.access import clerk_of
from hansatsu.web.console.frame.columns import column
from hansatsu.web.console.frame.filters import choice_filter, known
from hansatsu.web.console.frame.lists import IssuerAdmin
from hansatsu.web.console.shops import batch_views
from hansatsu.web.console.shops.batch_words import kind_words, state_words
from hansatsu.web.shared.time_words import moment_words


class BatchAdmin(IssuerAdmin):
    """What was done; a page of its own shows which shops, and has the way back. Drafts are not in
    the list: nothing has come of them."""

    list_display = ("when", "kind_", "count_", "who", "why", "state_")
    list_filter = (
        choice_filter("kind", gettext_lazy("操作"), known(BatchKind.values, kind_words)),
    )
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Without what is in them."""
        rows = super().get_queryset(request).select_related("issuer").defer("rows")
        done: QuerySet[Any] = rows.filter(applied_at__isnull=False)
        return done

    def _page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        clerk = clerk_of(request)
        batch = Batch.objects.of(clerk.issuer).filter(pk=object_id).first()
        if batch is None or (batch.applied_at is None and batch.drafted_by != clerk.staff.actor):
            raise Http404("not this issuer's")
        return batch_views.page(request, clerk, batch)

    @column(gettext_lazy("日時"), ordering="applied_at")
    def when(self, batch: Batch) -> str:
        """When it was done."""
        return moment_words(batch.applied_at or batch.drafted_at)

    @column(gettext_lazy("操作"), ordering="kind")
    def kind_(self, batch: Batch) -> str:
        """What was done."""
        return kind_words(batch.kind)

    @column(gettext_lazy("加盟店"), ordering="count")
    def count_(self, batch: Batch) -> str:
        """With how many."""
        return f"{batch.count:,}"

    @column(gettext_lazy("担当者"))
    def who(self, batch: Batch) -> str:
        """Who did it."""
        return batch.drafted_by_name

    @column(gettext_lazy("理由"))
    def why(self, batch: Batch) -> str:
        """In their words."""
        return batch.reason

    @column(gettext_lazy("状態"))
    def state_(self, batch: Batch) -> str:
        """Whether it was undone."""
        return state_words(batch)
