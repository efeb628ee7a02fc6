"""決済一覧: any day's payments, in pages; and looking for one."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.day_book import Wanted, day_book
from hansatsu.flows.payments.takings import shop_payment, takings_of_day
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.system.unseen import without_unseen_in_name
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import identifier, plain, read_amount
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

ROWS = 50
SHORTEST_NUMBER = 33
"""Characters of a whole 決済ID."""
TEXTS = ("number", "card", "staff", "terminal", "reference")
"""What can be looked for, beside the amount."""
LONGEST = timedelta(days=30)
"""From the first to the last day that are looked through."""


@require_safe
@for_staff
def payments(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A day's payments, the newest first; ``?before=`` goes on below one."""
    day = read_day(request.GET.get("day", ""))
    wanted = _wanted(request)
    if len(wanted.number) >= SHORTEST_NUMBER and shop_payment(desk.shop, wanted.number):
        return SeeOther(shop_url("payment", number=wanted.number))
    context: dict[str, Any] = {
        "day": day,
        "today": today(),
        "yesterday": day - timedelta(days=1),
        "tomorrow": day + timedelta(days=1),
        "typed": {name: request.GET.get(name, "") for name in ("last", "amount", *TEXTS)},
        "is_search": not wanted.is_anything,
    }
    if not wanted.is_anything:
        last = _last(request, day)
        book = day_book(desk.shop, day, last + timedelta(days=1))
        rows = [row for row in book.rows if wanted.fits(row)]
        context["several_days"] = last > day
        return show(request, desk, "payments", rows=rows, **context)
    before = identifier(request.GET.get("before", "")) or None
    takings = takings_of_day(desk.shop, day, limit=ROWS, before=before)
    older = {"day": f"{day:%Y-%m-%d}", "before": takings.next_before}
    context["older"] = urlencode(older) if takings.next_before else ""
    return show(request, desk, "payments", rows=takings.rows, takings=takings, **context)


def today() -> date:
    """The day that it is in Japan."""
    return in_japan(clock.now()).date()


def read_day(text: str) -> date:
    """A day as a date field sends it; today when nothing was sent.

    Raises:
        django.http.Http404: for anything else: nobody may take another day's books for these.
    """
    if not text:
        return today()
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise Http404("no day") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404("no day of ours")
    return day


FIRST_YEAR = 2000
LAST_YEAR = 2999
"""Outside of them there are no books, and dates that arithmetic would run out of."""


def _last(request: HttpRequest, first: date) -> date:
    """The last day that is looked through: the first one itself when none is given."""
    last = request.GET.get("last", "")
    return min(max(read_day(last), first), first + LONGEST) if last else first


def _wanted(request: HttpRequest) -> Wanted:
    given = {name: request.GET.get(name, "") for name in TEXTS}
    typed = {name: identifier(text) for name, text in given.items()}
    return Wanted(
        number=typed["number"].upper().replace(" ", ""),
        amount=read_amount(request.GET.get("amount", "")).yen,
        card=typed["card"].upper(),
        staff=plain(without_unseen_in_name(given["staff"])),
        terminal=plain(without_unseen_in_name(given["terminal"])),
        reference=typed["reference"],
    )
