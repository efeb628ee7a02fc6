"""What expires counts on its last usable day, swept or not, in the books and in every history."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hansatsu.ledger import api
from hansatsu.ledger.bands import JAPAN
from tests.ledger.conftest import Shiftable

DAYS = 8


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=JAPAN)


def midnight_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)


def sweep(shiftable: Shiftable) -> None:
    while api.expire_due(shiftable.books.connection):
        pass


def of_wallets(shiftable: Shiftable, wallets: list[int]) -> Counter[tuple[date, int]]:
    """What the histories of these wallets say, by day and emoney."""
    books, found = shiftable.books, Counter[tuple[date, int]]()
    for wallet in wallets:
        entries = api.history(
            books.connection, books.issuer_id, wallet, kinds=("expiry",), limit=1000
        )
        places = [(entry.wallet_id, entry.seq) for entry in entries]
        for part in api.expired_parts(books.connection, places):
            found[part.day, part.emoney_id] += part.amount
        for lot in api.dead_lots(books.connection, books.issuer_id, wallet):
            found[lot.day, lot.emoney_id] += lot.amount
    return found


@pytest.fixture
def first(shiftable: Shiftable) -> date:
    """Tomorrow, at whose noon the clock is."""
    day = shiftable.books.now().astimezone(JAPAN).date() + timedelta(days=1)
    shiftable.show(noon_of(day))
    return day


def expired(shiftable: Shiftable, since: date, until: date | None = None) -> dict[date, int]:
    books = shiftable.books
    found = api.expired_by_day(
        books.connection, books.issuer_id, midnight_of(since), until and midnight_of(until)
    )
    days = Counter[date]()
    for (day, _), amount in found.items():
        days[day] += amount
    return dict(days)


@pytest.mark.parametrize("swept_after", [None, 1, 5])
def test_a_lot_counts_on_its_last_day_whenever_it_is_swept(
    shiftable: Shiftable, first: date, swept_after: int | None
) -> None:
    books = shiftable.books
    emoney, wallet = books.emoney(), books.wallet()
    last = first + timedelta(days=2)
    books.issue(wallet, emoney, 700, expiry=midnight_of(last + timedelta(days=1)))
    books.issue(wallet, emoney, 30, expiry=midnight_of(last))
    shiftable.show(noon_of(last))
    assert expired(shiftable, first) == {last - timedelta(days=1): 30}
    shiftable.show(noon_of(last + timedelta(days=swept_after or 6)))
    if swept_after is not None:
        sweep(shiftable)
    counted = {last: 700, last - timedelta(days=1): 30}
    assert expired(shiftable, first) == counted
    assert expired(shiftable, last, last + timedelta(days=1)) == {last: 700}
    assert of_wallets(shiftable, [wallet]) == {(day, emoney): yen for day, yen in counted.items()}
    figures = api.figures(books.connection, books.issuer_id, midnight_of(first))
    assert {each.day: each.expired for each in figures.days if each.expired} == counted
    at_end = api.outstanding_at(
        books.connection, books.issuer_id, midnight_of(last + timedelta(days=1))
    )
    assert not any(at_end.values())


def test_what_comes_back_to_a_dead_lot_counts_on_the_day_it_came(
    shiftable: Shiftable, first: date
) -> None:
    """At the end of its last day it was not outstanding: it was the shop's."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 1000, expiry=midnight_of(first + timedelta(days=1)))
    number = books.paid(wallet, shop, 600)
    later = first + timedelta(days=4)
    shiftable.show(noon_of(later))
    books.refund(number, 250)
    assert expired(shiftable, first) == {first: 400, later: 250}
    assert of_wallets(shiftable, [wallet]) == {(first, emoney): 400, (later, emoney): 250}
    at_end = api.outstanding_at(
        books.connection, books.issuer_id, midnight_of(first + timedelta(days=1))
    )
    assert not any(at_end.values())


acts = st.lists(
    st.tuples(
        st.sampled_from(["issue", "issue", "pay", "pay", "refund", "sweep", "night", "move"]),
        st.integers(0, 2),
        st.integers(1, 400),
        st.integers(0, 3),
    ),
    min_size=12,
    max_size=40,
)


def test_histories_and_books_agree_by_day(shiftable: Shiftable, first: date) -> None:
    """Whatever happens, and however late the sweep is: the histories' rows sum to the books' day,
    and the books' days lead from one day's outstanding to the next."""
    books, connection = shiftable.books, shiftable.books.connection
    emoneys = [books.emoney(), books.emoney()]
    shop = books.shop(*emoneys)
    wallets = [books.wallet() for _ in range(3)]
    start = midnight_of(first)
    days, numbers = [first], list[str]()

    def issue(wallet: int, amount: int, lives: int) -> None:
        expiry = midnight_of(days[-1] + timedelta(days=lives + 1)) if lives < 3 else None
        books.try_issue(wallet, (emoneys[amount % 2], amount, expiry))

    def pay(wallet: int, amount: int, _lives: int) -> None:
        made = api.pay(connection, books.payment(wallet, shop, amount))
        numbers.extend([made.number] if made.number else [])

    def refund(_wallet: int, amount: int, _lives: int) -> None:
        if numbers:
            books.refund(numbers[amount % len(numbers)], None)

    def move(wallet: int, _amount: int, _lives: int) -> None:
        place = wallets.index(wallet)
        wallets.append(books.wallet())
        books.transfer(wallet, wallets[-1])
        wallets.append(wallets.pop(place))

    def night(_wallet: int, _amount: int, _lives: int) -> None:
        days.append(days[-1] + timedelta(days=1))
        shiftable.show(noon_of(days[-1]))

    do: dict[str, Callable[[int, int, int], Any]] = {
        "issue": issue,
        "pay": pay,
        "refund": refund,
        "night": night,
        "move": move,
        "sweep": lambda *_: sweep(shiftable),
    }

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a clock goes one way only: nothing can be made smaller
    )
    @given(acts)
    def whatever(chosen: list[tuple[str, int, int, int]]) -> None:
        for act, place, amount, lives in chosen:
            do[act](wallets[place], amount, lives)
        agree()

    def agree() -> None:
        end = days[-1] + timedelta(days=1)
        by_day = api.expired_by_day(connection, books.issuer_id, start, None)
        assert {each: yen for each, yen in by_day.items() if yen} == of_wallets(shiftable, wallets)
        held = Counter[int]()
        figures = api.figures(connection, books.issuer_id, start)
        for day in days[:-1]:  # those that are over
            for each in figures.days:
                if each.day == day:
                    held[each.emoney_id] += each.change
            at_end = api.outstanding_at(
                connection, books.issuer_id, midnight_of(day + timedelta(days=1))
            )
            assert +held == +Counter(at_end), day
        parts = Counter[date]()
        for each in figures.days:
            assert each.change == each.issued - each.used - each.expired
            parts[each.day] += each.expired
        assert all(day < end for day in parts)

    whatever()
