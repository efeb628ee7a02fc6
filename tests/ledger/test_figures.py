"""Figures of days agree with the books, cut into days that are over and those that are not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.ledger.conftest import Shiftable


def midnight(moment: datetime) -> datetime:
    """The first moment of its day in Japan."""
    return moment.astimezone(ZoneInfo("Asia/Tokyo")).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def test_past_and_recent_days_sum_to_the_whole(shiftable: Shiftable) -> None:
    books = shiftable.books
    stranger = Books(books.connection)
    theirs = stranger.emoney()
    emoney, other = books.emoney(), books.emoney()
    shop, wallet = books.shop(emoney, other), books.wallet()
    start = midnight(books.now())
    books.issue(wallet, emoney, 1000, expiry=books.in_days(2))
    books.issue(wallet, other, 500)
    number = books.paid(wallet, shop, 300)
    stranger.issue(stranger.wallet(), theirs, 70)
    shiftable.show(start + timedelta(days=1, hours=12))
    books.refund(number, 100)
    books.paid(wallet, shop, 1100)
    shiftable.show(start + timedelta(days=3, hours=12))
    books.issue(wallet, other, 40)
    while api.expire_due(books.connection):
        pass
    cut = start + timedelta(days=1)
    whole = api.figures(books.connection, books.issuer_id, start)
    past = api.figures(books.connection, books.issuer_id, start, cut)
    recent = api.figures(books.connection, books.issuer_id, cut)
    assert past.days + recent.days == whole.days
    assert {each.day for each in past.days} == {start.date()}
    assert past.by_shop == {shop: 300}
    assert recent.by_shop == {shop: 1000}
    assert whole.by_shop == {shop: 1300}
    first = {each.emoney_id: (each.issued, each.used, each.change) for each in past.days}
    assert first == {emoney: (1000, 300, 700), other: (500, 0, 500)}
    at_cut = api.outstanding_at(books.connection, books.issuer_id, cut)
    assert at_cut == {emoney: 700, other: 500}
    for each in recent.days:
        at_cut[each.emoney_id] += each.change
    now = books.now() + timedelta(days=1)
    assert at_cut == api.outstanding_at(books.connection, books.issuer_id, now) | {
        each: 0 for each in at_cut if not at_cut[each]
    }
    assert sum(at_cut.values()) == books.held(wallet)
