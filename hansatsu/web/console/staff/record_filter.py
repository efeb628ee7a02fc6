"""The form beside 操作の記録: which act, from which day to which, about what."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.admin import ListFilter
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from hansatsu.formats.japan import start_of
from hansatsu.parties.issuers.audit import Wanted
from hansatsu.web.console.frame.access import clerk_of
from hansatsu.web.console.staff.subjects import subjects_of
from hansatsu.web.shared.audit_words import acts

PARAMETERS: Final = ("act", "first", "last", "about")
LONGEST_ABOUT: Final = 100


class RecordFilter(ListFilter):
    """All that narrows the record, in one form."""

    title = _("絞り込み")
    template = "console/record_filter.html"
    parameter_name = "act"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self._clerk = clerk_of(request)
        self.text = request.GET.get("q", "")
        self.typed = dict.fromkeys(PARAMETERS, "")
        for name in PARAMETERS:
            if name in params:
                self.typed[name] = str(params.pop(name)[-1])

    def has_output(self) -> bool:
        """Always: it is a form."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """What the form sends."""
        return list(PARAMETERS)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """What is in the form, for its template: one thing alone."""
        about = self.typed["about"]
        named = subjects_of(self._clerk, [about])[about].name if about else ""
        offered = sorted(acts().items(), key=lambda item: item[1])
        yield {"acts": offered, "typed": self.typed, "about_name": named, "text": self.text}

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrowed by what was sent."""
        first, last = _day(self.typed["first"]), _day(self.typed["last"])
        wanted = Wanted(
            act=self.typed["act"],
            about=self.typed["about"][:LONGEST_ABOUT],
            since=start_of(first) if first else None,
            until=start_of(last + timedelta(days=1)) if last else None,
        )
        return wanted.narrow(queryset)


def _day(text: str) -> date | None:
    """A day as a date field sends it. Anything else is no address of ours."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404("no day") from None
    if not 2000 <= day.year <= 9000:
        raise Http404("no day of ours")
    return day
