"""A site whose every page is guarded. The pages themselves are named in ``urls``."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from hansatsu.web.console.frame.access import guarded

Lists = dict[type[Model], type[ModelAdmin[Any]]]
"""Which lists a subject has: what is listed, and how."""


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc] # unfold has no types
    """Only what is named in ``permissions.PAGES`` can be opened."""

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        """``view``, for those who may."""
        return csrf_protect(guarded(view))

    def has_permission(self, request: HttpRequest) -> bool:
        """True when somebody is in; ``guarded`` has looked what they may."""
        return hasattr(request, "clerk")

    def get_app_list(self, request: HttpRequest, app_label: Any = None) -> list[Any]:
        """The theme's own menu is not used: see ``menu``."""
        return []
