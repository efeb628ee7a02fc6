"""Pages of a list that may have a million rows: nobody waits until all of them are counted."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST: Final = 10_000
"""Rows of a list that can be turned to, page by page; what is further down is searched for."""


class CappedPaginator(Paginator):  # type: ignore[type-arg] # of whatever the list shows
    """Counts to ``MOST``, and shows no page beyond (ADR 0254)."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, ``MOST`` at the most."""
        return min(self._counted, MOST)

    @property
    def is_capped(self) -> bool:
        """True when there are more rows than are counted."""
        return self._counted > MOST

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment] # of a list of the console
        return rows.order_by().values("pk")[: MOST + 1].count()
