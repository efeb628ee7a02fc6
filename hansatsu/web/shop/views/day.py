"""日計: a day's or a month's sums by emoney, person and terminal; and the books as files."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.day_book import DayBook, day_book, next_month
from hansatsu.flows.payments.day_book_files import write_csv, write_xlsx
from hansatsu.parties.shops.models import Shop
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.permissions import Act
from hansatsu.web.shop.show import show
from hansatsu.web.shop.views.payments import read_day, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or the month that it is in."""

    day: date
    is_month: bool

    @property
    def since(self) -> date:
        """The first day."""
        return self.day.replace(day=1) if self.is_month else self.day

    @property
    def until(self) -> date:
        """The day after the last one."""
        return next_month(self.day) if self.is_month else self.day + timedelta(days=1)

    @property
    def name(self) -> str:
        """For a file: ``2026-11`` or ``2026-11-25``."""
        return f"{self.day:%Y-%m}" if self.is_month else f"{self.day:%Y-%m-%d}"

    def book(self, shop: Shop) -> DayBook:
        """The shop's books of it."""
        return day_book(shop, self.since, self.until)


@require_safe
@for_staff
def day(request: HttpRequest, desk: Desk) -> HttpResponse:
    """日計 of ``?day=``, or of its month with ``?of=month``; on paper without the site's frame."""
    span = _span(request)
    return show(
        request,
        desk,
        "day",
        span=span,
        book=span.book(desk.shop),
        before=span.since - timedelta(days=1),
        may_export=desk.might(Act.EXPORT),
        after=span.until if span.until <= today() else None,
    )


@require_safe
@for_staff
def export(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The books of ``?day=`` (``?of=month``) as ``?as=csv`` or ``xlsx``."""
    span = _span(request)
    book = span.book(desk.shop)
    name = f"{desk.shop.code}-{span.name}"
    if request.GET.get("as") == "xlsx":
        response = HttpResponse(write_xlsx(book), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return response
    response = HttpResponse(write_csv(book), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _span(request: HttpRequest) -> Span:
    return Span(read_day(request.GET.get("day", "")), request.GET.get("of") == "month")
