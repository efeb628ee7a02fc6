"""A day's totals for a till: the very sums of 日計 on the shop site."""

from dataclasses import dataclass
from datetime import date, timedelta

from hansatsu.flows.payments.day_book import BookLine, book_of_place, day_book
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop, Terminal


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Of ``day`` in Japan: all, by emoney and by terminal, each with a name."""

    day: date
    total: BookLine
    emoneys: tuple[BookLine, ...]
    terminals: tuple[BookLine, ...]


def day_totals(shop: Shop, day: date | None, terminal: str | None) -> DayTotals | None:
    """What the shop took and gave back on a day.

    Args:
        shop: whose.
        day: which; today when None.
        terminal: only what was done there, by its name as 日計 has it; None is everywhere.

    Returns:
        None when the shop has no terminal of this name: a slip must not look like an empty day.
    """
    day = day or in_japan(clock.now()).date()
    book = day_book(shop, day, day + timedelta(days=1))
    if terminal is not None:
        if not _is_known(shop, terminal, book.terminals):
            return None
        book = book_of_place(book, terminal)
    return DayTotals(day, book.total, book.emoneys, book.terminals)


def _is_known(shop: Shop, name: str, lines: tuple[BookLine, ...]) -> bool:
    if any(line.name == name for line in lines):
        return True
    # A browser may have no name: what it did stands under none.
    return bool(name) and Terminal.objects.of(shop.issuer).filter(shop=shop, name=name).exists()
